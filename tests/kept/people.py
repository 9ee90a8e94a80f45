"""Somebody at a terminal: every command is a process, in a place that no other test has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
FAKE = ("--engine", "tests.fake.engine", "--implementation", "tests.fake.implementation")
ON_FAKE = ("-Dengine=tests.fake.engine", "-Dimplementation=tests.fake.implementation")

#: Seconds that a command may take on a busy machine before a test stops waiting for it.
PATIENCE = 120

Done = subprocess.CompletedProcess[str]


class Person:
    """``place`` is where this person's sockets and locks are."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._environment = {
            **{name: v for name, v in os.environ.items() if not name.startswith("ACCORD_")},
            # who sees other locks takes every network of this machine for one of a dead run
            "ACCORD_FAKE_LOCKS": str(place),
            "ACCORD_FAKE_HOMES": str(place),
            "ACCORD_FAKE_BLOCK_TIME": "0.02",
            "ACCORD_BLOCK_TIME": "0.05",
        }

    def types(self, *words: str, stdin: str = "") -> Done:
        """``python -m support WORDS``, to its end and to the end of what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "support", *words],
            cwd=ROOT,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def begins(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """A command that is not waited for."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self._environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def networks(self) -> list[Mapping[str, Any]]:
        """All that this person has."""
        told: list[Mapping[str, Any]] = json.loads(self.types("status", "--json").stdout)
        return told

    def leftovers(self) -> list[str]:
        """What says that a run is or was there; whose place it is says nothing of runs."""
        found = {path.name for path in self.place.glob("accord-*/*")}
        return sorted(found - {"owner"})


@contextmanager
def somebody() -> Iterator[Person]:
    """A person who has nothing, and leaves nothing. The path is short: sockets want it so."""
    with tempfile.TemporaryDirectory(prefix="people-", dir="/tmp") as place:
        person = Person(Path(place))
        try:
            yield person
        finally:
            person.types("down", "--all")


def is_gone(process: int) -> bool:
    """Whether there is no such process, or only its name."""
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
