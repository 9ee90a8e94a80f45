"""Keeps so many processes at work until everything has run, or somebody asks for the end."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from support.domain import BadRequest, EnvironmentProblem
from support.evidence.story import ENDED_BEFORE
from support.exit_codes import ExitCode
from support.running.endings import Requests
from support.running.part import WENT_WRONG, Part
from support.running.plan import Task
from support.running.progress import Progress, Running
from support.running.view import View

#: Seconds between two looks at what the processes write.
_LOOK_EVERY = 0.2
#: Seconds that networks may take to go away; twice what a busy host was seen to need.
_TIME_TO_END = 60.0


@dataclass
class Ended:
    """What is left when all have ended; ``troubles`` are sentences.

    ``not_run`` has what never began, and why not.
    """

    parts: list[Part] = field(default_factory=list)
    not_run: list[tuple[Task, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    interrupted: bool = False


class SideBySide:
    """``start`` makes the process of a task in the folder that it is given."""

    def __init__(
        self,
        tasks: Sequence[Task],
        start: Callable[[Task], Part],
        progress: Progress,
        view: View,
        requests: Requests,
        *,
        stop_at_failure: bool,
    ) -> None:
        self._waiting = deque(tasks)
        self._start = start
        self._progress = progress
        self._view = view
        self._requests = requests
        self._stop_at_failure = stop_at_failure
        self._at_work: dict[Future[int], Part] = {}
        self._wrong_call: str | None = None
        self._told_to_end: float | None = None
        self._ended = Ended()

    def run(self, jobs: int) -> Ended:
        """Until all have ended. Raises :class:`BadRequest` when a process says that it was called
        wrongly: all would.
        """
        with ThreadPoolExecutor(max_workers=jobs) as threads:
            try:
                while self._waiting or self._at_work:
                    while self._waiting and len(self._at_work) < jobs:
                        self._begin(self._waiting.popleft(), threads)
                    over, _ = wait(self._at_work, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
                    self._look()
                    for each in over:
                        self._end(self._at_work.pop(each), each.result())
                    self._heed_requests()
            finally:
                for part in self._at_work.values():
                    part.ask_to_end()
        if self._wrong_call is not None:
            raise BadRequest(self._wrong_call)
        return self._ended

    def _begin(self, task: Task, threads: ThreadPoolExecutor) -> None:
        try:
            part = self._start(task)
        except EnvironmentProblem as problem:  # what has run, and what is running, still counts
            self._ended.troubles.append(str(problem))
            self._waiting.appendleft(task)
            self._drop_what_waits("no process could be started for it")
            return
        self._ended.parts.append(part)
        self._at_work[threads.submit(part.wait)] = part
        self._progress.started(task, time.monotonic())
        self._view.started(self._progress.running[-1])

    def _look(self) -> None:
        for part in self._at_work.values():
            self._take(part)
        self._view.look()

    def _take(self, part: Part) -> None:
        for record in part.news():
            self._progress.told(part.task, record)
            if record["kind"] == WENT_WRONG:
                self._progress.broken += 1
                self._view.broken(part.task.feature, record)

    def _end(self, part: Part, code: int) -> None:
        self._take(part)
        running = self._progress.ended(part.task)
        told_to = self._told_to_end is not None
        gave_up = None if part.has_finished else part.how_it_gave_up()
        death = part.how_it_died()
        self._view.ended(running, _word(running, code, told_to=told_to, died=death is not None))
        if code == ExitCode.WRONG_CALL and gave_up is not None:
            self._wrong_call = gave_up
            self._end_all("all would have been called wrongly")
        elif code == ExitCode.INTERRUPTED or (told_to and code != ExitCode.PASSED):
            self._ended.interrupted = True
        elif gave_up is not None:
            self._trouble(part, gave_up)
        elif death is not None:
            self._trouble(part, death)
        if self._stop_at_failure and (self._progress.broken or death is not None):
            self._drop_what_waits("another feature had gone wrong, and --stop was asked for")

    def _trouble(self, part: Part, sentence: str) -> None:
        part.leave_word(sentence)
        if sentence not in self._ended.troubles:
            self._ended.troubles.append(sentence)
        ended = {place for place, *_ in self._progress.endings}
        self._ended.unfinished += [
            example.location
            for example in part.task.feature.examples
            if example.location not in ended
        ]

    def _heed_requests(self) -> None:
        if not self._requests.number:
            return
        self._ended.interrupted = True
        if self._told_to_end is None:
            self._view.say("ending all features in order; once more to end them at once")
            self._end_all(ENDED_BEFORE)
        late = time.monotonic() - (self._told_to_end or 0) > _TIME_TO_END
        if late or self._requests.number > 1:
            for part in self._at_work.values():
                part.kill()

    def _end_all(self, why: str) -> None:
        self._drop_what_waits(why)
        self._told_to_end = time.monotonic()
        for part in self._at_work.values():
            part.ask_to_end()

    def _drop_what_waits(self, why: str) -> None:
        self._ended.not_run += [(task, why) for task in self._waiting]
        self._waiting.clear()


def _word(running: Running, code: int, *, told_to: bool, died: bool) -> str:
    """What became of a process, for people."""
    if told_to:
        return "ended"
    if died:
        return "died"
    if not running.done:
        return "skipped"
    return ExitCode(code).name.lower().replace("_", " ")


def folder_of(task: Task, below: Path) -> Path:
    """Where the process of a task leaves what it writes."""
    return below / task.name.replace("/", "-").replace(" (", "-").rstrip(")")
