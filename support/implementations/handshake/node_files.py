"""What a node finds in its home, and the command that starts it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from ecdsa import SECP256k1

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress, NodeBlueprint

#: What hsd calls the networks that nodes of ours, and strangers, belong to.
OURS = "regtest"
ANOTHER = "simnet"

#: Who connects, every block, and reorganisations, a line each. A stranger has to tell more: why it
#: is turned away is not among what hsd calls information.
_LOG_LEVELS = {OURS: "info", ANOTHER: "debug"}
#: Connections that others may open: every other node's, and a second one when two dial at once.
_MOST_INBOUND = 64


def node_blueprint(
    name: NodeName, address: NodeAddress, peers: Sequence[str], *, network: str = OURS
) -> NodeBlueprint:
    """A node that is told to hold on to ``peers`` (``host:port``), and to look for no others."""
    command = _command(name, address, peers, network)
    files = {_key_file(network): _node_key()}
    return NodeBlueprint(name=name, files=files, command=command, address=address)


def with_another_key(node: NodeBlueprint) -> NodeBlueprint:
    """The same node with another identity."""
    return replace(node, files={path: _node_key() for path in node.files})


def peer_address(address: NodeAddress) -> str:
    """How other nodes are told of a node."""
    return f"{address.host}:{address.ports[PEERS]}"


def _command(
    name: NodeName, address: NodeAddress, peers: Sequence[str], network: str
) -> tuple[str, ...]:
    return (
        "hsd",
        f"--network={network}",
        f"--prefix={address.home}",
        f"--agent={name}",  # by which its peers tell who it is
        # -- among peers; the encrypted door, which nobody uses, cannot be closed: any free port
        "--listen=true",
        f"--host={address.listen}",
        f"--port={address.ports[PEERS]}",
        "--brontide-port=0",
        f"--max-inbound={_MOST_INBOUND}",
        *([f"--only={','.join(peers)}"] if peers else []),
        # -- for customers: no password, as only the suite can reach it
        f"--http-host={address.listen}",
        f"--http-port={address.ports[API]}",
        "--no-auth=true",
        "--index-tx=true",
        "--index-address=true",
        # -- rules: what is worth less than it costs to spend is refused, as on the main net
        "--require-standard=true",
        # -- what networks of ours have no use for. Worker processes, two per node, would verify
        # signatures: starting them takes 0.3 s at the first payment, a signature 0.1 ms without.
        "--no-wallet=true",
        "--no-dns=true",
        "--workers=false",
        # -- the log goes where the engine keeps it
        f"--log-level={_LOG_LEVELS[network]}",
        "--log-file=false",
    )


def _key_file(network: str) -> str:
    return f"{network}/key"


def _node_key() -> bytes:
    """A node's secp256k1 key, as hsd keeps it; without one all nodes of a regtest have the same."""
    return f"{1 + secrets.randbelow(SECP256k1.order - 1):064x}\n".encode()
