"""What all nodes of one simulated network know before its first block."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from support.domain import NodeName

#: The files below a simulated node's home.
GENESIS_FILE = "genesis.json"
NODE_FILE = "node.json"

#: Addresses with this prefix were there from the start; any other becomes known by receiving.
OPENED = "open"
UNHEARD_OF = "unheard"
TREASURY = "treasury"


@dataclass(frozen=True)
class Genesis:
    """``network`` tells it from all others; ``block_time`` in seconds; ``supply`` in coins."""

    network: str
    block_time: float
    validators: tuple[str, ...]
    treasury: str
    supply: int

    def to_file(self) -> bytes:
        """As it lies in a node's home."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_file(cls, content: bytes) -> Genesis:
        """What :meth:`to_file` wrote."""
        facts = json.loads(content)
        return cls(**{**facts, "validators": tuple(facts["validators"])})


def peers_to_file(peers: Mapping[NodeName, str]) -> bytes:
    """The other nodes and their addresses, as they lie in a node's home."""
    return json.dumps({"peers": dict(peers)}, indent=1).encode()


def peers_from_file(content: bytes) -> frozenset[NodeName]:
    """The names of the nodes that a node is told to talk to."""
    return frozenset(NodeName(name) for name in json.loads(content)["peers"])
