"""What most unit tests need: time that passes only on demand, a journal, a network to play with."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from support import waiting
from support.journal import Journal
from tests.unit.played import PlayedTime, Stage

# A busy host is no reason to fail, and the same examples are tried every time.
hypothesis.settings.register_profile("unit", deadline=None, derandomize=True, max_examples=60)
hypothesis.settings.load_profile("unit")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> PlayedTime:
    """Time as all waits of the suite see it."""
    played = PlayedTime()
    monkeypatch.setattr(waiting, "time", played)
    for name in (
        "network",
        "observer",
        "pace",
        "payments",
        "start",
        "faults.packet_filter",
        "faults.disk_faults",
        "faults.clock_faults",
        "faults.slow_disks",
    ):
        module = importlib.import_module(f"support.{name}")
        monkeypatch.setattr(module, "time", played, raising=False)
    return played


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    journal = Journal(tmp_path / "journal.jsonl")
    yield journal
    journal.close()


@pytest.fixture
def stage(clock: PlayedTime, journal: Journal) -> Stage:
    """Four nodes that agree and make blocks."""
    return Stage(clock, journal)
