"""A run is over when its process is, however it ended; what people keep is remembered."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.engines import runs
from support.engines.runs import Run, forget, is_over

ROOT = Path(__file__).resolve().parents[2]

#: Begins a run, says its id, and lives until its standard input closes.
LIVING = (
    "import sys; from support.engines.runs import Run; run = Run(); "
    "print(run.id, flush=True); sys.stdin.read()"
)


@pytest.fixture(autouse=True)
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the marks of the runs of one test."""
    monkeypatch.setenv("ACCORD_FAKE_LOCKS", str(tmp_path))
    return tmp_path


@contextmanager
def living(program: str = LIVING) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that has begun a run, and the run's id."""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def files(folder: Path) -> list[str]:
    """The files that tell of runs."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_every_run_has_an_id_of_its_own() -> None:
    several = [Run() for _ in range(20)]
    ids = {run.id for run in several}
    assert len(ids) == 20
    assert all(re.fullmatch(r"[0-9a-f]{8}", run_id) for run_id in ids)
    for run in several:
        run.close()


def test_a_run_is_not_over_while_it_lives() -> None:
    run = Run()
    assert not is_over(run.id)
    assert not is_over(run.id), "asking must not take its lock away"
    run.close()
    assert is_over(run.id)


def test_a_run_that_ended_in_order_leaves_no_mark(marks: Path) -> None:
    run = Run()
    assert files(marks) == [f"{run.id}.lock"]
    run.close()
    assert files(marks) == []


def test_a_run_that_nobody_ever_heard_of_is_over() -> None:
    assert is_over("00000000")


def test_a_run_of_another_process_is_not_over_until_it_is_killed() -> None:
    with living() as (process, run_id):
        assert not is_over(run_id)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert is_over(run_id)


def test_a_child_of_a_killed_run_does_not_keep_it_alive() -> None:
    """The janitor is such a child."""
    program = LIVING.replace(
        "sys.stdin.read()",
        "import subprocess; child = subprocess.Popen(['cat'], stdin=subprocess.PIPE, "
        "stdout=subprocess.DEVNULL); print(child.pid, flush=True); sys.stdin.read()",
    )
    with living(program) as (process, run_id):
        assert process.stdout is not None
        child = int(process.stdout.readline())
        os.kill(child, signal.SIGSTOP)  # so that it outlives the run for certain
        try:
            process.kill()
            process.wait()
            assert is_over(run_id)
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_run_of_which_nothing_is_left_is_forgotten(marks: Path) -> None:
    with living() as (process, run_id):
        process.kill()
        process.wait()
        assert files(marks) == [f"{run_id}.lock"]
        forget([run_id, "00000000"])
        assert files(marks) == []
        assert is_over(run_id)


def test_marks_are_for_this_user_alone(marks: Path) -> None:
    run = Run()
    folder = marks / f"accord-{os.getuid()}-runs"
    assert folder.stat().st_mode & 0o077 == 0
    run.close()


def test_who_may_sweep_is_the_same_user_on_the_same_host() -> None:
    assert runs.owner().startswith(f"{os.getuid()}@{os.uname().nodename}/")


def test_who_may_sweep_stays_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(lambda _: runs.owner(), range(8)))
    assert told == {runs.owner()}


def test_what_was_left_is_found_after_a_restart_of_the_machine(marks: Path) -> None:
    """Folders have another identity then, and locks are held by nobody."""
    with living() as (process, run_id):
        before = runs.owner()
        process.kill()
    (folder,) = marks.iterdir()
    shutil.copytree(folder, marks / "again")
    shutil.rmtree(folder)
    (marks / "again").rename(folder)
    assert runs.owner() == before
    assert is_over(run_id)


def test_old_locks_that_nobody_holds_are_dropped(marks: Path) -> None:
    yesterday = time.time() - 100_000
    held, just_made = Run(), "11111111"
    (folder,) = marks.iterdir()
    for run_id in ("00000000", just_made):
        (folder / f"{run_id}.lock").touch()
    for run_id in ("00000000", held.id):
        os.utime(folder / f"{run_id}.lock", (yesterday, yesterday))
    run = Run()
    assert files(marks) == sorted(f"{each}.lock" for each in (held.id, just_made, run.id))
    held.close()
    run.close()


def test_who_sees_other_locks_may_not_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = runs.owner()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("ACCORD_FAKE_LOCKS", str(tmp_path / "elsewhere"))
    assert runs.owner() != mine


def test_a_run_with_another_folder_for_temporary_files_is_not_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise its containers are swept away: they carry the same owner."""
    monkeypatch.delenv("ACCORD_FAKE_LOCKS")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TMPDIR", str(tmp_path))
        with living() as (process, run_id):
            elsewhere.undo()
            assert not is_over(run_id)
            process.kill()
            process.wait()
            forget([run_id])
