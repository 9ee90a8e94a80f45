"""What somebody sees of a parallel run while it goes on."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from support.running.plan import Task
from support.running.progress import Progress, duration
from support.running.selection import Example, SelectedFeature
from support.running.view import LiveView, View, view_for

FEATURE = SelectedFeature(
    "features/payments/transfer.feature",
    "Paying [bold]somebody[/bold]",
    (Example("t:3", "Alice pays Bob", "Coins move once"), Example("t:9", "Bob pays Alice")),
    whole=True,
)
TASK = Task(FEATURE)
OTHER = Task(SelectedFeature("features/a.feature", "A", (Example("a:1", "A"),), whole=True))


def record(kind: str, name: str, t: float, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "t": t, **more}


def halfway() -> Progress:
    progress = Progress([TASK, OTHER], {"t:3": 10.0, "t:9": 20.0, "a:1": 6.0}, jobs=2)
    progress.started(TASK, 100.0)
    progress.told(TASK, record("scenario started", "Alice pays Bob", 101.0, location="t:3"))
    progress.told(TASK, record("scenario finished", "Alice pays Bob", 108.5, status="passed"))
    progress.told(TASK, record("scenario started", "Bob pays Alice", 108.5, location="t:9"))
    return progress


def test_how_far_a_run_is() -> None:
    progress = halfway()
    assert (progress.examples_done, progress.examples) == (1, 3)
    assert progress.endings == [("t:3", "Alice pays Bob", "passed", 7.5)]
    assert progress.running[0].example == "Bob pays Alice"
    ended = progress.ended(TASK)
    assert dict(ended.ended) == {"passed": 1}
    assert (progress.examples_done, progress.tasks_done, progress.running) == (2, 1, [])


def test_time_left_is_what_is_known_to_take_longer_shared_by_all() -> None:
    progress = halfway()
    assert progress.seconds_left(110.0, 100.0) == pytest.approx((30 - 10 + 6) / 2)
    progress.ended(TASK)
    assert progress.seconds_left(110.0, 100.0) == pytest.approx(3)


def test_time_left_is_guessed_from_what_has_ended_where_nothing_is_known() -> None:
    progress = Progress([TASK, OTHER], {}, jobs=2)
    assert progress.seconds_left(110.0, 100.0) is None
    progress.started(OTHER, 100.0)
    progress.ended(OTHER)
    assert progress.seconds_left(110.0, 100.0) == pytest.approx(20)


def test_durations_for_people() -> None:
    assert [duration(s) for s in (0.4, 59, 60, 185.6)] == [
        "0 s",
        "59 s",
        "1 min 00 s",
        "3 min 06 s",
    ]


def drawn(progress: Progress, *, live: bool) -> tuple[View, StringIO]:
    paper = StringIO()
    console = Console(file=paper, force_terminal=live, width=100, highlight=False)
    return (LiveView if live else View)(progress, console), paper


def test_plain_lines_say_what_happens() -> None:
    progress = halfway()
    view, paper = drawn(progress, live=False)
    with view:
        view.started(progress.running[0])
        view.look()
        view.ended(progress.ended(TASK), "passed")
    first, second = paper.getvalue().splitlines()
    assert first == "payments/transfer: started"
    assert second.startswith("payments/transfer: passed in ")
    assert "(1 passed); 1 of 2 done" in second
    assert "\x1b" not in paper.getvalue()


def test_a_failure_is_said_in_the_words_of_the_feature_whatever_they_are() -> None:
    view, paper = drawn(halfway(), live=False)
    wrong = {
        "location": "t:3",
        "step": "[red]x",
        "status": "failed",
        "words": "Expected: y\n  but: z",
    }
    view.broken(FEATURE, wrong)
    assert paper.getvalue().splitlines() == [
        "FAILED t:3",
        "  Feature: Paying [bold]somebody[/bold]",
        "  Rule: Coins move once",
        "  Example: Alice pays Bob",
        "    [red]x",
        "      Expected: y",
        "        but: z",
        "",
    ]


def test_the_table_shows_what_runs_where() -> None:
    view, paper = drawn(halfway(), live=True)
    with view:
        view.look()
    shown = paper.getvalue()
    assert "payments/transfer" in shown
    assert "2 of 2" in shown
    assert "Bob pays Alice" in shown
    assert "1 of 3 examples" in shown


@pytest.mark.parametrize("environment", [{}, {"CI": "true"}])
def test_lines_are_for_where_nobody_watches(environment: dict[str, str]) -> None:
    assert type(view_for(halfway(), environment)) is View
