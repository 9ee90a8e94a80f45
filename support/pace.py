"""How fast a network is, whether it has stalled, where its nodes stand: what waits go by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from support.domain import Blocks, Height, NodeName, NodeState
from support.engines.contract import Deployment, last_words
from support.faults.grudges import Grudge, in_words
from support.history import History


class Pace:
    """The :class:`~support.waiting.Clock` of one network.

    ``nodes`` may change; ``asked_for`` is how many seconds a block should take.
    ``up`` tells which nodes should be running, ``grudge`` what is dropped between them.
    """

    def __init__(
        self,
        nodes: Sequence[NodeName],
        asked_for: float,
        history: History,
        deployment: Deployment,
        *,
        patience: float,
        up: Callable[[], Iterable[NodeName]],
        grudge: Callable[[], Grudge],
    ) -> None:
        self._nodes = nodes
        self._asked_for = asked_for
        self._history = history
        self._deployment = deployment
        self._patience = patience
        self._up = up
        self._grudge = grudge

    def seconds(self, blocks: Blocks) -> float:
        """See the clock."""
        return self.period(blocks) * self._patience

    def period(self, blocks: Blocks) -> float:
        """At the pace that the network has shown, or the one asked for if that is slower."""
        return blocks.count * max(self._asked_for, self.block_time())

    def block_time(self) -> float:
        """Seconds that a block takes, as seen; as asked for where too little was seen."""
        return self._history.block_time() or self._asked_for

    def why_pointless(self, *, since: float, stall: Blocks) -> str | None:
        """A node died that nobody took down, or there was no block for ``stall``."""
        dead = self.dead_node()
        if dead:
            return dead
        still = time.monotonic() - max(since, self._history.last_progress())
        if still > self.seconds(stall):
            return f"the network has stalled {self.whereabouts()}: no block for {still:.1f} s"
        return None

    def has_halted(self, node: NodeName, *, since: float, within: Blocks) -> bool:
        """Whether one node has made no block for so long, from ``since`` on at the earliest."""
        still = time.monotonic() - max(since, self._history.progress_of(node))
        return still > self.seconds(within)

    def dead_node(self) -> str | None:
        """The end of a node that should be running, with its last words."""
        for node in self._up():
            sample = self._history.latest(node)
            silent = sample is not None and sample.status is None
            if silent and self._deployment.state(node) is NodeState.STOPPED:
                return f"{node} has died; its last words:\n{last_words(self._deployment, node)}"
        return None

    def whereabouts(self) -> str:
        """``at height 41 (node-2 at 39) while node-2 drops what node-1 sends``."""
        seen = self._seen()
        top = max((height for height in seen.values() if height is not None), default=0)
        behind = [
            f"{node} {'does not answer' if height is None else f'at {height}'}"
            for node, height in seen.items()
            if height is None or height < top
        ]
        where = f"at height {top}" + (f" ({', '.join(behind)})" if behind else "")
        grudge = self._grudge()
        return where + (f" while {in_words(grudge)}" if any(grudge.values()) else "")

    def _seen(self) -> dict[NodeName, Height | None]:
        latest = {node: self._history.latest(node) for node in self._nodes}
        return {
            node: sample.status.height if sample and sample.status else None
            for node, sample in latest.items()
        }
