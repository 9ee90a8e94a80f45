"""The connections between peers, as each node's own network namespace knows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from support.domain import NodeName, in_order
from support.engines.contract import PEERS, Deployment


@dataclass(frozen=True, order=True)
class Connection:
    """One connection of a node: its own port, and the address and port of its peer."""

    port: int
    peer: str
    peer_port: int

    @property
    def words(self) -> str:
        """What `ss` selects it by, and no connection that is made after it."""
        return f"( sport = :{self.port} and dst {self.peer} and dport = :{self.peer_port} )"


class Connections:
    """What peers of one network have open between them, and how it is reset."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def between(self, node: NodeName, others: Iterable[NodeName]) -> list[Connection]:
        """What a node has open with some of its peers; an attempt to dial is not open yet."""
        hosts = [self._host(other) for other in in_order(others)]
        if not hosts:
            return []
        theirs = " or ".join(f"dst {host}" for host in hosts)
        wanted = f"{self._of_peers(node)} and ( {theirs} )"
        listing = self._run(node, "-tnH", "state", "established", wanted)
        ends = [line.split()[2:4] for line in listing.splitlines() if line.strip()]
        return sorted(_connection(own, peer) for own, peer in ends)

    def reset(self, node: NodeName, connections: Iterable[Connection]) -> None:
        """Reset these connections at one node, which tells its peers; some may be gone already."""
        words = " or ".join(connection.words for connection in connections)
        if words:
            self._run(node, "-K", words)

    def break_off(self, node: NodeName, other: NodeName) -> None:
        """Reset whatever a node has with one of its peers, attempts to dial as well."""
        self._run(node, "-K", f"dst {self._host(other)} and {self._of_peers(node)}")

    def _host(self, node: NodeName) -> str:
        return self._deployment.address(node).host

    def _of_peers(self, node: NodeName) -> str:
        port = self._deployment.address(node).ports[PEERS]
        return f"( sport = :{port} or dport = :{port} )"

    def _run(self, node: NodeName, *words: str) -> str:
        return self._deployment.in_network_namespace(node).run(["ss", *words])


def _connection(own: str, peer: str) -> Connection:
    host, _, peer_port = peer.rpartition(":")
    # a node that listens for IPv6 as well has IPv4 written in its way
    host = host.strip("[]").removeprefix("::ffff:")
    return Connection(int(own.rpartition(":")[2]), host, int(peer_port))
