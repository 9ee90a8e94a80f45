"""Runs features as a person would, with a defect planted, and tells which examples were red."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Result:
    """What a run said: names of examples, and everything that was printed."""

    green: frozenset[str]
    red: frozenset[str]
    broken: frozenset[str]
    printed: str

    def __or__(self, other: Result) -> Result:
        """Both of two runs."""
        return Result(
            self.green | other.green,
            self.red | other.red,
            self.broken | other.broken,
            self.printed + other.printed,
        )

    @property
    def all(self) -> frozenset[str]:
        """Every example that ran."""
        return self.green | self.red | self.broken


def run_features(
    folder: Path, *arguments: str, timeout: float = 1800.0, **environment: str
) -> Result:
    """Run Behave in a process of its own, with everything that it writes below ``folder``.

    Red examples are those that *failed*; broken ones had an error of suite or host.
    """
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "behave",
            *arguments,
            "--no-junit",
            "--format=plain",
            "--no-color",
            f"-Dreport={folder}",
        ],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    printed = done.stdout + done.stderr
    report = folder / "run.json"
    assert report.is_file(), f"the run left no report:\n{printed}"
    examples = json.loads(report.read_text())["examples"]

    def named(*statuses: str) -> frozenset[str]:
        return frozenset(e["example"] for e in examples if e["status"] in statuses)

    return Result(named("passed"), named("failed"), named("error"), printed)
