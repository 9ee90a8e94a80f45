"""What a scenario asks a network to be like, and whether that can be had."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from support.domain import BadRequest, Megabytes, NodeName, Votes, node_named, node_number

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


class Trait(Enum):
    """What a network is like beyond its size. The value is the phrase used in feature files."""

    SNAPSHOTS = "that keeps snapshots"
    SHORT_MEMORY = "with a short memory"
    PUBLIC = "that tell their addresses"
    RING = "in a ring"
    LINE = "in a line"
    STAR = "in a star"
    STRICT_ATTENDANCE = "with strict attendance"
    QUICK_RETURN = "that returns stakes quickly"
    QUICK_DECISIONS = "that decides quickly"
    PREVIOUS_RELEASE = "on the previous release"


#: Traits that say who has a link to whom; without one of them everybody has one to everybody.
SHAPES = frozenset({Trait.RING, Trait.LINE, Trait.STAR})


@dataclass(frozen=True)
class Topology:
    """How many nodes, and how fast they make blocks (``block_time`` in seconds).

    ``disk`` is how large the disk of every node is; None for one that only this machine limits.
    ``votes`` is what each node's stake makes, in order; none at all for the same on every node. A
    node with 0 of them follows the others, and its operator has something to stake.
    ``traits`` is what else was asked for; an implementation that lacks one of them is not asked.

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
        if len(self.traits & SHAPES) > 1:
            raise BadRequest("the nodes of a network form one shape, and this one asks for two")
        least, most = _DISKS
        if self.disk is not None and not least <= self.disk <= most:
            raise BadRequest(
                f"a disk of {self.disk} cannot be had: ask for {least.value} to {most}"
            )

    @property
    def names(self) -> tuple[NodeName, ...]:
        """``node-1`` to ``node-N``, in order."""
        return tuple(node_named(number) for number in range(1, self.nodes + 1))

    @property
    def is_a_mesh(self) -> bool:
        """Whether every node is to have a link to every other."""
        return not self.traits & SHAPES

    def linked(self, one: NodeName, other: NodeName) -> bool:
        """Whether these two are to have a link; whoever joins later has one to everybody.

        In a line node 1 is at one end, in a star it is in the middle.
        """
        if self.is_a_mesh or not {one, other} <= set(self.names):
            return one != other
        low, high = sorted((node_number(one), node_number(other)))
        if Trait.STAR in self.traits:
            return low == 1 < high
        around = Trait.RING in self.traits and (low, high) == (1, self.nodes)
        return high - low == 1 or around
