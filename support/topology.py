"""What a scenario asks a network to be like, and whether that can be had."""

from __future__ import annotations

from dataclasses import dataclass

from support.domain import BadRequest, Megabytes, NodeName, Trait, Votes, node_named

#: More nodes than this do not fit on a laptop (about 250 MiB and a tenth of a core each).
MOST_NODES = 32

DEFAULT_BLOCK_TIME = 0.2
#: For what is claimed of single moments: a busy machine asks about them too late otherwise.
ONE_SECOND = 1.0

#: Room for six minutes of blocks every 0.2 s (a home of injective 1.20.1 grows by 10 MB a minute).
#: Small disks are held in memory, so what is filled is memory of this machine.
SMALL_DISK = Megabytes(64)
#: A node's first files need less than one of these; more than the most is no small disk.
_DISKS = (Megabytes(8), Megabytes(1000))


@dataclass(frozen=True)
class Topology:
    """How many nodes, and how fast they make blocks (``block_time`` in seconds).

    ``disk`` is how large the disk of every node is; None for one that only this machine limits.
    ``votes`` is what each node's stake makes, in order; none at all for the same on every node. A
    node with 0 of them follows the others, and its operator has something to stake.
    ``traits`` is what else the network is like.

    Two equal topologies may share one running network; the pool leases by this value.
    """

    nodes: int
    block_time: float = DEFAULT_BLOCK_TIME
    disk: Megabytes | None = None
    votes: tuple[Votes, ...] = ()
    traits: frozenset[Trait] = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= self.nodes <= MOST_NODES:
            raise BadRequest(
                f"a network of {self.nodes} nodes cannot be had: ask for 1 to {MOST_NODES} nodes"
            )
        if not 0.05 <= self.block_time <= 60:
            raise BadRequest(
                f"a block time of {self.block_time:g} s cannot be had: ask for 0.05 to 60 seconds"
            )
        if self.votes and len(self.votes) != self.nodes:
            raise BadRequest(
                f"a network of {self.nodes} nodes has as many stakes, and {len(self.votes)} are "
                "named"
            )
        if self.votes and not any(votes.whole for votes in self.votes):
            raise BadRequest("a network in which no node has a vote cannot be had")
        least, most = _DISKS
        if self.disk is not None and not least <= self.disk <= most:
            raise BadRequest(
                f"a disk of {self.disk} cannot be had: ask for {least.value} to {most}"
            )

    @property
    def names(self) -> tuple[NodeName, ...]:
        """``node-1`` to ``node-N``, in order."""
        return tuple(node_named(number) for number in range(1, self.nodes + 1))
