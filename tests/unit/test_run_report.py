"""run.json sums a run up: one verdict, honest counts, and the reasons for what was left out."""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from behave.model import Feature, Scenario, Status
from behave.parser import parse_feature

from support.evidence.feature_text import told
from support.evidence.report import report_trouble
from support.evidence.run_report import RunReport
from support.evidence.story import ProcessStory, RunStory
from support.evidence.summary import VERSION, closing_words, verdict
from support.journal import Journal

TEXT = """
Feature: Paying

  Example: Before any rule
    Given a network of 4 nodes

  Rule: Coins move once

    Example: Alice pays Bob
      Given a network of 4 nodes

    Example: Alice pays Bob again
      Given a network of 4 nodes

    Scenario Outline: Alice pays <amount>
      Given a network of 4 nodes

      Examples: sums
        | amount  |
        | 1 coin  |
        | 2 coins |
"""

PASSED, FAILED, ERROR, SKIPPED = Status.passed, Status.failed, Status.error, Status.skipped


def feature_with(*statuses: Status, why_skipped: str = "", name: str = "paying") -> Feature:
    """The feature after a run in which its examples ended like this; others were not selected."""
    feature = parse_feature(TEXT, filename=f"features/{name}.feature")
    assert feature is not None
    scenarios: list[Scenario] = list(feature.walk_scenarios())
    assert len(scenarios) == 5
    for scenario, status in zip_longest(scenarios, statuses):
        if status is None:
            scenario.skip()
        elif status is SKIPPED:
            scenario.skip(why_skipped or None)
        else:
            scenario.set_status(status)
    return feature


@pytest.fixture
def run(journal: Journal) -> Journal:
    """The journal of a run that has begun."""
    journal.write(
        "run started",
        engine="docker",
        engine_version="28.0",
        implementation="injective",
        implementation_version="1.20.1",
        seed=7,
        options={"seed": "7"},
    )
    return journal


def was_selected(scenario: Scenario) -> bool:
    return bool(scenario.status is not SKIPPED or scenario.skip_reason)


def reported(
    journal: Journal,
    target: Path,
    *features: Feature,
    interrupted: bool = False,
) -> dict[str, Any]:
    said: list[str] = []
    report = RunReport(None, journal, target / "report", said.append)
    for feature in features:
        journal.write("feature selected", feature=told(feature, was_selected))
        report.feature(feature)
    journal.write("run finished", interrupted=interrupted)
    report.end()
    assert len(said) == 1
    summary: dict[str, Any] = json.loads((target / "report" / "run.json").read_text())
    return summary | {"said": said[0]}


def counted(**counts: int) -> dict[str, int]:
    return dict.fromkeys(("passed", "failed", "error", "skipped", "untested"), 0) | counts


def test_what_is_known_of_a_run(run: Journal, tmp_path: Path) -> None:
    summary = reported(run, tmp_path, feature_with(PASSED))
    assert summary["version"] == VERSION
    assert summary["engine"] == {"name": "docker", "version": "28.0"}
    assert summary["implementation"] == {"name": "injective", "version": "1.20.1"}
    assert (summary["seed"], summary["options"]) == (7, {"seed": "7"})
    assert summary["journal"] == str(run.path)
    assert summary["seconds"] >= 0


def test_examples_are_counted_by_how_they_ended(run: Journal, tmp_path: Path) -> None:
    one = feature_with(PASSED, PASSED, FAILED, ERROR, SKIPPED, why_skipped="docker does not offer")
    statuses = (PASSED, Status.hook_error, Status.undefined, Status.cleanup_error, PASSED)
    other = feature_with(*statuses, name="other")
    summary = reported(run, tmp_path, one, other)
    assert summary["counts"] == counted(passed=4, failed=1, error=4, skipped=1)


def test_what_was_not_selected_is_not_counted(run: Journal, tmp_path: Path) -> None:
    summary = reported(run, tmp_path, feature_with(PASSED, SKIPPED))
    assert summary["counts"] == counted(passed=1)
    assert [example["example"] for example in summary["examples"]] == ["Before any rule"]


def test_an_example_is_told_with_its_rule_and_its_place(run: Journal, tmp_path: Path) -> None:
    feature = feature_with(PASSED, FAILED)
    run.write("feature selected", feature=told(feature))
    run.write("scenario started", location="features/paying.feature:9")
    run.write(
        "step went wrong",
        step="a network of 4 nodes",
        status="failed",
        words="but: no",
        evidence="build/evidence/x",
    )
    run.write("scenario finished", location="features/paying.feature:9", status="failed")
    summary = reported(run, tmp_path, feature)
    first, second = summary["examples"]
    assert first | {"seconds": 0} == {
        "feature": "Paying",
        "rule": "",
        "example": "Before any rule",
        "location": "features/paying.feature:4",
        "status": "passed",
        "seconds": 0,
    }
    assert (second["rule"], second["example"]) == ("Coins move once", "Alice pays Bob")
    assert (second["status"], second["evidence"]) == ("failed", "build/evidence/x")
    assert second["words"] == "but: no"


def test_a_row_of_an_outline_belongs_to_its_rule(run: Journal, tmp_path: Path) -> None:
    summary = reported(run, tmp_path, feature_with(*[PASSED] * 5))
    assert {example["rule"] for example in summary["examples"][3:]} == {"Coins move once"}


def test_a_skipped_example_says_why(run: Journal, tmp_path: Path) -> None:
    why = "injective on process does not offer link faults"
    summary = reported(run, tmp_path, feature_with(SKIPPED, SKIPPED, why_skipped=why))
    assert [example["why_skipped"] for example in summary["examples"]] == [why, why]
    assert f"skipped 2: {why}" in summary["said"].splitlines()


def test_every_start_of_a_network_is_told(run: Journal, tmp_path: Path) -> None:
    run.write("network asked for", network="a", nodes=4)
    run.write("network ready", network="a", nodes=4, seconds=2.9)
    run.write("network ready", network="b", nodes=5, seconds=3.4)
    summary = reported(run, tmp_path, feature_with(PASSED))
    assert summary["network_starts"] == [
        {"nodes": 4, "seconds": 2.9},
        {"nodes": 5, "seconds": 3.4},
    ]


def test_payments_that_flowed_are_told_with_their_example_and_said(
    run: Journal, tmp_path: Path
) -> None:
    feature = feature_with(PASSED, PASSED)
    first, *_ = feature.walk_scenarios()
    run.write("scenario started", name=first.name, location=str(first.location))
    run.write("load started", rate=10)
    run.write("payment sent", receipt="1", payer="Alice", payee="Bob", amount=1, node="node-1")
    run.write("payment settled", receipt="1", seconds=0.4, outcome="confirmed")
    run.write("load stopped")
    run.write("scenario finished", name=first.name, status="passed")
    summary = reported(run, tmp_path, feature)
    flowed, other, *_ = summary["examples"]
    assert flowed["load"]["before"]["confirmed"] == 1
    assert "load" not in other
    assert f"payments in {first.name!r}: " in summary["said"]


def test_an_earlier_report_is_replaced(run: Journal, tmp_path: Path) -> None:
    reported(run, tmp_path, feature_with(FAILED))
    assert reported(run, tmp_path, feature_with(PASSED))["verdict"] == "passed"


def test_a_report_that_cannot_be_written_is_told_with_the_verdict(
    run: Journal, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    said: list[str] = []
    report = RunReport(None, run, tmp_path / "file", said.append)
    report.feature(feature_with(PASSED))
    run.write("run finished", interrupted=False)
    report.end()
    assert any("the report could not be written" in words for words in said)
    assert any(words.startswith("passed: 1 of 1 examples passed") for words in said)


def test_what_a_hook_did_wrong_is_told_with_the_example(run: Journal, tmp_path: Path) -> None:
    feature = feature_with(Status.hook_error)
    scenario = next(iter(feature.walk_scenarios()))
    scenario.error_message = "HOOK-ERROR: the network would not go away"
    summary = reported(run, tmp_path, feature)
    assert summary["examples"][0]["words"] == "HOOK-ERROR: the network would not go away"


def test_what_came_after_an_interruption_is_not_begun(run: Journal, tmp_path: Path) -> None:
    feature = feature_with(PASSED, *[Status.untested] * 4)
    summary = reported(run, tmp_path, feature, interrupted=True)
    assert summary["verdict"] == "interrupted"
    assert summary["counts"] == counted(passed=1, untested=4)
    assert "not begun 4: the run ended before" in summary["said"].splitlines()


def test_a_run_that_never_began_replaces_the_report_of_the_last(
    run: Journal, tmp_path: Path
) -> None:
    reported(run, tmp_path, feature_with(PASSED))
    target = tmp_path / "report"
    report_trouble("no Docker Engine answers on this machine", target, "environment")
    summary = json.loads((target / "run.json").read_text())
    assert (summary["version"], summary["verdict"]) == (VERSION, "environment")
    assert summary["trouble"] == "no Docker Engine answers on this machine"
    assert summary["counts"] == counted()
    assert summary["examples"] == []


# -- the verdict


def ended(*, trouble: str | None = None, interrupted: bool = False) -> RunStory:
    said = [trouble] if trouble else []
    process = ProcessStory(Path(), finished=True, interrupted=interrupted, trouble=said)
    return RunStory([process], [])


@pytest.mark.parametrize(
    ("story", "counts", "expected"),
    [
        (ended(), {"passed": 3}, "passed"),
        (ended(), {"passed": 3, "skipped": 2}, "passed"),
        (ended(), {"passed": 3, "failed": 1}, "failed"),
        (ended(), {"passed": 3, "error": 1}, "environment"),
        (ended(), {"failed": 1, "error": 5}, "failed"),
        (ended(trouble="no Docker"), {"passed": 3}, "environment"),
        (ended(trouble="no Docker"), {"failed": 1}, "failed"),
        (ended(interrupted=True), {"passed": 3}, "interrupted"),
        (ended(interrupted=True), {"failed": 1}, "interrupted"),
        (RunStory([ProcessStory(Path())], []), {"passed": 3}, "interrupted"),
    ],
)
def test_one_word_for_a_run(story: RunStory, counts: dict[str, int], expected: str) -> None:
    assert verdict(story, counts) == expected


@pytest.mark.parametrize("counts", [{}, {"skipped": 3}])
def test_a_run_that_ran_nothing_has_not_passed(counts: dict[str, int]) -> None:
    assert verdict(ended(), counts) != "passed"


def test_the_closing_words_say_what_ran_on_what(run: Journal, tmp_path: Path) -> None:
    summary = reported(run, tmp_path, feature_with(PASSED, PASSED, FAILED, ERROR))
    summary["seconds"] = 61.4
    assert closing_words(summary, Path("build/report/run.json")) == (
        "failed: 2 of 4 examples passed in 61 s (injective 1.20.1 on docker 28.0, seed 7); "
        "see build/report/run.json"
    )
