'use strict';

// Starts hsd with the arguments that it is given here, as a process that can be looked after.

const fs = require('fs');
const os = require('os');
const path = require('path');

// A process is known by the program it was started as, and not by the title that hsd gives itself.
const title = `${__dirname}/hsd`;
process.title = title;
Object.defineProperty(process, 'title', {get: () => title, set: () => {}});

// One of hsd's libraries asks for the user's name when it is loaded, and never uses it. The user that
// nodes run as may have a number only.
const named = os.userInfo;
os.userInfo = (options) => {
  try {
    return named(options);
  } catch {
    return {uid: process.getuid(), gid: process.getgid(), username: '', homedir: '/', shell: null};
  }
};

// hsd ends in order when it is interrupted; engines ask it to terminate.
process.on('SIGTERM', () => process.emit('SIGINT') || process.exit(0));

// hsd keeps others from its tree of names by a file that it touches every 1.5 s, and takes over a file
// that nobody has touched for 3.5 s. It looks four times, a second apart: one that is started less than
// half a second after a killed one last touched the file gives up and ends. An engine never starts two
// nodes in one home, so a file that is there belongs to nobody.
const told = (name) => process.argv.find((word) => word.startsWith(`--${name}=`)) || '';
const [prefix, network] = ['prefix', 'network'].map((name) => told(name).split('=')[1]);
if (prefix && network)
  fs.rmSync(path.join(prefix, network, 'tree', 'lock'), {force: true});

require('./node_modules/hsd/bin/node');
