"""Runs commands beside a node for whoever holds the other end of standard input.

It reads one JSON object a line and answers with one a line, in whatever order the commands end:

    {"id": 1, "argv": ["ss", "-tn"], "stdin": "", "timeout": 10}
    {"id": 1, "status": 0, "stdout": "...", "stderr": ""}

There is no shell. A command that does not exist answers with status 127, one that takes longer
than ``timeout`` seconds is killed and answers with 124, a line that makes no sense is answered
with 125. The agent ends when standard input closes, and so do the commands that still run.

These are its own:

- ``probe [--within SECONDS] HOST:PORT ...`` tries to reach all of them at once, without starting a
  process, and prints a JSON object: ``open``, ``refused`` or ``silent`` for each one.
- ``measure ...`` (see measuring.py) tells what a link does to packets, ``shape`` (see shaper.py)
  does it to them: its standard input says how packets to which address are to be treated.
- ``litter ...`` (see litter.py) throws what makes no sense at a door of the node.
- ``disk ...`` (see disk.py) leaves no room on the disk that the agent was started on.
- ``clock ...`` (see clock.py) changes what time it is, for the process named in ACCORD_PROCESS, and
  ``flush ...`` (see flush.py) how long its disk takes.
- ``iptables``, ``iptables-save``, ``iptables-restore`` (and ``ip6tables...``) mean whichever of the
  kernel's two packet filters works here; nobody else has to know which.

It needs nothing but Python's standard library without ``site``, because it has to be there at once.
"""

import errno
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

NOT_UNDERSTOOD = 125
TIMED_OUT = 124
NOT_FOUND = 127

#: nftables first: kernels are beginning to leave the older one out.
BACKENDS = ("nft", "legacy")

#: Commands that are our own -> the file that does them, beside this one.
_OURS = {
    "measure": "measuring",
    "shape": "shaper",
    "disk": "disk",
    "clock": "clock",
    "flush": "flush",
    "litter": "litter",
}

_speaking = threading.Lock()
_choosing = threading.Lock()
_running_lock = threading.Lock()
_running = set()
_workers = {}
_backends = {}


def main():
    """Serve until standard input closes."""
    # -I leaves it out; an empty one would be the working folder
    sys.path.append(__file__.rpartition("/")[0] or "/")
    signal.signal(signal.SIGTERM, lambda *_: _end())
    # Behind a terminal's Ctrl-C: whoever talks to us decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        if line.strip():
            threading.Thread(target=_serve, args=(line,), daemon=True).start()
    _end()


def _serve(line):
    number = None
    try:
        request = json.loads(line)
        number = request["id"]
        argv = [str(word) for word in request["argv"]]
        timeout = float(request.get("timeout", 10))
        stdin = str(request.get("stdin", ""))
        if not argv:
            raise ValueError("argv is empty")
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        _answer(number, NOT_UNDERSTOOD, "", "not a request: %r" % problem)
        return
    if argv[0] == "probe":
        _answer(number, *_probe(argv[1:]))
    elif argv[0] in _OURS:
        _answer(number, *_do(argv, stdin))
    else:
        _answer(number, *_run([_program(argv[0]), *argv[1:]], stdin, timeout))


def _do(argv, stdin):
    """What other files here do. They are loaded when they are wanted, and work until the end."""
    try:
        with _choosing:
            if argv[0] not in _workers:
                module = __import__(_OURS[argv[0]])
                _workers[argv[0]] = module, module.Worker()
        module, worker = _workers[argv[0]]
        return 0, module.run(worker, argv[1:], stdin), ""
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError) as problem:
        return 1, "", "%s: %s" % (argv[0], problem)


def _answer(number, status, stdout, stderr):
    line = json.dumps({"id": number, "status": status, "stdout": stdout, "stderr": stderr})
    with _speaking:
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except OSError:  # nobody listens any more; standard input is about to close as well
            pass


def _run(argv, stdin, timeout):
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        return NOT_FOUND, "", "%s: there is no such command" % argv[0]
    except (OSError, ValueError) as problem:
        return NOT_FOUND, "", "%s: cannot be run: %s" % (argv[0], problem)
    with _running_lock:
        _running.add(process)
    try:
        out, err = process.communicate(stdin.encode(), timeout=timeout)
        status = process.returncode
    except subprocess.TimeoutExpired:
        _kill(process)
        out, err = process.communicate()
        status = TIMED_OUT
        err += b"took longer than %g s and was killed" % timeout
    finally:
        with _running_lock:
            _running.discard(process)
    # A negative status is the signal that ended it; shells say 128 + signal.
    return (status if status >= 0 else 128 - status), _text(out), _text(err)


def _program(name):
    family, _, rest = name.partition("-")
    if family not in ("iptables", "ip6tables") or rest not in ("", "save", "restore"):
        return name
    with _choosing:
        if family not in _backends:
            _backends[family] = _working_backend(family)
    return "-".join(part for part in (family, _backends[family], rest) if part)


def _working_backend(family):
    for backend in BACKENDS:
        status, _, _ = _run(["%s-%s" % (family, backend), "-w", "5", "-n", "-L", "OUTPUT"], "", 10)
        if status == 0:
            return backend
    # Let the command itself say what is wrong.
    return BACKENDS[0]


def _probe(words):
    within = 0.2
    targets = []
    words = list(words)
    try:
        while words:
            word = words.pop(0)
            if word == "--within":
                within = float(words.pop(0))
            else:
                host, _, port = word.rpartition(":")
                targets.append((word, (host, int(port))))
    except (ValueError, IndexError) as problem:
        return NOT_UNDERSTOOD, "", "probe [--within SECONDS] HOST:PORT ...: %s" % problem
    try:
        return 0, json.dumps(_reach(targets, within)), ""
    except OSError as problem:
        return 1, "", "probe: %s" % problem


def _reach(targets, within):
    found = {word: "silent" for word, _ in targets}
    deadline = time.monotonic() + within
    with selectors.DefaultSelector() as waiting:
        try:
            for word, address in targets:
                attempt = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                attempt.setblocking(False)
                status = attempt.connect_ex(address)
                if status == errno.EINPROGRESS:
                    waiting.register(attempt, selectors.EVENT_WRITE, word)
                else:
                    found[word] = _verdict(status)
                    attempt.close()
            while waiting.get_map():
                ready = waiting.select(max(0.0, deadline - time.monotonic()))
                for key, _ in ready:
                    status = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    found[key.data] = _verdict(status)
                    waiting.unregister(key.fileobj)
                    key.fileobj.close()
                if not ready and time.monotonic() >= deadline:
                    break
        finally:
            for key in list(waiting.get_map().values()):
                key.fileobj.close()
    return found


def _verdict(status):
    if status == 0:
        return "open"
    return "refused" if status == errno.ECONNREFUSED else "silent"


def _text(output):
    return output.decode("utf-8", "replace")


def _kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _end():
    with _running_lock:
        for process in _running:
            _kill(process)
    os._exit(0)


if __name__ == "__main__":
    main()
