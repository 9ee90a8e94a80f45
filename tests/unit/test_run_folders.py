"""Old runs are forgotten, and those that go on never are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.run_folders import (
    PARTS,
    RUNS,
    RUNS_KEPT,
    folder_of_run,
    forget_old_runs,
    goes_on,
    hold_on_to,
)

HOLDS = """
import sys
from pathlib import Path
from support.run_folders import hold_on_to
hold_on_to(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of more runs than are kept, oldest first."""
    monkeypatch.chdir(tmp_path)
    several = [RUNS / f"2026-11-28-{number:06}-0f0f0f0f" for number in range(RUNS_KEPT + 3)]
    for folder in several:
        (folder / PARTS / "one").mkdir(parents=True)
        for journal in (folder / "journal.jsonl", folder / PARTS / "one" / "journal.jsonl"):
            journal.touch()
    return several


@contextmanager
def held_by_another(journal: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun a run which writes there."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(journal.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_the_oldest_are_forgotten(runs: list[Path]) -> None:
    forget_old_runs()
    assert sorted(RUNS.iterdir()) == runs[3:]


@pytest.mark.parametrize("journal", ["journal.jsonl", f"{PARTS}/one/journal.jsonl"])
def test_a_run_that_goes_on_is_kept_however_old_it_is(runs: list[Path], journal: str) -> None:
    with held_by_another(runs[1] / journal) as process:
        forget_old_runs()
        assert sorted(RUNS.iterdir()) == [runs[1], *runs[3:]]
        assert (runs[1] / journal).is_file()
        process.kill()
        process.wait()
        assert not goes_on(runs[1])
        forget_old_runs()
        assert sorted(RUNS.iterdir()) == runs[3:]


def test_a_run_in_this_very_process_goes_on_as_well(runs: list[Path]) -> None:
    assert not goes_on(runs[0])
    hold_on_to(runs[0] / "journal.jsonl")
    assert goes_on(runs[0])
    forget_old_runs()
    assert runs[0].is_dir()


def test_what_a_run_has_started_does_not_keep_its_folder(runs: list[Path]) -> None:
    program = HOLDS.replace(
        "sys.stdin.read()",
        "import subprocess; subprocess.Popen(['cat'], stdout=subprocess.DEVNULL)",
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str((runs[0] / "journal.jsonl").absolute())],
        stdin=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        process.wait()  # the child of it reads on until this side of the pipe is closed
        assert not goes_on(runs[0])


def test_a_folder_that_is_gone_is_nobodys(tmp_path: Path) -> None:
    assert folder_of_run(tmp_path / "x" / PARTS / "one" / "journal.jsonl") == tmp_path / "x"
    hold_on_to(tmp_path / "nowhere" / "journal.jsonl")
