"""Makes the clocks of nodes wrong and right again, and proves both by asking the nodes the time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping

from support.domain import BadRequest, NodeName, Skew, in_numbers
from support.engines.contract import Deployment
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal
from support.waiting import until

#: Seconds. Some nodes tell whole seconds only, and an answer takes its time.
_GIVE_OR_TAKE = 2.0
#: Less could not be told from a right clock, and more is not a clock that is wrong.
_LEAST, _MOST = Skew(10), Skew(365 * 86400)
#: Seconds in which a node that has just started answers, on a busy host.
_PATIENCE = 30.0


class ClockFaults:
    """The clocks of one network that are wrong.

    ``own_time`` asks a node for its time, in seconds since 1970; None when it does not answer.
    """

    def __init__(
        self,
        deployment: Deployment,
        journal: Journal,
        own_time: Callable[[NodeName], float | None],
    ) -> None:
        self._deployment = deployment
        self._journal = journal
        self._own_time = own_time
        self._skews: dict[NodeName, Skew] = {}
        self._right: dict[NodeName, float] = {}

    @property
    def wrong(self) -> frozenset[NodeName]:
        """Nodes whose clock is wrong because somebody wanted it so."""
        return frozenset(self._skews)

    @property
    def skews(self) -> Mapping[NodeName, Skew]:
        """How wrong each of them is."""
        return dict(self._skews)

    def set(self, node: NodeName, skew: Skew) -> None:
        """Let a running node believe that it is later or earlier than it is.

        Raises :class:`BadRequest` for what is no wrong clock, and :class:`FaultHadNoEffect`, with
        the clock right again, when the node does not tell a time that is wrong by so much.
        """
        _insist_on_sense(skew)
        words = f"the clock of {node} is {skew}"
        self._journal.write(
            "fault asked for",
            what="clock",
            node=node,
            words=words,
            id=_id(node),
            name=f"the clock of {in_numbers([node])} is {skew}",
            nodes=[node],
        )
        started = time.monotonic()
        if node not in self._skews:
            # a container need not have the clock of this machine to the second
            self._right[node] = self._seconds_ahead(node)
        self._skews[node] = skew  # the undo is known before the fault is there
        try:
            self._change(node, "set", "--seconds", str(skew.seconds))
            self._journal.write("fault applied", what="clock", node=node, way="the process's vDSO")
            self._measure("fault measured", node, started)
        except BaseException:
            self.set_right(node)
            raise

    def set_right(self, node: NodeName) -> None:
        """Let a running node believe the truth."""
        if node not in self._skews:
            raise BadRequest(f"the clock of {node} is right, so it cannot be set right")
        started = time.monotonic()
        self._change(node, "right")
        skew = self._skews.pop(node)
        try:
            self._measure("fault undone", node, started)
        except BaseException:
            self._skews[node] = skew  # it can be tried again
            raise

    def renew(self, node: NodeName) -> None:
        """A node was started anew: its new process has the right time until it first answers.

        A chain of minutes may be one of the future by a clock that is slow, and node software may
        sleep until it begins (injective 1.20.1 does).
        """
        if node in self._skews:
            self._seconds_ahead(node)
            started = time.monotonic()
            self._change(node, "set", "--seconds", str(self._skews[node].seconds))
            self._measure("fault measured", node, started)

    def _change(self, node: NodeName, *words: str) -> None:
        runner = self._deployment.in_process(node)

        def changed() -> bool | None:
            # nobody may be reading the clock while it is changed
            self._deployment.pause(node)
            try:
                answer = json.loads(runner.run(["clock", *words]))
            finally:
                self._deployment.resume(node)
            return None if answer.get("busy") else True

        if until(changed, seconds=lambda: _PATIENCE) is None:
            raise FaultHadNoEffect(f"{node} was never still when its clock was to be set")

    def _measure(self, kind: str, node: NodeName, started: float) -> None:
        """The node tells a time that is as wrong as it should be."""
        wanted = self._skews[node].seconds if node in self._skews else 0
        seen = 0.0

        def as_wanted() -> bool | None:
            nonlocal seen
            seen = self._seconds_ahead(node) - self._right[node]
            return True if abs(seen - wanted) <= _GIVE_OR_TAKE else None

        if until(as_wanted, seconds=lambda: _GIVE_OR_TAKE) is None:
            raise FaultHadNoEffect(
                f"the clock of {node} should be {wanted} s ahead, and {node} says that it is "
                f"{seen:.0f} s ahead"
            )
        seconds = round(time.monotonic() - started, 3)
        self._journal.write(
            kind, what="clock", node=node, seconds=seconds, ahead=round(seen, 1), ids=[_id(node)]
        )

    def _seconds_ahead(self, node: NodeName) -> float:
        """How far the node's clock is ahead of this machine's."""
        own = until(lambda: self._own_time(node), seconds=lambda: _PATIENCE, every=0.1)
        if own is None:
            raise FaultHadNoEffect(f"{node} does not answer when it is asked what time it is")
        return own - time.time()


def _id(node: NodeName) -> str:
    return f"clock {node}"


def _insist_on_sense(skew: Skew) -> None:
    if abs(skew.seconds) < _LEAST.seconds:
        raise BadRequest(
            f"a clock that is {skew} cannot be told from a right one: say at least "
            f"{_LEAST.seconds} seconds"
        )
    if abs(skew.seconds) > _MOST.seconds:
        raise BadRequest(f"a clock that is {skew} is not wrong, it is broken: say up to a year")
