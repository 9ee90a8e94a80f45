"""Fills the disks of nodes and gives the room back, and proves both by writing where they write."""

from __future__ import annotations

import json
import time
from typing import Any

from support.domain import BadRequest, EnvironmentProblem, NodeName, in_numbers
from support.engines.contract import Deployment
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal

#: Bytes that are written to see whether there is room: what a node writes for a few blocks.
_TRIAL = 64 * 1024


class DiskFaults:
    """The disks of one network that have no room."""

    def __init__(self, deployment: Deployment, journal: Journal) -> None:
        self._deployment = deployment
        self._journal = journal
        self._full: set[NodeName] = set()

    @property
    def full(self) -> frozenset[NodeName]:
        """Nodes that cannot write because somebody wanted it so."""
        return frozenset(self._full)

    def fill(self, node: NodeName) -> None:
        """Leave no room on a node's disk; what becomes free there is taken as well.

        Raises :class:`BadRequest` for a disk that cannot be filled, and
        :class:`FaultHadNoEffect`, with the room given back, when something can still be written.
        """
        if self._deployment.disk is None:
            raise BadRequest(
                f"the disk of {node} is as large as this machine's, so it cannot be filled: ask "
                "for a network with small disks"
            )
        if node in self._full:
            raise BadRequest(f"the disk of {node} is full already")
        self._journal.write(
            "fault asked for",
            what="full disk",
            node=node,
            id=_id(node),
            name=f"the disk of {in_numbers([node])} is full",
            nodes=[node],
        )
        started = time.monotonic()
        if why := self._why_not_written(node):
            raise EnvironmentProblem(
                f"nothing can be written to the disk of {node} before it was filled ({why}): give "
                f"it more than {self._deployment.disk}"
            )
        self._full.add(node)  # the undo is known before the fault is there
        try:
            taken = self._disk(node, "fill")["taken"]
            way = f"a file of {taken} bytes that grows, on a disk of {self._deployment.disk}"
            self._journal.write("fault applied", what="full disk", node=node, way=way)
            why = self._why_not_written(node)
            self._tell("fault measured", node, started, written=not why, why=why)
            if not why:
                raise FaultHadNoEffect(
                    f"the disk of {node} was filled with {taken} bytes, and "
                    f"{_TRIAL} more could be written to it"
                )
        except BaseException:
            self.free(node)
            raise

    def free(self, node: NodeName) -> None:
        """Give all the room back. Its node may run or not, and may have been started anew.

        Raises :class:`FaultHadNoEffect` when nothing can be written even so.
        """
        if node not in self._full:
            raise BadRequest(f"the disk of {node} is not full, so no room can be made on it")
        started = time.monotonic()
        self._disk(node, "free")
        why = self._why_not_written(node)
        if why:
            raise FaultHadNoEffect(
                f"the room on the disk of {node} was given back, and nothing can be written to "
                f"it: {why}"
            )
        self._full.discard(node)
        self._tell("fault undone", node, started)

    def _why_not_written(self, node: NodeName) -> str:
        answer = self._disk(node, "write", "--bytes", str(_TRIAL))
        return "" if answer["written"] == _TRIAL else str(answer["why"])

    def _disk(self, node: NodeName, *words: str) -> dict[str, Any]:
        answer = self._deployment.in_home(node).run(["disk", *words])
        return dict(json.loads(answer))

    def _tell(self, kind: str, node: NodeName, started: float, **more: object) -> None:
        seconds = round(time.monotonic() - started, 3)
        self._journal.write(
            kind, what="full disk", node=node, seconds=seconds, ids=[_id(node)], **more
        )


def _id(node: NodeName) -> str:
    return f"full disk {node}"
