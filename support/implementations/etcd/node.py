"""The command that starts a node: there is no file that it would need."""

from __future__ import annotations

from collections.abc import Mapping

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress, NodeBlueprint

#: Milliseconds. A leader is heard that often, and missed after that long (etcd's own defaults).
_HEARTBEAT = 100
_ELECTION = 1000


def node_blueprint(
    name: NodeName,
    address: NodeAddress,
    members: Mapping[NodeName, str],
    *,
    identity: str,
    joins: bool = False,
) -> NodeBlueprint:
    """A member of the cluster ``identity``; ``members`` are the peer addresses of all by name.

    ``joins`` a cluster that runs already and has been told of it. An election asks around first
    whether anybody would vote (pre-vote), so that a node that comes back disturbs nobody.
    """
    host = address.host
    command = (
        "etcd",
        "--name", name,
        "--data-dir", f"{address.home}/data",
        "--initial-cluster-token", identity,
        "--initial-cluster", ",".join(f"{other}={url}" for other, url in members.items()),
        "--initial-cluster-state", "existing" if joins else "new",
        "--listen-peer-urls", _url(address.listen, address.ports[PEERS]),
        "--initial-advertise-peer-urls", peer_url(address),
        "--listen-client-urls", _url(address.listen, address.ports[API]),
        "--advertise-client-urls", _url(host, address.ports[API]),
        "--heartbeat-interval", str(_HEARTBEAT),
        "--election-timeout", str(_ELECTION),
        "--pre-vote=true",
        "--logger", "zap",
        "--log-outputs", "stderr",
    )  # fmt: skip
    return NodeBlueprint(name=name, files={}, command=command, address=address)


def peer_url(address: NodeAddress) -> str:
    """Where the others reach a node."""
    return _url(address.host, address.ports[PEERS])


def said(node: NodeBlueprint, option: str) -> str:
    """What a node's command says for an option."""
    return node.command[node.command.index(option) + 1]


def _url(host: str, port: int) -> str:
    return f"http://{host}:{port}"
