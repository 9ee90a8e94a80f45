"""Shows a parallel run while it goes on: a live table on a terminal, plain lines anywhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from support.running.progress import Progress, Running, duration
from support.running.selection import SelectedFeature


class View:
    """Says what happens, a line each. The way it is shown is up to the console."""

    def __init__(self, progress: Progress, console: Console) -> None:
        self._progress = progress
        self._console = console
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        """Nothing is left to be shown."""

    def say(self, words: str) -> None:
        """As it is: names and words of features are no markup."""
        self._console.print(Text(words), soft_wrap=True)

    def started(self, running: Running) -> None:
        """A process began."""
        self.say(f"{running.task.name}: started")

    def ended(self, running: Running, code: str) -> None:
        """A process is over; ``code`` is what became of it, in a word."""
        counted = ", ".join(f"{number} {status}" for status, number in running.ended.items())
        took = duration(time.monotonic() - running.since)
        progress = self._progress
        self.say(
            f"{running.task.name}: {code} in {took} ({counted or 'no example ran'}); "
            f"{progress.tasks_done} of {progress.tasks} done{self._left()}"
        )

    def broken(self, feature: SelectedFeature, record: Mapping[str, Any]) -> None:
        """A step went wrong just now; ``record`` is what the journal says of it."""
        place = str(record["location"])
        example = next((each for each in feature.examples if each.location == place), None)
        named = [("Feature", feature.name)]
        if example is not None:
            named += [("Rule", example.rule), ("Example", example.name)]
        lines = [f"{str(record['status']).upper()} {place}"]
        lines += [f"  {kind}: {name}" for kind, name in named if name]
        lines += [f"    {record['step']}"]
        lines += [f"      {line}" for line in str(record["words"]).splitlines()]
        self.say("\n".join([*lines, ""]))

    def look(self) -> None:
        """A moment has passed."""

    def _left(self) -> str:
        left = self._progress.seconds_left(time.monotonic(), self._began)
        if left is None or self._progress.tasks_done == self._progress.tasks:
            return ""
        return f", about {duration(left)} left"


class LiveView(View):
    """A table below the lines, on a terminal."""

    def __init__(self, progress: Progress, console: Console) -> None:
        super().__init__(progress, console)
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._live.stop()

    def started(self, running: Running) -> None:
        """The table has it."""

    def look(self) -> None:
        """Draw anew."""
        self._live.update(self._table(), refresh=True)

    def _table(self) -> RenderableType:
        progress, now = self._progress, time.monotonic()
        rows = Table.grid(padding=(0, 2))
        for running in progress.running:
            rows.add_row(
                Text(running.task.name),
                f"{min(running.done + 1, running.task.examples)} of {running.task.examples}",
                duration(now - running.since),
                Text(running.example or "starting", overflow="ellipsis", no_wrap=True),
            )
        whole = Table.grid(padding=(0, 2))
        whole.add_row(
            ProgressBar(total=progress.examples, completed=progress.examples_done, width=30),
            f"{progress.examples_done} of {progress.examples} examples",
            f"{progress.broken} went wrong" if progress.broken else "",
            f"{duration(now - self._began)}{self._left()}",
        )
        return Group(rows, whole)


def view_for(progress: Progress, environment: Mapping[str, str] = os.environ) -> View:
    """Where nobody watches, or a machine keeps what is printed, lines say it."""
    console = Console(highlight=False)
    watched = console.is_terminal and not console.is_dumb_terminal and not environment.get("CI")
    return LiveView(progress, console) if watched else View(progress, console)
