"""Nodes get the next release: all at the height that was agreed on, some too early or too late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from support.agreement import nodes_have_caught_up
from support.domain import Blocks, Height, NodeName, NodeState, Silence, in_order
from support.matchers import on_these_nodes
from support.network import Network
from support.upgrade.matchers import waits_before
from support.upgrade.motions import Motion
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually

#: The pace of a network is that of most of its blocks. Where one of four nodes is down each of its
#: turns costs a round: on a busy machine a block took three times as long as most of them (seen).
_SLOWER_THAN_MOST = 4


class Rollout:
    """Who runs what in one scenario.

    Whoever is not on the release that the others go on with is not counted on: it may stand still,
    and may end by itself (:meth:`support.faults.faults.Faults.set_aside`).
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._too_early: set[NodeName] = set()
        self._fetching: set[NodeName] = set()
        self._come_to: Motion | None = None

    def await_height(self, motion: Motion, nodes: Iterable[NodeName]) -> None:
        """Return when these nodes have all but the block that they must not execute.

        From then on they are not counted on: they stand still until they are upgraded.
        """
        self._come_to = motion
        named = list(nodes)
        for node in named:
            self._network.faults.set_aside(node)
        eventually(
            lambda: {node: self._whereabouts(node) for node in named},
            on_these_nodes(named, waits_before(motion.height)),
            on=self._network,
            within=self._time_until(motion.height),
            stall=STALL_AFTER_A_FAULT,
        )

    def leave_out(self, nodes: Iterable[NodeName]) -> None:
        """These nodes keep the release that they have, though the others do not."""
        for node in nodes:
            self._network.faults.set_aside(node)

    def upgrade(self, nodes: Iterable[NodeName]) -> None:
        """Stop nodes in order, if they run, and start them with the next release."""
        named = in_order(nodes)
        for node in named:
            self._change(node)
        for node in named:
            self._network.faults.start(node)
            self._network.faults.count_on(node)
            self._fetching.discard(node)

    def upgrade_too_early(self, node: NodeName) -> None:
        """The same for one that cannot take part before the agreed height."""
        self._network.faults.set_aside(node)
        self._change(node)
        self._network.faults.start(node)
        self._too_early.add(node)

    def take_back(self, node: NodeName) -> None:
        """Start a node that was upgraded too early with the release that it had before.

        It is counted on again, unless the others have come to the agreed block meanwhile.
        """
        self._stop(node)
        self._network.take_back_upgrade(node)
        self._network.faults.start(node)
        self._too_early.discard(node)
        self._fetching.add(node)
        if self._come_to is None:
            self._network.faults.count_on(node)

    def start_as_it_was(self, node: NodeName) -> None:
        """Start a node that is down, with the release that it had and the others have no more."""
        self._network.faults.set_aside(node)
        self._network.faults.start(node)

    def heights(self, nodes: Iterable[NodeName]) -> Mapping[NodeName, Height | Silence]:
        """The newest block of each of these nodes; one that has ended is where it was last."""
        told = dict(self._network.heights(nodes))
        for node in [node for node, height in told.items() if isinstance(height, Silence)]:
            if self._has_ended(node):
                told[node] = self._network.history.highest(node)
        return told

    def await_return(self, node: NodeName) -> None:
        """Return when a node has caught up with the others."""
        nodes_have_caught_up(self._network, [node])

    def finish(self) -> None:
        """Give everybody who is still not counted on what the others have."""
        early = in_order(self._too_early)
        self.upgrade(self._network.faults.aside - self._too_early)
        for node in early:
            self.take_back(node)
        if early and self._come_to is not None:
            self.await_height(self._come_to, early)
            self.upgrade(early)

    def _time_until(self, height: Height) -> Blocks:
        """What the blocks until then may take, slow ones among them, and a recovery."""
        left = max(0, height - self._network.top())
        return Blocks(RECOVERY.count + _SLOWER_THAN_MOST * left)

    def _whereabouts(self, node: NodeName) -> Height | Silence | NodeState:
        """The newest block of a node, or that it has ended.

        That is no surprise of one that fetches blocks that it has missed: it ends when it comes to
        the agreed one. All others only stand still.
        """
        told = self._network.heights([node])[node]
        if isinstance(told, Silence) and node in self._fetching and self._has_ended(node):
            return NodeState.STOPPED
        return told

    def _has_ended(self, node: NodeName) -> bool:
        return self._network.deployment.state(node) is NodeState.STOPPED

    def _change(self, node: NodeName) -> None:
        self._stop(node)
        self._network.upgrade(node)

    def _stop(self, node: NodeName) -> None:
        if node not in self._network.faults.down:
            self._network.faults.stop(node)
