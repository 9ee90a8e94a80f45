"""A real run on simulated nodes with a minority that confirms, once for all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FEATURE = "features/resilience/partition_heal.feature"


@dataclass(frozen=True)
class FinishedRun:
    """What a run left: its reports, its job's summary, all that it said, its exit code."""

    report: Path
    job_summary: Path
    said: str
    code: int


@pytest.fixture(scope="session")
def failed_run(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    folder = tmp_path_factory.mktemp("run")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "behave", FEATURE, "features/resilience/full_disk.feature"),
            *("-D", "engine=tests.fake.engine", "-D", "implementation=tests.fake.implementation"),
            *("-D", "block_time=0.05", "-D", f"report={folder / 'report'}", "-D", "seed=7"),
            *("-D", f"evidence={folder / 'evidence'}", "-f", "plain", "--no-color"),
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "ACCORD_FAKE_BLOCK_TIME": "0.02",
            "ACCORD_FAKE_DEFECT": "minority_confirms",
            "GITHUB_STEP_SUMMARY": str(folder / "job.md"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return FinishedRun(
        folder / "report", folder / "job.md", done.stdout + done.stderr, done.returncode
    )
