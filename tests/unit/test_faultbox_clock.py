"""The clock of one real process is set and set right again, and no other process notices."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from support.waiting import until

FAULTBOX = Path(__file__).resolve().parents[2] / "docker" / "faultbox"

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64",
    reason="clocks can be set on Linux on x86_64",
)

#: Tells the time of day in every way that a program can ask for it, and how much of it has passed.
PROGRAM = """
import ctypes, sys, time
libc = ctypes.CDLL(None)
for line in sys.stdin:
    told = (ctypes.c_long * 2)()
    libc.gettimeofday(told, None)
    asked = [time.clock_gettime(clock) for clock in (0, 5, 11)]
    print(*asked, told[0], libc.time(None), time.monotonic(), flush=True)
"""


class Target:
    """A process that does what it does between two questions, and nothing else."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.number = self._process.pid

    def asked(self) -> list[float]:
        """What it tells: seconds that its clocks are ahead of ours."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        told = [float(word) for word in self._process.stdout.readline().split()]
        return [clock - time.time() for clock in told[:-1]] + [told[-1] - time.monotonic()]

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        stat = Path("/proc", str(self.number), "stat")
        assert until(lambda: stat.read_text().split()[2] == "T" or None, seconds=lambda: 10.0), (
            "it does not stop"
        )

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    target.asked()
    yield target
    target.end()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FAULTBOX))
    return __import__("clock")


def told(clock: ModuleType, target: Target, *words: str) -> object:
    """What the helper says; it is a new one every time, as after a crash of the last one."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ACCORD_PROCESS", str(target.number))
        return json.loads(clock.run(clock.Worker(), list(words), ""))


def change(clock: ModuleType, target: Target, *words: str) -> object:
    target.freeze()
    try:
        return told(clock, target, *words)
    finally:
        target.wake()


@pytest.mark.parametrize("seconds", [3600, -600, 31536000])
def test_all_clocks_of_the_day_are_wrong_and_none_that_tells_what_has_passed(
    clock: ModuleType, target: Target, seconds: int
) -> None:
    assert change(clock, target, "set", "--seconds", str(seconds)) == {"seconds": seconds}
    *day, passed = target.asked()
    # the clock of atoms is ahead by what the others have skipped, or not kept at all
    assert day == pytest.approx([seconds, seconds, day[2], seconds, seconds], abs=2)
    assert day[2] - seconds == pytest.approx(time.clock_gettime(11) - time.time(), abs=2)
    assert passed == pytest.approx(0, abs=2)
    assert abs(Target().asked()[0]) < 2, "another process has got the same clock"


def test_a_clock_can_be_set_again_and_again_and_is_as_new_afterwards(
    clock: ModuleType, target: Target
) -> None:
    before = functions(target)
    for seconds in (100, -100, 5000):
        change(clock, target, "set", "--seconds", str(seconds))
        assert target.asked()[0] == pytest.approx(seconds, abs=2)
    change(clock, target, "right")
    assert target.asked()[0] == pytest.approx(0, abs=2)
    assert functions(target)[:-256] == before[:-256]
    change(clock, target, "right")
    change(clock, target, "set", "--seconds", "77")
    assert target.asked()[0] == pytest.approx(77, abs=2)


def functions(target: Target) -> bytes:
    """The code that the kernel gave the process."""
    maps = Path("/proc", str(target.number), "maps").read_text().splitlines()
    (place,) = (line.split()[0] for line in maps if line.endswith("[vdso]"))
    begin, end = (int(part, 16) for part in place.split("-"))
    memory = os.open(f"/proc/{target.number}/mem", os.O_RDONLY)
    try:
        return os.pread(memory, end - begin, begin)
    finally:
        os.close(memory)


@pytest.mark.parametrize("where", ["running", "0 0x1 0x2 0x7ffe0 0x{inside:x}"])
def test_a_process_that_is_not_still_or_reads_its_clock_is_left_alone(
    clock: ModuleType, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    before = functions(target)
    maps = Path("/proc", str(target.number), "maps").read_text()
    begins = int(next(line for line in maps.splitlines() if "[vdso]" in line).split("-")[0], 16)
    inside = begins + clock._Functions(before).entries[1] + 3
    (tmp_path / "maps").write_text(maps)
    (tmp_path / "mem").symlink_to(f"/proc/{target.number}/mem")
    (tmp_path / "task" / "1").mkdir(parents=True)
    (tmp_path / "task" / "1" / "syscall").write_text(where.format(inside=inside) + "\n")
    monkeypatch.setenv("ACCORD_PROCESS", str(tmp_path))
    assert clock.Worker().set(3600) == {"busy": True}
    assert functions(target) == before


@pytest.mark.parametrize(
    "words", [(), ("set",), ("set", "--seconds", "soon"), ("left",), ("right", "now")]
)
def test_words_without_sense_change_nothing(
    clock: ModuleType, target: Target, words: tuple[str, ...]
) -> None:
    before = functions(target)
    with pytest.raises(ValueError, match="makes no sense"):
        told(clock, target, *words)
    assert functions(target) == before


def test_a_process_that_does_not_ask_the_kernel_is_told_of(
    clock: ModuleType, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "maps").write_text("00400000-00401000 r-xp 00000000 00:00 0 program\n")
    monkeypatch.setenv("ACCORD_PROCESS", str(tmp_path))
    with pytest.raises(ValueError, match="has no functions of the kernel"):
        clock.Worker().set(60)


def test_code_that_fills_the_room_is_not_overwritten(clock: ModuleType, target: Target) -> None:
    code = functions(target)
    full = clock._Functions(code[:-1] + b"\x90")
    with pytest.raises(ValueError, match="there is no room"):
        full.room_with(60)
