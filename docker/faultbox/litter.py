"""Throws at a door what makes no sense there: from the namespace of a node, at its own ports.

    throw [--hold S] [--within S] HOST:PORT    one connection for each letter in standard input
    let-go                                     close what is still held open

Standard input is a JSON list of letters: ``{"bytes": "in base64", "zeros": how many follow}``. All
are on their way at once. A connection is closed when the node has hung up, when it has had
``--within`` seconds to answer, or, with ``--hold``, so many seconds later. Prints how many
connections were made and refused, how many bytes were taken, how many connections had an
answer, and how many the node hung up on: ``{"made", "refused", "bytes", "answered", "hung_up"}``.
"""

import argparse
import base64
import json
import socket
import threading
import time

_PIECE = 1 << 16
_CONNECT = 2.0


class Worker:
    """Keeps connections open for as long as they are to be held."""

    def __init__(self):
        self._lock = threading.Lock()
        self._held = []

    def hold(self, lines, seconds):
        """Close these connections so many seconds from now, or when told to."""
        with self._lock:
            self._held.extend(lines)
        timer = threading.Timer(seconds, self.let_go)
        timer.daemon = True
        timer.start()

    def let_go(self):
        """How many were held until now."""
        with self._lock:
            held, self._held = self._held, []
        for line in held:
            line.close()
        return len(held)


class _Throw:
    """One letter on its way, and what became of it."""

    def __init__(self, letter, target, within):
        self._opening = base64.b64decode(letter["bytes"])
        self._zeros = int(letter.get("zeros", 0))
        self._target = target
        self._within = within
        self.line = None
        self.bytes = 0
        self.answered = self.hung_up = self.refused = False

    def run(self):
        try:
            self.line = socket.create_connection(self._target, timeout=_CONNECT)
        except OSError:
            self.refused = True
            return
        self.line.settimeout(self._within)
        try:
            self._send()
            self._listen()
        except OSError:
            self.hung_up = True

    def _send(self):
        self._put(self._opening)
        left = self._zeros
        while left > 0:
            left -= self._put(bytes(min(left, _PIECE)))

    def _put(self, data):
        self.line.sendall(data)
        self.bytes += len(data)
        return len(data)

    def _listen(self):
        over = time.monotonic() + self._within
        while time.monotonic() < over:
            try:
                heard = self.line.recv(_PIECE)
            except TimeoutError:
                return
            if not heard:
                self.hung_up = True
                return
            self.answered = True


def run(worker, words, stdin):
    """Do what the words say; what it prints, as text. Raises ValueError for words without sense."""
    parser = argparse.ArgumentParser(prog="litter", exit_on_error=False)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("let-go")
    throw = what.add_parser("throw")
    throw.add_argument("--hold", type=float, default=0.0)
    throw.add_argument("--within", type=float, default=0.3)
    throw.add_argument("target")
    try:
        told = parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as problem:
        raise ValueError(f"{' '.join(words)} makes no sense: {problem}") from None
    if told.what == "let-go":
        return json.dumps(worker.let_go())
    host, _, port = told.target.rpartition(":")
    throws = [_Throw(letter, (host, int(port)), told.within) for letter in json.loads(stdin)]
    threads = [threading.Thread(target=each.run, daemon=True) for each in throws]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [each.line for each in throws if each.line is not None]
    if told.hold:
        worker.hold(lines, told.hold)
    else:
        for line in lines:
            line.close()
    return json.dumps(
        {
            "made": len(lines),
            "refused": sum(each.refused for each in throws),
            "bytes": sum(each.bytes for each in throws),
            "answered": sum(each.answered for each in throws),
            "hung_up": sum(each.hung_up for each in throws),
        }
    )
