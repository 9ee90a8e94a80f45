"""run.json sums a run up: one verdict, honest counts, and the reasons for what was left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from behave.model import Feature, Scenario, Status
from behave.parser import parse_feature

from support.evidence.run_report import (
    VERSION,
    RunFacts,
    RunReport,
    closing_words,
    report_trouble,
    verdict,
)
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


def feature_with(*statuses: Status, why_skipped: str = "") -> Feature:
    """The feature after a run in which its examples ended like this."""
    feature = parse_feature(TEXT, filename="features/paying.feature")
    assert feature is not None
    scenarios: list[Scenario] = list(feature.walk_scenarios())
    assert len(scenarios) == 5
    for scenario, status in zip(scenarios, statuses, strict=False):
        if status is SKIPPED:
            scenario.skip(why_skipped or None)
        else:
            scenario.set_status(status)
    return feature


@pytest.fixture
def facts(journal: Journal) -> RunFacts:
    return RunFacts(
        engine="docker",
        engine_version="28.0",
        implementation="injective",
        implementation_version="1.20.1",
        seed=7,
        options={"seed": "7"},
        journal=journal.path,
    )


def reported(facts: RunFacts, target: Path, *features: Feature) -> dict[str, Any]:
    said: list[str] = []
    report = RunReport(None, facts, target / "report" / "run.json", said.append)
    for feature in features:
        report.feature(feature)
    report.end()
    assert len(said) == 1
    assert list((target / "report").iterdir()) == [target / "report" / "run.json"]
    summary: dict[str, Any] = json.loads((target / "report" / "run.json").read_text())
    return summary | {"said": said[0]}


def test_what_is_known_of_a_run(facts: RunFacts, tmp_path: Path) -> None:
    summary = reported(facts, tmp_path, feature_with(PASSED))
    assert summary["version"] == VERSION
    assert summary["engine"] == {"name": "docker", "version": "28.0"}
    assert summary["implementation"] == {"name": "injective", "version": "1.20.1"}
    assert (summary["seed"], summary["options"]) == (7, {"seed": "7"})
    assert summary["journal"] == str(facts.journal)
    assert summary["seconds"] >= 0


def test_examples_are_counted_by_how_they_ended(facts: RunFacts, tmp_path: Path) -> None:
    one = feature_with(PASSED, PASSED, FAILED, ERROR, SKIPPED, why_skipped="docker does not offer")
    other = feature_with(PASSED, Status.hook_error, Status.undefined, Status.cleanup_error, PASSED)
    summary = reported(facts, tmp_path, one, other)
    assert summary["counts"] == {"passed": 4, "failed": 1, "error": 4, "skipped": 1}


def test_what_was_not_selected_is_not_counted(facts: RunFacts, tmp_path: Path) -> None:
    summary = reported(facts, tmp_path, feature_with(PASSED, SKIPPED, Status.untested))
    assert summary["counts"] == {"passed": 1, "failed": 0, "error": 0, "skipped": 0}
    assert [example["example"] for example in summary["examples"]] == ["Before any rule"]


def test_an_example_is_told_with_its_rule_and_its_place(facts: RunFacts, tmp_path: Path) -> None:
    facts.evidence["features/paying.feature:9"] = "build/evidence/x"
    summary = reported(facts, tmp_path, feature_with(PASSED, FAILED))
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


def test_a_row_of_an_outline_belongs_to_its_rule(facts: RunFacts, tmp_path: Path) -> None:
    summary = reported(facts, tmp_path, feature_with(*[PASSED] * 5))
    assert {example["rule"] for example in summary["examples"][3:]} == {"Coins move once"}


def test_a_skipped_example_says_why(facts: RunFacts, tmp_path: Path) -> None:
    why = "injective on process does not offer link faults"
    summary = reported(facts, tmp_path, feature_with(SKIPPED, SKIPPED, why_skipped=why))
    assert [example["why_skipped"] for example in summary["examples"]] == [why, why]
    assert f"skipped 2: {why}" in summary["said"].splitlines()


def test_every_start_of_a_network_is_told(
    facts: RunFacts, tmp_path: Path, journal: Journal
) -> None:
    journal.write("network asked for", network="a", nodes=4)
    journal.write("network ready", network="a", nodes=4, seconds=2.9)
    journal.write("network ready", network="b", nodes=5, seconds=3.4)
    summary = reported(facts, tmp_path, feature_with(PASSED))
    assert summary["network_starts"] == [
        {"nodes": 4, "seconds": 2.9},
        {"nodes": 5, "seconds": 3.4},
    ]


def test_payments_that_flowed_are_told_with_their_example_and_said(
    facts: RunFacts, tmp_path: Path, journal: Journal
) -> None:
    feature = feature_with(PASSED, PASSED)
    first, *_ = feature.walk_scenarios()
    journal.write("scenario started", name=first.name, location=str(first.location))
    journal.write("load started", rate=10)
    journal.write("payment sent", receipt="1")
    journal.write("payment settled", receipt="1", seconds=0.4, outcome="confirmed")
    journal.write("load stopped")
    journal.write("scenario finished", name=first.name)
    summary = reported(facts, tmp_path, feature)
    told, other, *_ = summary["examples"]
    assert told["load"]["before"]["confirmed"] == 1
    assert "load" not in other
    assert f"payments in {first.name!r}: " in summary["said"]


def test_an_earlier_report_is_replaced(facts: RunFacts, tmp_path: Path) -> None:
    reported(facts, tmp_path, feature_with(FAILED))
    assert reported(facts, tmp_path, feature_with(PASSED))["verdict"] == "passed"


def test_a_report_that_cannot_be_written_is_told_with_the_verdict(
    facts: RunFacts, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    said: list[str] = []
    report = RunReport(None, facts, tmp_path / "file" / "run.json", said.append)
    report.feature(feature_with(PASSED))
    report.end()
    assert any("run.json could not be written" in words for words in said)
    assert any(words.startswith("passed: 1 of 1 examples passed") for words in said)


def test_a_run_without_a_journal_has_a_report_all_the_same(tmp_path: Path) -> None:
    summary = reported(RunFacts(journal=tmp_path / "missing"), tmp_path, feature_with(PASSED))
    assert summary["network_starts"] == []


def test_a_run_that_never_began_replaces_the_report_of_the_last(
    facts: RunFacts, tmp_path: Path
) -> None:
    reported(facts, tmp_path, feature_with(PASSED))
    target = tmp_path / "report" / "run.json"
    report_trouble("no Docker Engine answers on this machine", target, "environment")
    summary = json.loads(target.read_text())
    assert (summary["version"], summary["verdict"]) == (VERSION, "environment")
    assert summary["trouble"] == "no Docker Engine answers on this machine"
    assert summary["counts"] == {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
    assert summary["examples"] == []


# -- the verdict


@pytest.mark.parametrize(
    ("facts", "counts", "expected"),
    [
        (RunFacts(), {"passed": 3}, "passed"),
        (RunFacts(), {"passed": 3, "skipped": 2}, "passed"),
        (RunFacts(), {"passed": 3, "failed": 1}, "failed"),
        (RunFacts(), {"passed": 3, "error": 1}, "environment"),
        (RunFacts(), {"failed": 1, "error": 5}, "failed"),
        (RunFacts(trouble="no Docker"), {"passed": 3}, "environment"),
        (RunFacts(trouble="no Docker"), {"failed": 1}, "failed"),
        (RunFacts(interrupted=True), {"passed": 3}, "interrupted"),
        (RunFacts(interrupted=True), {"failed": 1}, "interrupted"),
    ],
)
def test_one_word_for_a_run(facts: RunFacts, counts: dict[str, int], expected: str) -> None:
    assert verdict(facts, counts) == expected


@pytest.mark.parametrize("counts", [{}, {"skipped": 3}])
def test_a_run_that_ran_nothing_has_not_passed(counts: dict[str, int]) -> None:
    assert verdict(RunFacts(), counts) != "passed"


def test_the_closing_words_say_what_ran_on_what(facts: RunFacts, tmp_path: Path) -> None:
    summary = reported(facts, tmp_path, feature_with(PASSED, PASSED, FAILED, ERROR))
    summary["seconds"] = 61.4
    assert closing_words(summary, Path("build/report/run.json")) == (
        "failed: 2 of 4 examples passed in 61 s (injective 1.20.1 on docker 28.0, seed 7); "
        "see build/report/run.json"
    )
