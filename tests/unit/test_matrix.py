"""One table for all kinds of network: who passed, who did not, and what was left out and why."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from support import matrix
from support.chores.saying import implementations_wanted
from support.domain import BadRequest, NothingSelected
from support.evidence.matrix_table import Cell, as_json, as_markdown, as_text
from support.matrix import run_matrix


def example(name: str, status: str, why: str = "") -> dict[str, Any]:
    told = {"feature": "Paying", "example": name, "status": status}
    return {**told, "why_skipped": why} if why else told


def run(verdict: str, *examples: Mapping[str, Any], trouble: str | None = None) -> dict[str, Any]:
    statuses = [told["status"] for told in examples]
    return {
        "verdict": verdict,
        "seconds": 12.4,
        "trouble": trouble,
        "implementation": {"name": "x", "version": "1"},
        "counts": {s: statuses.count(s) for s in ("passed", "failed", "error", "skipped")},
        "examples": list(examples),
    }


CELLS = [
    Cell("etcd", "process", run("passed", example("A", "passed"), example("B", "skipped", "no B"))),
    Cell("injective", "docker", run("failed", example("A", "failed"), example("C", "passed"))),
    Cell("chains/my.toml", "docker", None),
]


def test_a_row_for_every_run() -> None:
    lines = as_text(CELLS).splitlines()
    assert lines[0].split() == [
        "network", "verdict", "passed", "failed", "error", "skipped", "seconds",
    ]  # fmt: skip
    assert lines[1].split() == ["etcd", "on", "process", "passed", "1", "0", "0", "1", "12"]
    assert lines[2].split() == ["injective", "on", "docker", "failed", "1", "1", "0", "0", "12"]
    assert lines[3].split()[3:] == ["environment", "0", "0", "0", "0"]


def test_a_row_for_every_example_whoever_ran_it() -> None:
    examples = as_text(CELLS).split("\n\n")[1].splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in examples}
    assert rows["A"] == ["ok", "FAILED"]
    assert rows["B"] == ["-"]
    assert rows["C"] == ["ok"]


def test_why_something_was_left_out_or_did_not_run() -> None:
    assert "- etcd on process: 1 skipped, no B" in as_text(CELLS)
    assert "- chains/my.toml on docker: the run left no report" in as_text(CELLS)


def test_a_report_has_the_same_in_markdown() -> None:
    text = as_markdown(CELLS)
    assert "| etcd on process | passed | 1 | 0 | 0 | 1 | 12 |" in text
    assert "| A | ok | FAILED |  |" in text


def test_machines_get_everything() -> None:
    told = json.loads(json.dumps(as_json(CELLS)))
    assert [each["verdict"] for each in told["runs"]] == ["passed", "failed", "environment"]
    assert told["examples"][0]["on"]["injective on docker"] == "failed"
    assert told["skipped"]["etcd on process"] == {"no B": 1}
    assert told["runs"][2]["trouble"] == "the run left no report"


Behave = Callable[..., None]


@pytest.fixture
def behave(monkeypatch: pytest.MonkeyPatch) -> Behave:
    """Decides what each run of behave leaves behind, in order; None is nothing."""
    left: list[dict[str, Any] | None] = []
    codes: list[int] = []

    def played(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        told = left.pop(0)
        report = next(word for word in command if word.startswith("report="))
        if told is not None:
            Path(report.partition("=")[2], "run.json").write_text(json.dumps(told))
        return subprocess.CompletedProcess(command, codes[0] if codes else 0)

    monkeypatch.setattr(matrix.subprocess, "run", played)

    def leaves(*runs: dict[str, Any] | None, code: int = 0) -> None:
        left.extend(runs)
        codes.append(code)

    return leaves


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        ([run("passed"), run("passed")], 0),
        ([run("failed"), run("passed")], 1),
        ([run("failed"), run("environment", trouble="no Docker")], 1),
        ([run("passed"), None], 3),
        ([run("interrupted"), run("passed")], 4),
    ],
)
def test_the_worst_verdict_decides(
    behave: Behave, tmp_path: Path, runs: list[dict[str, Any] | None], code: int
) -> None:
    behave(*runs)
    said: list[str] = []
    ended = run_matrix(["a", "b"], ["process"], ["features/"], folder=tmp_path, say=said.append)
    assert ended == code
    assert (tmp_path / "matrix.txt").read_text().startswith("network")
    assert json.loads((tmp_path / "matrix.json").read_text())["runs"][1]["implementation"] == "b"
    page = (tmp_path / "index.html").read_text()
    assert '<a href="b-process/index.html">b on process</a>' in page
    assert said[0] == "a on process ..."


def test_one_that_passed_too_slowly_is_no_full_success(behave: Behave, tmp_path: Path) -> None:
    behave(run("passed"), run("passed"), code=6)
    ended = run_matrix(["a", "b"], ["process"], [], folder=tmp_path, say=lambda words: None)
    assert ended == 6


def test_one_that_is_chosen_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACCORD_IMPLEMENTATION", raising=False)
    assert implementations_wanted() == ["etcd", "handshake", "injective"]
    monkeypatch.setenv("ACCORD_IMPLEMENTATION", "etcd")
    assert implementations_wanted() == ["etcd"]


def test_what_an_earlier_run_left_does_not_count(behave: Behave, tmp_path: Path) -> None:
    behave(run("passed"), None)
    for code in (0, 3):
        ended = run_matrix(["a"], ["process"], [], folder=tmp_path, say=lambda words: None)
        assert ended == code


@pytest.mark.parametrize(
    ("code", "problem", "words"),
    [
        (5, NothingSelected, "nothing was selected"),
        (2, BadRequest, "behave refuses what it is told: see .*behave.log"),
    ],
)
def test_a_matrix_of_nothing_is_no_success(
    behave: Behave, tmp_path: Path, code: int, problem: type[BadRequest], words: str
) -> None:
    behave(None, code=code)
    with pytest.raises(problem, match=words):
        run_matrix(["a"], ["process"], [], folder=tmp_path, say=lambda words: None)
