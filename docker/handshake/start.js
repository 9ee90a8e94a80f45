'use strict';

// Starts hsd with the arguments that it is given here, as a process that can be looked after.

const os = require('os');

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

require('./node_modules/hsd/bin/node');
