"""Starts Behave, or a parallel run, as a person would, with all that it leaves in one folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

FAKE = (
    "-Dengine=tests.fake.engine",
    "-Dimplementation=tests.fake.implementation",
    "-Dblock_time=0.05",
)
BEHAVE = ("-m", "behave", "--format=plain")
RUN = ("-m", "support", "run")

#: One that passes, and one that fails at once when coins leak.
PASSES = "features/payments/deposit.feature:13"
LEAKS = "features/payments/withdraw.feature:23"
LEAK = {"ACCORD_FAKE_DEFECT": "supply_leak"}


@dataclass(frozen=True)
class Left:
    """What a run ended with and left behind."""

    code: int
    printed: str
    folder: Path

    @property
    def summary(self) -> Mapping[str, Any]:
        """Its ``run.json``."""
        told: Mapping[str, Any] = json.loads((self.folder / "run.json").read_text())
        return told

    @property
    def statuses(self) -> dict[str, str]:
        """Location -> how the example ended."""
        return {each["location"]: each["status"] for each in self.summary["examples"]}


def start(
    how: tuple[str, ...], folder: Path, *words: str, fake: bool = True, **environment: str
) -> subprocess.Popen[str]:
    """Start it, and let the caller decide how it goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    clean = {name: text for name, text in os.environ.items() if not name.startswith("ACCORD_")}
    return subprocess.Popen(
        [
            *(sys.executable, *how, *(FAKE if fake else ()), *words),
            *(f"-Dreport={folder}", f"-Devidence={folder / 'evidence'}"),
        ],
        cwd=ROOT,
        env=clean | {"PYTHONUNBUFFERED": "1", "CI": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def run(
    how: tuple[str, ...], folder: Path, *words: str, fake: bool = True, **environment: str
) -> Left:
    """Start it and wait for its end."""
    with start(how, folder, *words, fake=fake, **environment) as process:
        printed, _ = process.communicate(timeout=120)
    return Left(process.returncode, printed, folder)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it prints, up to a line with these words."""
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(f"it never said {words!r}:\n{read}")
