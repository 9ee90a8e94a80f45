"""Picks address ranges for networks, so that two runs on one host do not meet."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

#: Private space seldom used by offices and VPNs; Docker's own default ranges lie elsewhere.
_SPACE = IPv4Network("10.128.0.0/9")
#: 62 addresses: the largest network, its strangers, and the gateway.
_PREFIX = 26
#: The first addresses are left to the gateway and to whatever the daemon wants.
_FIRST_NODE = 8


def candidates(taken: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    """Random ranges that overlap with none of ``taken``; a few dozen, then it gives up."""
    occupied = list(taken)
    chance = random.SystemRandom()
    for _ in range(64):
        base = int(_SPACE.network_address) + chance.randrange(2 ** (_PREFIX - 9)) * 2 ** (
            32 - _PREFIX
        )
        subnet = IPv4Network((base, _PREFIX))
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
