"""The process in front ends in the way of the one behind, and never keeps anybody waiting."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kept.people import PATIENCE, ROOT

BEGIN = "import os, sys, signal; from pathlib import Path; from support.kept.front import Front; "


def ended(script: str, *inherited: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        pass_fds=inherited,
    )


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("Front(); sys.exit(7)", 7),
        ("Front()", 0),
        ("Front(); raise ValueError", 1),
        ("Front(); os.kill(os.getpid(), signal.SIGKILL)", 128 + 9),
        ("Front().part(Path(os.devnull)); sys.exit(5)", 5),
        ("Front().part(Path(os.devnull)) or sys.exit(6)", 6),
    ],
)
def test_it_ends_with_the_code_of_the_one_behind(script: str, code: int) -> None:
    assert ended(script).returncode == code


def test_what_was_printed_is_printed_once() -> None:
    script = (
        "print('before'); f = Front(); print('between'); f.part(Path(os.devnull)); print('after')"
    )
    assert ended(script).stdout.split() == ["before", "between", "after"]


def test_the_one_that_stays_belongs_to_nobody_and_writes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    end, lives = os.pipe()
    script = (
        f"stays = Front().part(Path({str(log)!r})); "
        "print('I stay', os.getsid(0) == os.getpid()) if stays else print('I finish')"
    )
    assert ended(script, lives).stdout == "I finish\n"  # the pipes were closed, or no end here
    os.close(lives)
    with os.fdopen(end) as until_all_have_ended:  # what is printed may be written at the very end
        assert select.select([until_all_have_ended], [], [], PATIENCE)[0]
    assert log.read_text() == "I stay True\n"
    assert log.stat().st_mode & 0o777 == 0o600
