"""The connections behind the simulated links, as `ss` tells of them and resets them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from support.domain import NodeName
from tests.fake.node import SimulatedNode

#: The port of a node's peers: nothing else listens on the address that peers know.
PEER_PORT = 7000

_WANTED = re.compile(r"dst (\S+)")
_ONE = re.compile(r"sport = :(\d+) and dst (\S+) and dport = :(\d+)")


class Sockets:
    """One connection a link; the node whose name comes first has dialled."""

    def __init__(self) -> None:
        self._ports = count(40_001)
        self._dialled_from: dict[frozenset[NodeName], int] = {}

    def listing(self, node: SimulatedNode, peers: Iterable[SimulatedNode], words: str) -> str:
        """The connections with those peers that the words name, a line each."""
        wanted = _WANTED.findall(words)
        rows = [
            f"0 0 {node.host}:{own} {peer.host}:{theirs}\n"
            for peer in peers
            if peer.host in wanted
            for own, theirs in [self._ends(node, peer)]
        ]
        return "".join(rows)

    def reset(self, node: SimulatedNode, peers: Iterable[SimulatedNode], words: str) -> None:
        """Those that the words name are dialled anew, from another port."""
        named = {(int(own), host, int(theirs)) for own, host, theirs in _ONE.findall(words)}
        for peer in peers:
            own, theirs = self._ends(node, peer)
            if (own, peer.host, theirs) in named:
                del self._dialled_from[_link(node, peer)]

    def _ends(self, node: SimulatedNode, peer: SimulatedNode) -> tuple[int, int]:
        link = _link(node, peer)
        if link not in self._dialled_from:
            self._dialled_from[link] = next(self._ports)
        port = self._dialled_from[link]
        return (port, PEER_PORT) if node.name < peer.name else (PEER_PORT, port)


def _link(one: SimulatedNode, other: SimulatedNode) -> frozenset[NodeName]:
    return frozenset((one.name, other.name))
