"""What starts hsd gets out of the way what a killed node has left, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support.implementations.handshake import software

#: Stands in for hsd: tells what its home has.
HSD = """
const {readdirSync} = require('fs');
const home = process.argv.find((word) => word.startsWith('--prefix=')).slice(9);
console.log(readdirSync(home, {recursive: true, withFileTypes: true})
  .filter((entry) => entry.isFile()).map((entry) => entry.name).sort().join(' '));
"""


@pytest.fixture
def program(tmp_path):
    """A Node.js with the starter and something to start."""
    hsd = tmp_path / "program" / "node_modules" / "hsd" / "bin" / "node.js"
    hsd.parent.mkdir(parents=True)
    hsd.write_text(HSD)
    shutil.copy(software.RECIPE / "start.js", tmp_path / "program")
    return tmp_path / "program"


def start(program: Path, *words: str) -> str:
    node = software.node_folder() / "bin" / "node"
    done = subprocess.run(
        [node, program / "start.js", *words], capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


@pytest.fixture
def home(tmp_path):
    """Of a node that was killed while it ran."""
    for name in ("regtest/tree/lock", "regtest/tree/0000000001", "regtest/lock", "regtest/key"):
        file = tmp_path / "home" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return tmp_path / "home"


def test_a_lock_that_nobody_holds_any_more_is_gone(program, home):
    told = start(program, "--network=regtest", f"--prefix={home}")
    assert told == "0000000001 key lock"
    assert (home / "regtest" / "lock").exists()


def test_a_node_that_never_ran_has_none(program, tmp_path):
    (tmp_path / "home").mkdir()
    assert start(program, "--network=regtest", f"--prefix={tmp_path / 'home'}") == ""
