"""A janitor sweeps when its run dies, and goes home when it is told that all is done."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.domain import BadRequest
from support.engines import janitor, runs
from support.engines.janitor import ALL_DONE, QUIET_SWEEPS, Janitor, sweep_dead_runs
from tests.unit.played import PlayedTime

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "swept_by_tests.engine"
#: Seconds after which a test gives up; never how long something is supposed to take.
PATIENCE = 60

#: An engine that finds as many things as the file says, tells of its sweeps through a pipe, and
#: holds the pipe open as long as its process lives.
MODULE = """
import os
from pathlib import Path

from support.domain import EnvironmentProblem

FOLDER = Path(os.environ["SWEPT_FOLDER"])
# whoever does not listen any more must not keep a janitor waiting
_pipe = os.fdopen(os.open(FOLDER / "pipe", os.O_WRONLY | os.O_NONBLOCK), "w")
ENGINE = None


def sweep(run_id):
    left = (FOLDER / "left").read_text().split()
    found = left.pop(0) if left else "0"
    (FOLDER / "left").write_text(" ".join(left))
    _pipe.write(f"{run_id} {found}\\n")
    _pipe.flush()
    if found == "trouble":
        raise EnvironmentProblem("the daemon said no")
    return int(found)


def dead_runs():
    return ["dead0001", "dead0002"]
"""

#: A run that starts a janitor, says its id, and lives until it is killed.
LIVING = f"""
import sys
from support.engines.janitor import Janitor
from support.engines.runs import Run
run = Run()
janitor = Janitor({ENGINE!r}, run.id)
print(run.id, flush=True)
sys.stdin.read()
"""


class Host:
    """Where the engine of the tests has left things lying around."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks = folder / "locks"
        self._marks.mkdir()
        os.mkfifo(folder / "pipe")
        self._pipe = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)

    def leaves(self, found: str) -> None:
        """How many things each sweep finds, one after the other, and then none."""
        (self._folder / "left").write_text(found)

    def swept(self) -> list[str]:
        """What was swept, once every process that sweeps has ended."""
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        told = b""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            if poll.poll(1000):
                piece = os.read(self._pipe, 4096)
                if not piece:
                    return told.decode().splitlines()
                told += piece
        raise AssertionError(f"the janitor has not gone home; it said {told!r}")

    def told(self) -> list[str]:
        """What was swept so far in this process."""
        try:
            return os.read(self._pipe, 4096).decode().splitlines()
        except BlockingIOError:
            return []

    def marks(self) -> list[str]:
        """The files that tell of runs."""
        return [path.name for path in self._marks.rglob("*") if path.is_file()]

    def close(self) -> None:
        os.close(self._pipe)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    package = tmp_path / "path" / "swept_by_tests"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "engine.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("SWEPT_FOLDER", str(tmp_path))
    for places in ("ACCORD_FAKE_LOCKS", "ACCORD_FAKE_HOMES"):
        monkeypatch.setenv(places, str(tmp_path / "locks"))
    for name in ("swept_by_tests", ENGINE):
        monkeypatch.delitem(sys.modules, name, raising=False)
    host = Host(tmp_path)
    yield host
    host.close()


def killed() -> str:
    """The id of a run that was killed in the middle of its work."""
    process = subprocess.Popen(
        [sys.executable, "-c", LIVING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        assert process.stdout is not None
        run_id = process.stdout.readline().strip()
        assert not runs.is_over(run_id)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return run_id


def test_what_a_killed_run_has_left_is_swept(host: Host) -> None:
    host.leaves("3")
    run_id = killed()
    assert host.swept() == [f"{run_id} 3", *[f"{run_id} 0"] * QUIET_SWEEPS]
    assert host.marks() == [], "nothing is left of the run"


def test_a_dismissed_janitor_goes_home_and_sweeps_nothing(host: Host) -> None:
    host.leaves("3")
    run = runs.Run()
    sweeper = Janitor(ENGINE, run.id)
    sweeper.dismiss()
    assert sweeper._process.returncode == 0
    assert host.told() == []
    run.close()


def test_a_janitor_that_has_died_can_be_dismissed_all_the_same(host: Host) -> None:
    sweeper = Janitor(ENGINE, "00000000")
    sweeper._process.kill()
    sweeper._process.wait()
    sweeper.dismiss()


def test_a_ctrl_c_at_the_terminal_does_not_reach_the_janitor(host: Host) -> None:
    sweeper = Janitor(ENGINE, "00000000")
    try:
        assert os.getsid(sweeper._process.pid) == sweeper._process.pid
    finally:
        sweeper.dismiss()


# -- in this process, without waiting


Sweep = Callable[..., list[str]]


@pytest.fixture
def sweep(host: Host, clock: PlayedTime, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    """What the janitor of a run sweeps after it has read ``last_words``."""

    def sweep(last_words: bytes, run_id: str = "00000001") -> list[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(last_words)))
        janitor.main(ENGINE, run_id)
        return [line.partition(" ")[2] for line in host.told()]

    return sweep


def test_a_janitor_sweeps_until_it_is_quiet(host: Host, sweep: Sweep) -> None:
    """A daemon may finish starting a container after the run has died."""
    host.leaves("2 0 1 0 0 5")
    assert sweep(b"") == ["2", "0", "1", "0", "0"]


def test_a_janitor_lets_the_daemon_breathe_between_sweeps(
    host: Host, sweep: Sweep, clock: PlayedTime
) -> None:
    host.leaves("1")
    began = clock.now
    sweep(b"")
    assert clock.now - began > 1.0


@pytest.mark.parametrize("last_words", [b"", b"all do", b"something else\n"])
def test_only_the_right_words_send_a_janitor_home(
    host: Host, sweep: Sweep, last_words: bytes
) -> None:
    host.leaves("")
    assert sweep(last_words) == ["0", "0"]


def test_the_right_words_send_it_home(host: Host, sweep: Sweep) -> None:
    host.leaves("3")
    assert sweep(ALL_DONE) == []


def test_a_daemon_that_says_no_once_is_asked_again(host: Host, sweep: Sweep) -> None:
    """It is still starting a container of the dead run, and will not remove its network yet."""
    host.leaves("trouble 2")
    assert sweep(b"") == ["trouble", "2", "0", "0"]


def test_a_daemon_that_always_says_no_is_left_alone_in_the_end(host: Host, sweep: Sweep) -> None:
    host.leaves("trouble " * 1000)
    assert 1 < len(sweep(b"")) < 100


# -- at the start of the next run


def test_the_next_run_sweeps_what_dead_runs_have_left(host: Host) -> None:
    host.leaves("3 0")
    said: list[str] = []
    assert sweep_dead_runs(said.append, (ENGINE,)) == 3
    assert host.told() == ["dead0001 3", "dead0002 0"]
    assert said == [f"removed 3 things that run dead0001 had left on {ENGINE}"]


def test_an_engine_that_nobody_knows_cannot_be_swept() -> None:
    with pytest.raises(BadRequest, match="there is no engine called 'dokcer': choose one of"):
        sweep_dead_runs(lambda words: None, ("dokcer",))
