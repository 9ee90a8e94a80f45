"""What was seen of every node over time."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from support.domain import BlockId, Height, NodeName, NodeStatus

#: A height, and who showed which of the blocks that were seen there.
Fork = tuple[Height, Mapping[BlockId, Set[NodeName]]]


@dataclass(frozen=True)
class Sample:
    """One look at one node, begun at ``t`` monotonic seconds. No status: it did not answer.

    ``over`` is when the look had ended; None for one that took no time.
    """

    t: float
    status: NodeStatus | None
    over: float | None = None

    @property
    def ended(self) -> float:
        """The latest moment of which this may tell."""
        return self.t if self.over is None else self.over


class History:
    """Samples of all nodes of a network, safe to read while they are being taken."""

    def __init__(self) -> None:
        self._samples: dict[NodeName, list[Sample]] = {}
        self._last_progress = 0.0
        self._top = Height(-1)
        self._block_times: list[tuple[float, Height]] = []
        self._beginnings: dict[NodeName, list[float]] = {}
        self._lock = threading.Lock()

    def add(self, node: NodeName, sample: Sample) -> None:
        """Take in one sample."""
        with self._lock:
            self._samples.setdefault(node, []).append(sample)
            if sample.status is not None and sample.status.height > self._top:
                self._top = sample.status.height
                # one who took long to answer was asked before others who have answered already
                self._last_progress = max(self._last_progress, sample.t)
                self._block_times.append((self._last_progress, sample.status.height))

    def latest(self, node: NodeName) -> Sample | None:
        """The last sample of a node, if there is any."""
        with self._lock:
            samples = self._samples.get(node)
            return samples[-1] if samples else None

    def highest(self, node: NodeName) -> Height:
        """The newest block that a node was ever seen with; 0 for one that has never answered."""
        with self._lock:
            samples = self._samples.get(node, [])
            heights = (sample.status.height for sample in samples if sample.status is not None)
            return max(heights, default=Height(0))

    def since(self, moment: float) -> dict[NodeName, Sequence[Sample]]:
        """All samples from ``moment`` (monotonic seconds) on, by node, oldest first."""
        with self._lock:
            return {
                node: samples[bisect_left(samples, moment, key=lambda sample: sample.t) :]
                for node, samples in self._samples.items()
            }

    def last_progress(self) -> float:
        """When any node was first seen at a height that none had reached before."""
        with self._lock:
            return self._last_progress

    def progress_of(self, node: NodeName) -> float:
        """When this node's height was last seen to grow."""
        with self._lock:
            samples = self._samples.get(node, [])
            known: Height | None = None
            moment = 0.0
            for sample in reversed(samples):
                if sample.status is None:
                    continue
                if known is None:
                    known = sample.status.height
                elif sample.status.height < known:
                    break
                moment = sample.t
            return moment

    def block_time(self, *, over: int = 21) -> float | None:
        """Seconds a block takes: the median of the last steps, so that one stall does not count.

        None when too few steps are known.
        """
        with self._lock:
            recent = self._block_times[-over:]
        if len(recent) < 6:
            return None
        return median(
            (later - earlier) / (above - below)
            for (earlier, below), (later, above) in pairwise(recent)
        )

    def begins_anew(self, node: NodeName, moment: float) -> None:
        """A node has got an empty disk: it will be seen at the first block again."""
        with self._lock:
            self._beginnings.setdefault(node, []).append(moment)

    def began_anew(self, node: NodeName, after: float, before: float) -> bool:
        """Whether a node has got an empty disk between two moments."""
        with self._lock:
            return any(after <= moment <= before for moment in self._beginnings.get(node, ()))

    def deepest_changes(self, moment: float, kept: Mapping[Height, BlockId]) -> dict[NodeName, int]:
        """How many blocks in a row each node was seen with, since ``moment``, that were not kept.

        ``kept`` is the block at each height that all agree on by now. What was between two looks
        does not count, so it may have been more.
        """
        deepest: dict[NodeName, int] = {}
        for node, samples in self.since(moment).items():
            lost: set[Height] = set()
            deepest[node] = 0
            for sample in samples:
                if sample.status is None or sample.status.height not in kept:
                    continue
                if sample.status.tip == kept[sample.status.height]:
                    lost.clear()
                else:
                    lost.add(sample.status.height)
                deepest[node] = max(deepest[node], len(lost))
        return deepest

    def restart(self) -> None:
        """The network was asleep: the time it slept does not count as a stall or a slow block."""
        with self._lock:
            self._block_times.clear()

    def forks(self, moment: float) -> list[Fork]:
        """Heights at which more than one block was seen since ``moment``, and who showed which.

        A node that showed two different ones stands in both sets.
        """
        tips: dict[Height, dict[BlockId, set[NodeName]]] = {}
        for node, samples in self.since(moment).items():
            for sample in samples:
                if sample.status is not None and sample.status.tip:
                    shown = tips.setdefault(sample.status.height, {})
                    shown.setdefault(sample.status.tip, set()).add(node)
        return [(height, shown) for height, shown in tips.items() if len(shown) > 1]
