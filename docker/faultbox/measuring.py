"""Measures what a link does to packets: between the fault helpers of two nodes, never the nodes.

    listen                                          be there for the others' measurements
    ping --count N --every S --within S HOST        round-trip times, one by one
    send --session X --count N --every S HOST       datagrams that HOST counts
    flood --seconds S --rate BITS HOST              datagrams for so long, that nobody counts
    counted --session X --of N --quiet S            what was counted here, as soon as all N are
                                                    there or nothing new has come for so long

All print JSON. Times are in seconds.
"""

import argparse
import itertools
import json
import select
import socket
import struct
import threading
import time

#: In a namespace of a node's own, where nothing but the node and its helper is.
PORT = 39010

_SO_RCVBUFFORCE = 33

#: Bytes of a datagram that fills a link.
_LARGE = 1200

_ECHO, _REPLY, _COUNT = b"e", b"r", b"c"
_DATAGRAM = struct.Struct(">c16sI")


class Worker:
    """Answers and counts, from its start on."""

    def __init__(self):
        self._counts = {}
        self._news = threading.Condition()
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind(("0.0.0.0", PORT))
        # a burst of datagrams must not be lost here, or the link would be blamed for it
        self._datagrams.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 1 << 22)
        threading.Thread(target=self._answer, daemon=True).start()

    def counted(self, session, of, quiet):
        """How many datagrams of a session came, how many different ones, how many overtaken."""
        with self._news:
            name = _session(session)
            count = self._counts.setdefault(name, _Count())
            # what came before may still wait in the socket of a busy host
            count.latest = time.monotonic()
            while len(count.known) < of:
                over = count.latest + quiet - time.monotonic()
                if over <= 0:
                    break
                self._news.wait(over)
            del self._counts[name]
        return {
            "received": count.received,
            "different": len(count.known),
            "overtaken": count.overtaken,
        }

    def _answer(self):
        while True:
            data, sender = self._datagrams.recvfrom(2048)
            if len(data) != _DATAGRAM.size:
                continue
            kind, session, number = _DATAGRAM.unpack(data)
            if kind == _ECHO:
                self._datagrams.sendto(_DATAGRAM.pack(_REPLY, session, number), sender)
            elif kind == _COUNT:
                with self._news:
                    self._counts.setdefault(session, _Count()).add(number)
                    self._news.notify_all()


class _Count:
    """What came of one session. It is looked at after every datagram, so it is kept up to date."""

    def __init__(self):
        self.received = self.overtaken = 0
        self.known = set()
        self.latest = time.monotonic()
        self._highest = -1

    def add(self, number):
        self.received += 1
        self.overtaken += number not in self.known and number < self._highest
        self.known.add(number)
        self._highest = max(self._highest, number)
        self.latest = time.monotonic()


def run(listener, words, stdin):
    """Do what the words say; what it prints, as text. Raises ValueError for words without sense."""
    parser = argparse.ArgumentParser(prog="measure", exit_on_error=False)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("listen")
    ping = what.add_parser("ping")
    send = what.add_parser("send")
    counted = what.add_parser("counted")
    flood = what.add_parser("flood")
    flood.add_argument("--seconds", type=float, required=True)
    flood.add_argument("--rate", type=float, required=True)
    for one in (ping, send):
        one.add_argument("--count", type=int, required=True)
        one.add_argument("--every", type=float, required=True)
    ping.add_argument("--within", type=float, required=True)
    counted.add_argument("--of", type=int, required=True)
    counted.add_argument("--quiet", type=float, required=True)
    for one in (send, counted):
        one.add_argument("--session", required=True)
    for one in (ping, send, flood):
        one.add_argument("host")
    try:
        told = parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as problem:
        raise ValueError(f"{' '.join(words)} makes no sense: {problem}") from None
    if told.what == "listen":
        return json.dumps(PORT)
    if told.what == "counted":
        return json.dumps(listener.counted(told.session, told.of, told.quiet))
    if told.what == "ping":
        return json.dumps(_ping(told.host, told.count, told.every, told.within))
    if told.what == "flood":
        return json.dumps(_flood(told.host, told.seconds, told.rate))
    return json.dumps(_send(told.host, told.session, told.count, told.every))


def _ping(host, count, every, within):
    """The round-trip times of those that came back in time."""
    session = _session(str(time.monotonic_ns()))
    sent, times = {}, []

    def take(data):
        _, back, number = _DATAGRAM.unpack(data)
        if back == session and number in sent:
            times.append(time.monotonic() - sent.pop(number))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect((host, PORT))
        start = time.monotonic()
        for number in range(count):
            sent[number] = time.monotonic()
            line.send(_DATAGRAM.pack(_ECHO, session, number))
            for data in _heard(line, start + (number + 1) * every):
                take(data)
        for data in _heard(line, time.monotonic() + within):
            take(data)
            if not sent:
                break
    return times


def _send(host, session, count, every):
    """How many went out: the packet filter of this side may refuse one."""
    return _sent(host, every, (_DATAGRAM.pack(_COUNT, _session(session), n) for n in range(count)))


def _flood(host, seconds, rate):
    """How many large datagrams went out."""
    every = 8 * _LARGE / rate
    return _sent(host, every, itertools.repeat(bytes(_LARGE), int(seconds / every)))


def _sent(host, every, datagrams):
    """How many of these went out, one every so many seconds; late ones follow at once."""
    out = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect((host, PORT))
        start = time.monotonic()
        for number, datagram in enumerate(datagrams):
            try:
                line.send(datagram)
                out += 1
            except OSError:
                pass
            for _ in _heard(line, start + (number + 1) * every):
                pass  # nothing is expected: its refusals are not to stand in the way of the next
    return out


def _heard(line, until):
    """What comes in on a line before a moment, to a fraction of a millisecond."""
    while (left := until - time.monotonic()) > 0 and select.select([line], [], [], left)[0]:
        try:
            data = line.recv(64)
        except OSError:  # the other end says that nobody is there
            continue
        yield data


def _session(name):
    return name.encode()[:16].ljust(16)
