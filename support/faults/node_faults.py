"""Takes nodes down, freezes them and brings them back, and remembers which are away."""

from __future__ import annotations

from collections.abc import Callable

from support.domain import BadRequest, NetworkFailure, NodeName, NodeState, in_numbers
from support.engines.contract import Deployment, NodeBlueprint, last_words
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal


class NodeFaults:
    """The nodes of one network that a scenario has taken down."""

    def __init__(self, deployment: Deployment, journal: Journal) -> None:
        self._deployment = deployment
        self._journal = journal
        self._down: set[NodeName] = set()
        self._frozen: set[NodeName] = set()

    @property
    def down(self) -> frozenset[NodeName]:
        """Nodes that do not run because somebody wanted it so."""
        return frozenset(self._down)

    @property
    def frozen(self) -> frozenset[NodeName]:
        """Nodes that are there and do nothing because somebody wanted it so."""
        return frozenset(self._frozen)

    def kill(self, node: NodeName) -> None:
        """End a node as a power cut would."""
        self._take_down(node, "kill", self._deployment.kill)

    def stop(self, node: NodeName) -> None:
        """End a node in order."""
        self._take_down(node, "stop", self._deployment.stop)

    def has_died(self, node: NodeName) -> bool:
        """Whether a node that might die of a fault has done so. If so, it counts as taken down."""
        if self._deployment.state(node) is not NodeState.STOPPED:
            return False
        self._journal.write("node exited", node=node, **_band("down", node, "has ended by itself"))
        self._down.add(node)
        self._frozen.discard(node)
        return True

    def freeze(self, node: NodeName) -> None:
        """Let a node stand still as it is: its connections stay open, and it says nothing."""
        if node in self._frozen | self._down:
            raise BadRequest(f"{node} is {'frozen' if node in self._frozen else 'down'} already")
        self._insist_on_life(node, "freeze")
        self._journal.write(
            "fault asked for", what="freeze", node=node, **_band("freeze", node, "is frozen")
        )
        self._frozen.add(node)  # the undo is known before the fault is there
        self._deployment.pause(node)
        self._insist_on(NodeState.PAUSED, node, "freeze")

    def wake(self, node: NodeName) -> None:
        """Let a frozen node go on where it stood."""
        if node not in self._frozen:
            raise BadRequest(f"{node} is not frozen, so it cannot be woken")
        self._deployment.resume(node)
        self._frozen.discard(node)
        self._insist_on(NodeState.RUNNING, node, "wake up")
        self._journal.write("fault undone", what="freeze", node=node, ids=[_id("freeze", node)])

    def wipe(self, node: NodeName) -> None:
        """Give a node that is down the disk that it had before its first start.

        What a node has written to its log is told as long as it has the same disk, so an empty disk
        is measured by the silence of the log.
        """
        if node not in self._down:
            raise BadRequest(f"{node} is running, so its disk cannot be changed")
        self._journal.write(
            "fault asked for",
            what="empty disk",
            node=node,
            **_band("empty disk", node, "has lost its disk"),
        )
        self._deployment.wipe(node)
        self._journal.write("fault applied", what="empty disk", node=node)
        if self._deployment.logs(node, tail=1):
            raise FaultHadNoEffect(f"{node} was given an empty disk, and has what it wrote before")
        self._journal.write("fault measured", what="empty disk", node=node)

    def replace(self, node: NodeName, fresh: Callable[[], NodeBlueprint]) -> None:
        """Remove a node that is down, with all that it had, and start another one in its place.

        As with :meth:`start`, it still counts as down.
        """
        if node not in self._down:
            raise BadRequest(f"{node} is running, so no other node can take its place")
        self._journal.write(
            "fault asked for",
            what="replacement",
            node=node,
            **_band("replacement", node, "is replaced by a fresh one"),
        )
        blueprint = fresh()
        self._deployment.remove(node)
        self._deployment.add(blueprint)
        self._journal.write("fault applied", what="replacement", node=node)
        self._insist_on(NodeState.RUNNING, node, "take the place of another one")

    def start(self, node: NodeName) -> None:
        """Start a node that was taken down; it has the disk that it had.

        It still counts as down until :meth:`is_up_again` is said: it has a new address by now.
        """
        if node not in self._down:
            raise BadRequest(f"{node} is running already, so it cannot be started")
        self._deployment.start(node)

    def is_up_again(self, node: NodeName) -> None:
        """Everything that has to know the new node does."""
        self._down.discard(node)
        ids = [_id(what, node) for what in ("down", "freeze", "empty disk", "replacement")]
        self._journal.write("fault undone", what="down", node=node, ids=ids)

    def _take_down(self, node: NodeName, what: str, action: Callable[[NodeName], None]) -> None:
        if node in self._down:
            raise BadRequest(f"{node} is down already")
        self._insist_on_life(node, what)
        words = "is killed" if what == "kill" else "is stopped"
        self._journal.write("fault asked for", what=what, node=node, **_band("down", node, words))
        self._down.add(node)  # the undo is known before the fault is there
        self._frozen.discard(node)
        action(node)
        self._insist_on(NodeState.STOPPED, node, what)

    def _insist_on_life(self, node: NodeName, what: str) -> None:
        if self._deployment.state(node) is NodeState.STOPPED:
            words = last_words(self._deployment, node)
            raise NetworkFailure(f"{node} has died before it was told to {what}:\n{words}")

    def _insist_on(self, wanted: NodeState, node: NodeName, what: str) -> None:
        state = self._deployment.state(node)
        self._journal.write("fault measured", what=what, node=node, state=state.value)
        if state is not wanted:
            raise FaultHadNoEffect(f"{node} was told to {what}, and it is {state.value}")


def _id(what: str, node: NodeName) -> str:
    return f"{what} {node}"


def _band(what: str, node: NodeName, words: str) -> dict[str, object]:
    """What a picture needs: by which id it is undone, its name, and whom it concerns.

    What is done to a node that is down lasts until it is up again.
    """
    return {"id": _id(what, node), "name": f"{in_numbers([node])} {words}", "nodes": [node]}
