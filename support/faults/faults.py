"""Everything that a scenario does to links, nodes, disks and clocks, and its undo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from support.domain import (
    BadRequest,
    Blocks,
    EnvironmentProblem,
    Milliseconds,
    NetworkFailure,
    NodeName,
    NodeState,
    Skew,
    in_order,
    members_of,
)
from support.engines.contract import Deployment, NodeBlueprint, last_words
from support.faults import grudges, treatment
from support.faults.clock_faults import ClockFaults
from support.faults.disk_faults import DiskFaults
from support.faults.flapping import Flapping
from support.faults.grudges import Grudge
from support.faults.link_shaping import LinkShaping
from support.faults.node_faults import NodeFaults
from support.faults.packet_filter import PacketFilter
from support.faults.slow_disks import SlowDisks
from support.faults.treatment import Shape
from support.journal import Journal


class Faults:
    """The faults of one network. Each is measured when it comes and when it goes.

    ``period`` is how long so many blocks last, in seconds; ``own_time`` what time a node says that
    it is, in seconds since 1970. ``fresh`` makes the blueprint of a node that takes another one's
    place. ``on_wiped`` is told of a node that has got an empty disk, ``on_started`` of one that
    runs again, before it counts as being back.
    """

    def __init__(
        self,
        nodes: Sequence[NodeName],
        deployment: Deployment,
        journal: Journal,
        *,
        period: Callable[[Blocks], float],
        own_time: Callable[[NodeName], float | None],
        fresh: Callable[[NodeName], NodeBlueprint],
        on_wiped: Callable[[NodeName], None],
        on_started: Callable[[NodeName], None],
    ) -> None:
        self._all = nodes
        self._deployment = deployment
        self._journal = journal
        self._period = period
        self._fresh = fresh
        self._on_wiped = on_wiped
        self._on_started = on_started
        #: Nodes that are no members, and whose links can be cut as well.
        self.beside: list[NodeName] = []
        #: How many cuts there ever were: what happened on one side may be undone by the other.
        self.cuts = 0
        self._flapping: list[Flapping] = []
        self._changing_links = threading.RLock()
        self._filter = PacketFilter(deployment, journal)
        self._shaping = LinkShaping(deployment, journal, lambda: self.grudge)
        self._nodes = NodeFaults(deployment, journal)
        self._aside: set[NodeName] = set()
        self._disks = DiskFaults(deployment, journal)
        self._slow_disks = SlowDisks(deployment, journal)
        self._clocks = ClockFaults(deployment, journal, own_time)

    # -- what is in force

    @property
    def grudge(self) -> Grudge:
        """What is dropped between the nodes at the moment."""
        return self._filter.grudge

    @property
    def away(self) -> frozenset[NodeName]:
        """Nodes that are down or frozen, or cannot go on and so may end at any moment."""
        return self._nodes.down | self._nodes.frozen | self._disks.full | self._aside

    @property
    def down(self) -> frozenset[NodeName]:
        """Nodes that do not run because somebody wanted it so."""
        return self._nodes.down

    @property
    def aside(self) -> frozenset[NodeName]:
        """Nodes whose software does not fit what the others agree on, now or soon."""
        return frozenset(self._aside)

    @property
    def any(self) -> bool:
        """Whether any link or node is not as it should be."""
        nodes = self.away | self._slow_disks.slow | self._clocks.wrong
        return bool(nodes or self._flapping or self._shaping.shape) or any(self.grudge.values())

    @property
    def wrong_clocks(self) -> Mapping[NodeName, Skew]:
        """The clocks that are wrong, and by how much."""
        return self._clocks.skews

    @property
    def in_words(self) -> tuple[str, ...]:
        """Each of them that is in force, as a sentence for people."""
        flapping = [each.words for each in self._flapping]
        dropped = [grudges.in_words(self.grudge)] if any(self.grudge.values()) else []
        shape = self._shaping.shape
        treated = [treatment.in_words(shape)] if shape else []
        nodes = [f"{node} is down" for node in in_order(self._nodes.down)]
        nodes += [f"{node} waits to be upgraded" for node in in_order(self._aside)]
        nodes += [f"{node} is frozen" for node in in_order(self._nodes.frozen)]
        nodes += [f"the disk of {node} is full" for node in in_order(self._disks.full)]
        nodes += [f"the disk of {node} is slow" for node in in_order(self._slow_disks.slow)]
        skews = self.wrong_clocks
        clocks = [f"the clock of {node} is {skews[node]}" for node in in_order(skews)]
        return (*dropped, *flapping, *treated, *nodes, *clocks)

    # -- links

    def cut(self, grudge: Grudge) -> int:
        """Cut links until :meth:`heal`; the number of just this cut."""
        everybody = [*grudge, *(other for others in grudge.values() for other in others)]
        self._members(*(node for node in everybody if node not in self.beside))
        self.cuts += 1
        with self._changing_links:
            return self._filter.cut(grudge)

    def flap(self, grudge: Grudge, every: Blocks) -> None:
        """Cut links and heal them in a rhythm until :meth:`heal`."""
        flapping = Flapping(
            grudge, self._period(every), cut=self.cut, heal=self._mend, journal=self._journal
        )
        self._flapping.append(flapping)
        flapping.start()

    def treat(self, shape: Shape) -> None:
        """Make links slow, lossy or untidy until :meth:`heal`."""
        for node in self._members(*(node for direction in shape for node in direction)):
            if node in self._nodes.down:
                raise BadRequest(f"{node} is down, so its links cannot be changed")
        with self._changing_links:
            self._shaping.treat(shape)

    def heal(self) -> None:
        """All links carry everything again, as they used to."""
        while self._flapping:
            self._flapping.pop().stop()
        self._mend(None)
        with self._changing_links:
            self._shaping.undo()

    def break_off(self, node: NodeName, other: NodeName) -> None:
        """Reset the connection of two nodes, of which one may know nothing. It is no fault."""
        self._members(node, other)
        with self._changing_links:
            self._filter.break_off(node, other)

    def _mend(self, number: int | None) -> None:
        with self._changing_links:
            self._filter.heal(number)

    # -- nodes

    def kill(self, node: NodeName) -> None:
        """End a node as a power cut would."""
        self._members(node)
        with self._changing_links:
            if not self._has_died(node):
                self._nodes.kill(node)

    def stop(self, node: NodeName) -> None:
        """End a node in order."""
        self._members(node)
        with self._changing_links:
            if not self._has_died(node):
                self._nodes.stop(node)

    def freeze(self, node: NodeName) -> None:
        """Let a node stand still as it is."""
        self._nodes.freeze(*self._members(node))

    def wake(self, node: NodeName) -> None:
        """Let a frozen node go on."""
        self._nodes.wake(*self._members(node))

    def set_aside(self, node: NodeName) -> None:
        """Do not count on a node until :meth:`count_on`: it may stand still, or end by itself.

        It does so when its software does not fit what the others agree on.
        """
        self._aside.update(self._members(node))

    def count_on(self, node: NodeName) -> None:
        """Expect a node to keep up with the others again."""
        self._aside.difference_update(self._members(node))

    def wipe(self, node: NodeName) -> None:
        """Give a node that is down an empty disk."""
        self._members(node)
        if node in self._disks.full:
            raise BadRequest(f"the disk of {node} is full and stays so, so it cannot be emptied")
        self._nodes.wipe(node)
        self._on_wiped(node)

    def start(self, node: NodeName) -> None:
        """Start a node that was taken down; what is done to its links holds for it again.

        Its own rules come back a moment after it starts; those of the others hold all the time.
        """
        self._nodes.start(*self._members(node))
        self._welcome(node)

    def replace(self, node: NodeName) -> None:
        """Put a fresh node in the place of one that is down, for good, and start it.

        It has the address and the vote of the old one, an empty disk, and is somebody else to its
        peers.
        """
        self._members(node)
        if node in self._disks.full:
            raise BadRequest(f"the disk of {node} is full and stays so: make room on it first")
        self._on_wiped(node)  # before it starts: it may be seen at its first block at once
        self._nodes.replace(node, lambda: self._fresh(node))
        self._welcome(node)

    def _welcome(self, node: NodeName) -> None:
        """What is done to a node that has just started, and to its links, holds again."""
        try:
            with self._changing_links:
                self._filter.renew(node)
                self._shaping.renew(node)
            self._on_started(node)
            self._slow_disks.renew(node)
            self._clocks.renew(node)
        except EnvironmentProblem:
            if self._deployment.state(node) is NodeState.STOPPED:  # and so it has no address
                if node in self._disks.full | self._aside:
                    return  # it stays down until it has room, or software that fits
                words = last_words(self._deployment, node)
                raise NetworkFailure(
                    f"{node} ended at its start; its last words:\n{words}"
                ) from None
            raise
        self._nodes.is_up_again(node)

    # -- disks

    def fill_disk(self, node: NodeName) -> None:
        """Leave no room on the disk of a node until :meth:`free_disk`. It may die of that."""
        self._members(node)
        if node in self._nodes.down:
            raise BadRequest(f"{node} is down, so it would not notice that its disk is full")
        self._disks.fill(node)

    def free_disk(self, node: NodeName) -> None:
        """Give the disk of a node its room again, and start the node anew.

        A node that could not write may go on for ever without doing anything (injective 1.20.1
        does), may have died, or may have been taken down meanwhile.
        """
        self._members(node)
        self._disks.free(node)
        if node not in self._nodes.down:
            with self._changing_links:
                if not self._nodes.has_died(node):
                    self._nodes.stop(node)
        self.start(node)

    def slow_disk(self, node: NodeName, longer: Milliseconds) -> None:
        """Let all that a node wants to have kept for sure take longer, also when it starts anew."""
        self._insist_that_it_runs(node, "its disk cannot be changed")
        self._slow_disks.slow_down(node, longer)

    def restore_disk_speed(self, node: NodeName) -> None:
        """Let the disk of a node take what it takes."""
        self._insist_that_it_runs(node, "its disk cannot be changed")
        self._slow_disks.speed_up(node)

    # -- clocks

    def set_clock(self, node: NodeName, skew: Skew) -> None:
        """Let a node believe that it is another time, also when it starts anew."""
        self._insist_that_it_runs(node, "its clock cannot be set")
        self._clocks.set(node, skew)

    def set_clock_right(self, node: NodeName) -> None:
        """Let a node believe the truth again."""
        self._insist_that_it_runs(node, "its clock cannot be set")
        self._clocks.set_right(node)

    def _insist_that_it_runs(self, node: NodeName, cannot: str) -> None:
        self._members(node)
        if node in self._nodes.down | self._nodes.frozen:
            how = "down" if node in self._nodes.down else "frozen"
            raise BadRequest(f"{node} is {how}, so {cannot}")

    def _has_died(self, node: NodeName) -> bool:
        """Whether a node has ended that nobody counts on."""
        may_die = (self._disks.full | self._aside) - self._nodes.down
        return node in may_die and self._nodes.has_died(node)

    # -- the end

    def undo(self) -> None:
        """Undo every fault that is still in force."""
        self.heal()
        for node in in_order(self._nodes.frozen):
            self.wake(node)
        for node in in_order(self._disks.full):
            self.free_disk(node)
        for node in in_order(self._aside):
            if self._has_died(node):
                self.start(node)
        self._aside.clear()
        for node in in_order(self._nodes.down):
            self.start(node)
        for node in in_order(self._slow_disks.slow):
            self.restore_disk_speed(node)
        for node in in_order(self._clocks.wrong):
            self.set_clock_right(node)

    def abandon(self) -> None:
        """Do nothing more to a network that is about to be removed with all its links."""
        while self._flapping:
            with suppress(EnvironmentProblem):
                self._flapping.pop().stop()

    def _members(self, *nodes: NodeName) -> list[NodeName]:
        return members_of(self._all, nodes)
