"""What a scenario asks a network to be like, and whether that can be had."""

from __future__ import annotations

from dataclasses import dataclass

from support.domain import BadRequest, NodeName, node_named

#: More nodes than this do not fit on a laptop (about 250 MiB and a tenth of a core each).
MOST_NODES = 32

DEFAULT_BLOCK_TIME = 0.2


@dataclass(frozen=True)
class Topology:
    """How many nodes, and how fast they make blocks (``block_time`` in seconds).

    Two equal topologies may share one running network; the pool leases by this value.
    """

    nodes: int
    block_time: float = DEFAULT_BLOCK_TIME

    def __post_init__(self) -> None:
        if not 1 <= self.nodes <= MOST_NODES:
            raise BadRequest(
                f"a network of {self.nodes} nodes cannot be had: ask for 1 to {MOST_NODES} nodes"
            )
        if not 0.05 <= self.block_time <= 60:
            raise BadRequest(
                f"a block time of {self.block_time:g} s cannot be had: ask for 0.05 to 60 seconds"
            )

    @property
    def names(self) -> tuple[NodeName, ...]:
        """``node-1`` to ``node-N``, in order."""
        return tuple(node_named(number) for number in range(1, self.nodes + 1))
