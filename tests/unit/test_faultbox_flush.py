"""The flushes of one real process take longer, and what they took when that is over."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from support.waiting import ticks, until

FAULTBOX = Path(__file__).resolve().parents[2] / "docker" / "faultbox"
LONGER = 0.1

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64" or not shutil.which("setpriv"),
    reason="disks can be slow on Linux on x86_64, and setpriv is needed to try it",
)

#: Flushes once for every line it reads, in a thread of its own, and counts the signals it gets.
PROGRAM = """
import os, signal, sys, threading, time
got = []
signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
file = open(sys.argv[1], "wb")
def flush():
    started = time.monotonic()
    os.write(file.fileno(), b"x")
    os.fsync(file.fileno())
    print(time.monotonic() - started, len(got), flush=True)
for line in sys.stdin:
    thread = threading.Thread(target=flush)
    thread.start()
    thread.join()
"""


class Target:
    """A process that flushes when it is asked to."""

    def __init__(self, file: Path) -> None:
        # who is not root may take a filter only where it can gain no rights
        argv = ["setpriv", "--no-new-privs", sys.executable, "-c", PROGRAM, str(file)]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.number = self._process.pid

    def flush(self) -> tuple[float, int]:
        """Seconds that it took, and how many signals it has had so far."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        seconds, signals = self._process.stdout.readline().split()
        return float(seconds), int(signals)

    def signal(self) -> None:
        # Popen's own way would first ask how the process is, and get the stop meant for the worker
        os.kill(self.number, signal.SIGUSR1)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    target = Target(tmp_path / "file")
    target.flush()
    yield target
    target.end()


@pytest.fixture
def flush(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FAULTBOX))
    return __import__("flush")


def worker_for(flush: ModuleType, target: Target) -> object:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ACCORD_PROCESS", str(target.number))
        return flush.Worker()


def fast(target: Target) -> bool:
    return bool(
        until(lambda: target.flush()[0] < LONGER / 2 or None, seconds=lambda: 10.0, every=0.0)
    )


def test_flushes_take_longer_until_they_do_not(flush: ModuleType, target: Target) -> None:
    worker = worker_for(flush, target)
    assert worker.measure()["seconds"] < 5  # type: ignore[attr-defined]
    for seconds in (LONGER, 2 * LONGER):
        worker.slow(seconds)  # type: ignore[attr-defined]
        assert target.flush()[0] >= seconds
        assert worker.measure()["seconds"] >= seconds  # type: ignore[attr-defined]
    worker.fast()  # type: ignore[attr-defined]
    assert fast(target)


def test_another_helper_goes_on_where_the_last_one_ended(flush: ModuleType, target: Target) -> None:
    """As when the first has died: the process is not left waiting for an answer for ever."""
    first = os.fork()
    if first == 0:
        worker_for(flush, target).slow(3600.0)  # type: ignore[attr-defined]
        os._exit(0)
    assert os.waitpid(first, 0)[1] == 0
    second = worker_for(flush, target)
    second.slow(LONGER)  # type: ignore[attr-defined]
    assert target.flush()[0] >= LONGER
    second.fast()  # type: ignore[attr-defined]
    assert fast(target)


def test_signals_are_neither_lost_nor_in_the_way(flush: ModuleType, target: Target) -> None:
    worker = worker_for(flush, target)
    worker.slow(LONGER)  # type: ignore[attr-defined]
    for _ in range(20):
        target.signal()
        worker.measure()  # type: ignore[attr-defined]
    seconds, signals = target.flush()
    assert seconds >= LONGER
    assert 1 <= signals <= 20
    target.signal()
    assert until(lambda: target.flush()[1] == signals + 1 or None, seconds=lambda: 10.0)


def test_a_flush_that_a_signal_interrupts_is_measured_all_the_same(
    flush: ModuleType, target: Target
) -> None:
    """As every few milliseconds in a busy program of Go. The process gets each signal itself."""
    worker = worker_for(flush, target)
    worker.slow(LONGER / 10)  # type: ignore[attr-defined]
    enough = threading.Event()

    def signals() -> None:
        for _ in ticks(0.001, enough):
            target.signal()

    sender = threading.Thread(target=signals)
    sender.start()
    try:
        for _ in range(100):
            seconds = worker.measure()["seconds"]  # type: ignore[attr-defined]
            assert seconds >= LONGER / 10
    finally:
        enough.set()
        sender.join()


def test_a_process_that_has_ended_cannot_be_slow(flush: ModuleType, tmp_path: Path) -> None:
    target = Target(tmp_path / "file")
    target.flush()
    worker = worker_for(flush, target)
    target.end()
    with pytest.raises(OSError, match="No such"):
        worker.slow(LONGER)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words",
    [
        ["slow"],
        ["slow", "--seconds", "soon"],
        ["slow", "--seconds", "0"],
        ["slow", "--seconds", "-1"],
        ["sideways"],
        [],
    ],
)
def test_words_without_sense_change_nothing(
    flush: ModuleType, target: Target, words: list[str]
) -> None:
    worker = worker_for(flush, target)
    with pytest.raises(ValueError, match=r"makes no sense|cannot be slow by nothing"):
        flush.run(worker, words, "")
    assert fast(target)
