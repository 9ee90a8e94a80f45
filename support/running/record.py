"""The journal of a parallel run itself: what is to run, and what never began.

Each process has a journal of its own; what concerns a feature without one stands here, so that
reports are made from journals alone, also when the run was killed.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.journal import Journal
from support.run_folders import hold_on_to
from support.running.selection import SelectedFeature
from support.running.side_by_side import Ended


class Record:
    """Begun before the first process. Raises :class:`EnvironmentProblem` as a journal does."""

    def __init__(
        self,
        folder: Path,
        features: Sequence[SelectedFeature],
        *,
        times: int,
        seed: int,
        options: Mapping[str, str],
    ) -> None:
        """``times`` is how often each example is to run."""
        self._journal = Journal(folder / "journal.jsonl")
        self.path = self._journal.path
        hold_on_to(self.path)
        self._journal.write(
            "parallel run started", command=command(), seed=seed, options=dict(options)
        )
        for feature in features:
            self._journal.write("feature planned", feature=feature.text, times=times)

    def end(self, ended: Ended) -> None:
        """Say what never began and why, what else went wrong, and that it is over."""
        for task, why in ended.not_run:
            self._journal.write("feature not begun", path=task.feature.path, why=why)
        for sentence in ended.troubles:
            self._journal.write("trouble", words=sentence)
        self._journal.write("run finished", interrupted=ended.interrupted)
        self._journal.close()

    def give_up(self, sentence: str) -> None:
        """Say what ended the run before its features had run."""
        self._journal.write("trouble", words=sentence)
        self._journal.write("run finished", interrupted=False)
        self._journal.close()


def command() -> str:
    """What somebody called."""
    return shlex.join(["python", "-m", "support", *sys.argv[1:]])
