"""Runs on simulated nodes that are ended in the middle: there is a report, and it says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.evidence.report import write_report
from support.run_folders import goes_on
from support.waiting import until
from tests.report.conftest import FEATURE, ROOT


class RunningRun:
    """A run of Behave that is in the middle of a partition."""

    def __init__(self, folder: Path) -> None:
        earlier = set(ROOT.glob("build/runs/*"))
        self.report = folder / "report"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "behave", FEATURE),
                *("-Dengine=tests.fake.engine", "-Dimplementation=tests.fake.implementation"),
                *("-Dblock_time=0.1", f"-Dreport={self.report}", f"-Devidence={folder}"),
                *("-Dseed=424242", "--format=plain"),
            ],
            cwd=ROOT,
            env=os.environ | {"ACCORD_FAKE_BLOCK_TIME": "0.1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def in_a_partition() -> Path | None:
            for place in set(ROOT.glob("build/runs/*")) - earlier:
                journal = place / "journal.jsonl"
                told = journal.read_text() if journal.is_file() else ""
                if '"seed": 424242' in told and '"fault measured"' in told:
                    return journal
            return None

        journal = until(in_a_partition, seconds=lambda: 60.0, every=0.05)
        assert journal is not None, "the run never came to its partition"
        self.journal = journal


def test_a_killed_run_has_a_report_that_says_so(tmp_path: Path) -> None:
    run = RunningRun(tmp_path)
    assert goes_on(run.journal.parent)
    run.process.kill()
    run.process.wait()
    assert not goes_on(run.journal.parent)
    summary = write_report([run.journal], tmp_path / "again")
    assert summary["verdict"] == "interrupted"
    assert summary["killed"] == [str(run.journal)]
    running = [e["example"] for e in summary["examples"] if e["status"] == "error"]
    assert len(running) == 1
    assert summary["counts"]["untested"] > 0
    page = (tmp_path / "again" / "index.html").read_text()
    assert "The run was killed" in page
    assert "cut off from" in page


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_asked_to_end_reports_by_itself(
    tmp_path: Path, ending: signal.Signals
) -> None:
    run = RunningRun(tmp_path)
    run.process.send_signal(ending)
    run.process.wait(60)
    summary = json.loads((run.report / "run.json").read_text())
    assert summary["verdict"] == "interrupted"
    assert summary["killed"] == []
    assert summary["counts"]["untested"] > 0
    assert "The run was interrupted" in (run.report / "index.html").read_text()
