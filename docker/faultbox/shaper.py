"""Holds back, repeats and mixes up packets that the kernel queues for it: what netem does, outside.

Some kernels have no ``netem``. All of them can hand packets to a program (NFQUEUE) that says when
each may go on. This one is told, for every address that packets go to, how they are to be treated:

    {"10.0.0.2": {"delay": 0.1, "jitter": 0.02, "repeated": 0.1, "reordered": 0.1, "rate": 1e6}}

``delay`` and ``jitter`` are seconds: a packet is held for delay, give or take jitter, so that one
may overtake another where jitter is longer than what lies between them. ``repeated`` is the share
of packets that are sent twice, ``reordered`` the share that the next ones overtake. ``rate`` is
how many bits a second go on, one packet after the other; those that would have to wait for too long
are lost. Packets to other addresses go on at once.

It speaks netlink by itself (linux/netfilter/nfnetlink_queue.h), because the only binding for Python
has to be compiled against the system it runs on. It needs CAP_NET_ADMIN, and CAP_NET_RAW to repeat.
"""

import errno
import heapq
import json
import os
import random
import select
import socket
import struct
import threading
import time

QUEUE = 7

_NETLINK_NETFILTER = 12
_SUBSYSTEM = 3 << 8
_PACKET, _VERDICT, _CONFIG = (_SUBSYSTEM | kind for kind in (0, 1, 2))
_REQUEST, _ACK = 1, 4
_ERROR = 2
_CFG_CMD, _CFG_PARAMS, _CFG_MAXLEN = 1, 2, 3
_BIND, _COPY_PACKET = 1, 2
_HEADER, _PAYLOAD, _VERDICT_HEADER = 1, 10, 2
_DROP, _ACCEPT = 0, 1
_SO_RCVBUFFORCE = 33
_SOL_NETLINK, _NO_ENOBUFS = 270, 5

#: Packets that may wait at a time: a tenth of a second of a gigabit in ordinary packets.
_LONGEST_QUEUE = 10000
#: Seconds that a packet is late by that is to be overtaken: many times what lies between two.
_OVERTAKEN_AFTER = 0.02
#: Seconds that a packet waits before a narrow link at most, as in the buffer of a cheap modem.
_LONGEST_WAIT = 0.3


class Worker:
    """One queue of one network namespace, from the first plan on."""

    def __init__(self):
        self._plan = {}
        self._due = []
        self._count = 0
        self._free_from = {}
        self._chance = random.Random()
        self._line = _bound(QUEUE)
        self._copies = None
        threading.Thread(target=self._serve, daemon=True).start()

    def treat(self, plan):
        """From now on treat packets like this; what waits already goes on as it was going to."""
        if self._copies is None and any(told.get("repeated") for told in plan.values()):
            self._copies = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            # those that we send must not come back to us: rules let this mark pass
            self._copies.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, QUEUE)
        self._plan = {socket.inet_aton(host): told for host, told in plan.items()}
        self._free_from = {}

    def _serve(self):
        while True:
            wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            readable, _, _ = select.select([self._line], [], [], wait)
            if readable:
                self._take_in()
            self._let_go()

    def _take_in(self):
        try:
            data = self._line.recv(1 << 17)
        except OSError as problem:
            if problem.errno == errno.ENOBUFS:  # packets came faster than we: those are lost
                return
            raise
        now = time.monotonic()
        for kind, body in _messages(data):
            if kind == _PACKET:
                self._take_in_one(body, now)

    def _take_in_one(self, body, now):
        attributes = _attributes(body[4:])
        identity = attributes[_HEADER][:4]
        packet = attributes.get(_PAYLOAD, b"")
        host = packet[16:20]
        told = self._plan.get(host)
        if told is None:
            self._go_on(identity)
            return
        draw = self._chance.random
        jitter = told.get("jitter", 0.0)
        begins = max(now, self._free_from.get(host, now))
        if "rate" in told:
            if begins > now + _LONGEST_WAIT:
                self._verdict(identity, _DROP)
                return
            begins += 8 * len(packet) / told["rate"]
            self._free_from[host] = begins
        due = begins + told.get("delay", 0.0) + jitter * (2 * draw() - 1)
        if draw() < told.get("reordered", 0.0):
            due += _OVERTAKEN_AFTER
        copy = packet if draw() < told.get("repeated", 0.0) else None
        if due <= now and not self._due:
            self._go_on(identity, copy)
            return
        self._count += 1
        heapq.heappush(self._due, (due, self._count, identity, copy))

    def _let_go(self):
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, identity, copy = heapq.heappop(self._due)
            self._go_on(identity, copy)

    def _go_on(self, identity, copy=None):
        self._verdict(identity, _ACCEPT)
        if copy is not None and self._copies is not None:
            try:
                self._copies.sendto(copy, (socket.inet_ntoa(copy[16:20]), 0))
            except OSError:  # a copy that cannot be sent is a packet that was not repeated
                pass

    def _verdict(self, identity, what):
        told = _attribute(_VERDICT_HEADER, struct.pack(">I", what) + identity)
        self._line.send(_message(_VERDICT, _REQUEST, QUEUE, told))


def run(shaper, words, stdin):
    """Treat packets as standard input says."""
    shaper.treat(json.loads(stdin))
    return ""


def _bound(queue):
    line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER)
    line.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 1 << 24)
    line.setsockopt(_SOL_NETLINK, _NO_ENOBUFS, 1)
    line.bind((0, 0))
    for attribute in (
        _attribute(_CFG_CMD, struct.pack(">BBH", _BIND, 0, socket.AF_INET)),
        _attribute(_CFG_PARAMS, struct.pack(">IB", 0xFFFF, _COPY_PACKET)),
        _attribute(_CFG_MAXLEN, struct.pack(">I", _LONGEST_QUEUE)),
    ):
        line.send(_message(_CONFIG, _REQUEST | _ACK, queue, attribute))
        for kind, body in _messages(line.recv(8192)):
            status = struct.unpack_from("=i", body)[0] if kind == _ERROR else 0
            if status:
                raise OSError(-status, "the kernel hands out no packets: " + os.strerror(-status))
    return line


def _message(kind, flags, queue, attributes):
    body = struct.pack(">BBH", socket.AF_UNSPEC, 0, queue) + attributes
    return struct.pack("=IHHII", 16 + len(body), kind, flags, 0, 0) + body


def _attribute(kind, value):
    packed = struct.pack("=HH", 4 + len(value), kind) + value
    return packed + b"\0" * (-len(packed) % 4)


def _messages(data):
    while len(data) >= 16:
        length, kind = struct.unpack_from("=IH", data)
        yield kind, data[16:length]
        data = data[(length + 3) & ~3 :]


def _attributes(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3 :]
    return found
