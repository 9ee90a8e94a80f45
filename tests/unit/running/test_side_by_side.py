"""What a parallel run does when it can start no more processes."""

from __future__ import annotations

import io

from rich.console import Console

from support.domain import EnvironmentProblem
from support.running.endings import Requests
from support.running.part import Part
from support.running.plan import Task
from support.running.progress import Progress
from support.running.selection import Example, SelectedFeature
from support.running.side_by_side import SideBySide
from support.running.view import View


def task(name: str) -> Task:
    path = f"features/{name}.feature"
    return Task(SelectedFeature(path, name, (Example(f"{path}:1", name),), whole=True))


def test_where_no_process_can_be_started_there_is_an_end_with_reasons() -> None:
    tasks = [task("a"), task("b")]

    def start(task: Task) -> Part:
        raise EnvironmentProblem(f"{task.name} cannot be started: no space left")

    progress = Progress(tasks, {}, 1)
    view = View(progress, Console(file=io.StringIO()))
    run = SideBySide(tasks, start, progress, view, Requests(), stop_at_failure=False)
    ended = run.run(1)
    assert ended.troubles == ["a cannot be started: no space left"]
    why = "no process could be started for it"
    assert ended.not_run == [(tasks[0], why), (tasks[1], why)]
    assert not ended.interrupted
