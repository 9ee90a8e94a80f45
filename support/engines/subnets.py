"""Picks address ranges for networks, so that two runs on one host do not meet."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

#: Private space; first the part that offices, VPNs and Docker's own default ranges use least.
_SPACES = tuple(map(IPv4Network, ("10.128.0.0/9", "172.16.0.0/12", "192.168.0.0/16")))
#: 62 addresses: the largest network, its strangers, and the gateway.
_PREFIX = 26
#: The first addresses are left to the gateway and to whatever the daemon wants.
_FIRST_NODE = 8


def candidates(taken: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    """Random ranges that overlap with none of ``taken``; a few dozen a space, no more."""
    occupied = list(taken)
    chance = random.SystemRandom()
    for space in _SPACES:
        for _ in range(64):
            number = chance.randrange(2 ** (_PREFIX - space.prefixlen))
            subnet = IPv4Network((int(space[0]) + number * 2 ** (32 - _PREFIX), _PREFIX))
            if not any(subnet.overlaps(other) for other in occupied):
                yield subnet


def address_of(subnet: IPv4Network, number: int) -> IPv4Address:
    """Where node ``number`` of a network lives."""
    return subnet[_FIRST_NODE + number]


def host_routes(table: Path = Path("/proc/net/route")) -> list[IPv4Network]:
    """What this host already reaches by another way; empty where the host does not tell (macOS)."""
    try:
        rows = table.read_text().splitlines()[1:]
    except OSError:
        return []
    routes = []
    for row in rows:
        columns = row.split()
        destination, mask = (int.from_bytes(bytes.fromhex(columns[i]), "little") for i in (1, 7))
        if destination:
            routes.append(IPv4Network((destination, str(IPv4Address(mask)))))
    return routes
