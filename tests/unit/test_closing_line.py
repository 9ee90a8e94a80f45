"""The proof that examples ran cannot be had from a run that ran none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "closing_line"


def closing_line(report: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, report], capture_output=True, text=True, check=False
    )


def report_of(tmp_path: Path, **counts: int) -> Path:
    path = tmp_path / "run.json"
    none = {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
    path.write_text(json.dumps({"counts": none | counts}))
    return path


def test_it_says_what_ran_alone_on_a_line(tmp_path):
    done = closing_line(report_of(tmp_path, passed=5, failed=1, error=2, skipped=3))
    assert done.stdout == "5 passed, 3 failed, 3 skipped\n"
    assert done.returncode == 0


def test_a_run_that_ran_nothing_fails(tmp_path):
    done = closing_line(report_of(tmp_path, skipped=3))
    assert done.returncode == 1
    assert "no example ran" in done.stderr


@pytest.mark.parametrize("content", ["", "{}", '{"counts": {}}', "[]"])
def test_a_report_that_is_none_fails(tmp_path, content):
    path = tmp_path / "run.json"
    path.write_text(content)
    done = closing_line(path)
    assert done.returncode == 1
    assert "is not a report of a run" in done.stderr


def test_a_report_that_is_missing_fails(tmp_path):
    done = closing_line(tmp_path / "run.json")
    assert done.returncode == 1
    assert "no example ran" in done.stderr
