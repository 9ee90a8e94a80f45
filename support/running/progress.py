"""How far a parallel run is, and what each of its processes is at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.running.plan import Task, seconds_for


@dataclass
class Running:
    """A process at work: what it is at since when (seconds, monotonic), and what has ended."""

    task: Task
    since: float
    example: str = ""
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """Examples that have ended, however."""
        return sum(self.ended.values())


class Progress:
    """Fed with what happens; asked by whoever shows it."""

    def __init__(self, tasks: Sequence[Task], known: Mapping[str, float], jobs: int) -> None:
        self.examples = sum(task.examples for task in tasks)
        self.tasks = len(tasks)
        self.jobs = jobs
        self.running: list[Running] = []
        self.tasks_done = 0
        self.broken = 0
        self._expected = {task.name: seconds_for(task, known) for task in tasks}
        self._guessed = not known
        self._left = sum(self._expected.values())
        self._finished_examples = 0
        #: (location, example, status, seconds) of every example that has ended.
        self.endings: list[tuple[str, str, str, float]] = []
        self._open: dict[str, Mapping[str, Any]] = {}

    def started(self, task: Task, now: float) -> None:
        """A process began. ``now`` in seconds, monotonic."""
        self.running.append(Running(task, now))

    def told(self, task: Task, record: Mapping[str, Any]) -> None:
        """A record of the journal of a running process."""
        running = self._of(task)
        if record["kind"] == "scenario started":
            self._open[task.name] = record
            running.example = str(record["name"])
        elif record["kind"] == "scenario finished":
            began = self._open.pop(task.name, record)
            running.ended[str(record["status"])] += 1
            seconds = float(record["t"]) - float(began["t"])
            place = str(began.get("location", ""))
            self.endings.append((place, str(record["name"]), str(record["status"]), seconds))

    def ended(self, task: Task) -> Running:
        """A process is over; what it had done. Examples that were skipped count as done."""
        running = self._of(task)
        self.running.remove(running)
        self._open.pop(task.name, None)
        self.tasks_done += 1
        self._left -= self._expected[task.name]
        self._finished_examples += task.examples
        return running

    @property
    def examples_done(self) -> int:
        """Examples that have ended, and those of processes that are over."""
        return self._finished_examples + sum(running.done for running in self.running)

    def seconds_left(self, now: float, began: float) -> float | None:
        """About how long it will take; None as long as nobody can know."""
        if self._guessed:
            done = self.examples_done
            return (now - began) * (self.examples - done) / done if done else None
        ahead = self._left - sum(
            min(now - running.since, self._expected[running.task.name]) for running in self.running
        )
        return max(0.0, ahead) / self.jobs

    def _of(self, task: Task) -> Running:
        return next(running for running in self.running if running.task is task)


def duration(seconds: float) -> str:
    """For people: 42 s, 3 min 20 s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
