"""What all nodes of a network write, in the order in which they wrote it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from support.domain import EnvironmentProblem, NodeName
from support.engines.contract import Deployment
from support.kept.log_lines import Level, LogLine, news, read_level, read_time, without_time
from support.parallel import side_by_side
from support.waiting import ticks

#: Lines of each node's log that are looked at each time, and those that are when they did not do.
_TAIL, _LONG_TAIL = 300, 20_000
#: Lines that are remembered, of all nodes together.
_REMEMBERED = 50_000
#: Seconds between two looks.
_EVERY = 0.25


class LogBook:
    """Reads along. A line that has no date has that of the look at which it was there first."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._ends: dict[NodeName, Sequence[str]] = {}
        self._lines: deque[LogLine] = deque(maxlen=_REMEMBERED)
        self._read = 0
        self._lock = threading.Lock()
        self._over = threading.Event()

    def start(self) -> None:
        """Read along in the background, from the nodes' first lines on."""
        threading.Thread(target=self._read_along, name="accord-logs", daemon=True).start()

    def close(self) -> None:
        """Nobody follows any more."""
        self._over.set()

    def lines(
        self,
        *,
        nodes: Iterable[NodeName] | None = None,
        since: float = 0.0,
        least: Level = Level.DEBUG,
        last: int | None = None,
        follow: bool = False,
    ) -> Iterator[LogLine]:
        """Lines that were written after ``since`` (seconds since 1970), oldest first.

        ``last`` is how many of those that are there by now. With ``follow`` it goes on until the
        network is gone. A line without a level is shown where all are.
        """
        named = None if nodes is None else frozenset(nodes)

        def wanted(line: LogLine) -> bool:
            heavy = line.level is not None and line.level >= least
            of_these = named is None or line.node in named
            return of_these and line.at >= since and (heavy or least is Level.DEBUG)

        self._look()
        seen, fresh = self._after(0)
        shown = sorted((line for line in fresh if wanted(line)), key=_moment)
        yield from shown if last is None else shown[max(0, len(shown) - last) :]
        for _ in ticks(_EVERY, self._over) if follow else ():
            self._look()
            seen, fresh = self._after(seen)
            yield from sorted((line for line in fresh if wanted(line)), key=_moment)

    def _read_along(self) -> None:
        for _ in ticks(_EVERY, self._over):
            self._look()

    def _look(self) -> None:
        with self._lock:
            if not self._over.is_set():
                found = side_by_side(self._news_of, self._deployment.nodes)
                fresh = [line for lines in found.values() for line in lines]
                for line in sorted(fresh, key=_moment):
                    self._lines.append(line)
                    self._read += 1

    def _after(self, seen: int) -> tuple[int, list[LogLine]]:
        with self._lock:
            missing = min(self._read - seen, len(self._lines))
            return self._read, list(self._lines)[len(self._lines) - missing :]

    def _news_of(self, node: NodeName) -> list[LogLine]:
        known = self._ends.get(node)
        try:
            now = self._tail(node, _LONG_TAIL if known is None else _TAIL)
            fresh = now if known is None else news(known, now)
            if known and fresh == now and len(now) >= _TAIL:
                now = self._tail(node, _LONG_TAIL)
                fresh = news(known, now)
        except EnvironmentProblem:  # it was just taken away, or is just being made
            return []
        self._ends[node] = now[-_TAIL:]
        return _dated(node, fresh)

    def _tail(self, node: NodeName, count: int) -> list[str]:
        return self._deployment.logs(node, tail=count).splitlines()


def _moment(line: LogLine) -> float:
    return line.at


def _dated(node: NodeName, texts: Iterable[str]) -> list[LogLine]:
    """What belongs to the line before it has its level."""
    at, level = time.time(), None
    lines = []
    for text in texts:
        bare = without_time(text)
        level = read_level(bare) or level
        lines.append(LogLine(node, read_time(text) or at, level, bare))
    return lines
