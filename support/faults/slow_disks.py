"""Makes the disks of nodes slow and fast again, and proves both by flushes of their processes."""

from __future__ import annotations

import json
import time
from typing import Any

from support.domain import BadRequest, Milliseconds, NodeName, in_numbers
from support.engines.contract import Deployment
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal
from support.waiting import until

#: Less could not be told from a disk that is busy; with more, a node gets done with nothing.
_LEAST, _MOST = Milliseconds(50), Milliseconds(10_000)
#: What a flush may take longer than it was told to, as a share of that: as with slow links.
_GIVE_OR_TAKE = 0.2
#: What a flush may take on a disk that is as fast as it is, as a share of what it was slowed by.
_AS_FAST_AS_IT_IS = 0.5
#: Seconds in which one of several flushes is not held up by something else on a busy host.
_PATIENCE = 30.0


class SlowDisks:
    """The disks of one network that are slow: all that has to be kept for sure takes longer."""

    def __init__(self, deployment: Deployment, journal: Journal) -> None:
        self._deployment = deployment
        self._journal = journal
        self._slow: dict[NodeName, Milliseconds] = {}

    @property
    def slow(self) -> frozenset[NodeName]:
        """Nodes whose disk is slow because somebody wanted it so."""
        return frozenset(self._slow)

    def slow_down(self, node: NodeName, longer: Milliseconds) -> None:
        """Let every flush of a running node take so much longer.

        Raises :class:`BadRequest` for what is no slow disk, and :class:`FaultHadNoEffect`, with the
        disk as fast as before, when flushes do not take as long as they should.
        """
        if longer.value < _LEAST.value or longer.value > _MOST.value:
            raise BadRequest(
                f"a disk cannot take {longer.value} ms longer: say {_LEAST.value} to "
                f"{_MOST.value} ms"
            )
        words = f"the disk of {node} takes {longer.value} ms longer"
        self._journal.write(
            "fault asked for",
            what="slow disk",
            node=node,
            words=words,
            id=_id(node),
            name=f"the disk of {in_numbers([node])} takes {longer.value} ms longer",
            nodes=[node],
        )
        self._slow[node] = longer  # the undo is known before the fault is there
        try:
            self.renew(node)
        except BaseException:
            self.speed_up(node)
            raise

    def speed_up(self, node: NodeName) -> None:
        """Let the flushes of a running node take what they take."""
        if node not in self._slow:
            raise BadRequest(f"the disk of {node} is not slow, so it cannot become faster")
        started = time.monotonic()
        self._flush(node, "fast")
        most = self._slow[node].seconds * _AS_FAST_AS_IT_IS
        self._measure("fault undone", node, started, least=0.0, most=most)
        del self._slow[node]

    def renew(self, node: NodeName) -> None:
        """A node was started anew: its new process has a disk that is as fast as it is."""
        if node in self._slow:
            started = time.monotonic()
            longer = self._slow[node].seconds
            self._flush(node, "slow", "--seconds", str(longer))
            self._journal.write(
                "fault applied", what="slow disk", node=node, way="seccomp notifications"
            )
            most = longer * (1 + _GIVE_OR_TAKE)
            self._measure("fault measured", node, started, least=longer, most=most)

    def _measure(
        self, kind: str, node: NodeName, started: float, *, least: float, most: float
    ) -> None:
        taken = 0.0

        def as_wanted() -> bool | None:
            nonlocal taken
            taken = self._flush(node, "measure")["seconds"]
            return True if least <= taken <= most else None

        if until(as_wanted, seconds=lambda: _PATIENCE) is None:
            raise FaultHadNoEffect(
                f"a flush of {node} should take {least * 1000:.0f} to {most * 1000:.0f} ms, and it "
                f"takes {taken * 1000:.0f} ms"
            )
        seconds = round(time.monotonic() - started, 3)
        self._journal.write(
            kind,
            what="slow disk",
            node=node,
            seconds=seconds,
            flush=round(taken, 4),
            ids=[_id(node)],
        )

    def _flush(self, node: NodeName, *words: str) -> dict[str, Any]:
        runner = self._deployment.in_process(node)
        return dict(json.loads(runner.run(["flush", *words], timeout=_PATIENCE)))


def _id(node: NodeName) -> str:
    return f"slow disk {node}"
