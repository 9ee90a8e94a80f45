"""What is known of the last run, also when there was none, or its report is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.domain import BadRequest, NothingSelected
from support.running.last_run import did_not_pass, known_seconds, seconds_from

EXAMPLES = [
    {"location": "a:1", "status": "passed", "seconds": 1.5},
    {"location": "a:2", "status": "failed", "seconds": 2},
    {"location": "a:3", "status": "error", "seconds": 3},
    {"location": "a:4", "status": "skipped", "seconds": 0},
    {"location": "a:5", "status": "untested", "seconds": 0},
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"examples": EXAMPLES, "unfinished": ["b:1"]}))
    return path


def test_how_long_examples_took_that_were_begun_or_skipped(report: Path) -> None:
    assert (
        known_seconds(report)
        == seconds_from(report)
        == {
            "a:1": 1.5,
            "a:2": 2,
            "a:3": 3,
            "a:4": 0,
        }
    )


def test_what_did_not_pass(report: Path) -> None:
    assert did_not_pass(report) == {"a:2", "a:3", "b:1"}


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"examples": [1]}', "\x00"])
def test_a_report_that_is_none(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    if content is not None:
        path.write_text(content)
    assert known_seconds(path) == {}
    with pytest.raises(BadRequest, match=r"is no run\.json of a run"):
        seconds_from(path)
    with pytest.raises(BadRequest, match="no report of an earlier run"):
        did_not_pass(path)


def test_where_all_passed_nothing_is_to_be_run_again(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"examples": EXAMPLES[:1]}))
    with pytest.raises(NothingSelected, match="nothing failed in"):
        did_not_pass(path)
