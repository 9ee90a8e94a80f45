"""Cuts that come and go in a rhythm, until they are told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from support.domain import EnvironmentProblem
from support.faults.grudges import Grudge, cut_nodes, in_short, in_words
from support.journal import Journal
from support.waiting import ticks


class Flapping:
    """One cut that is applied and healed in turn, in the background.

    ``cut`` applies it and returns the number that ``heal`` takes it back by; both measure what they
    did. ``every`` is how long it stays cut, and how long open, in seconds.
    """

    def __init__(
        self,
        grudge: Grudge,
        every: float,
        *,
        cut: Callable[[Grudge], int],
        heal: Callable[[int], None],
        journal: Journal,
    ) -> None:
        self._grudge = grudge
        self._every = every
        self._cut = cut
        self._heal = heal
        self._journal = journal
        self._id = f"flapping {in_words(grudge)}"
        self._number: int | None = None
        self._problem: EnvironmentProblem | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="accord-flapping", daemon=True)
        #: How often it was cut so far.
        self.times = 0

    @property
    def words(self) -> str:
        """What comes and goes, for people."""
        return f"every {self._every:.1f} s in turn: {in_words(self._grudge)}"

    def start(self) -> None:
        """Cut for the first time, measured, and go on in the background."""
        words = in_words(self._grudge)
        self._journal.write(
            "fault asked for",
            what="flapping",
            words=words,
            seconds=self._every,
            id=self._id,
            name=f"comes and goes: {in_short(self._grudge)}",
            nodes=cut_nodes(self._grudge),
        )
        self._toggle()
        self._thread.start()

    def stop(self) -> None:
        """Leave everything open. Raises what went wrong in the background, if anything did."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._number is not None:
            self._toggle()
        self._journal.write("fault undone", what="flapping", times=self.times, ids=[self._id])
        if self._problem is not None:
            raise self._problem

    def _go_on(self) -> None:
        beats = ticks(self._every, self._stop)
        next(beats, None)  # the first comes at once, and the first cut is there already
        try:
            for _ in beats:
                self._toggle()
        except EnvironmentProblem as problem:
            self._problem = problem

    def _toggle(self) -> None:
        if self._number is None:
            self._number = self._cut(self._grudge)
            self.times += 1
        else:
            self._heal(self._number)
            self._number = None
