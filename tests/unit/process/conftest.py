"""Homes and locks of the tests' own, and a program that stands in for a node's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.engines.contract import Platform, Software
from support.engines.runs import Run

#: Writes its arguments, answers on its port, and ends in order when it is asked to.
PROGRAM = """#!/usr/bin/env python3
import os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("ending in order", flush=True)))
print("started as", os.geteuid(), "with", *sys.argv[1:], flush=True)
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as server:
    while True:
        server.accept()[0].close()
"""


def unpack(folder: Path, platform: Platform) -> None:
    program = folder / "server"
    program.write_text(PROGRAM)
    program.chmod(0o755)


@pytest.fixture
def software() -> Software:
    return Software("server", "1", unpack)


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # an unprivileged node has to get there, and pytest's own folders are closed to it
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == Path.home().owner() and folder.stat().st_mode & 0o011 != 0o011:
            folder.chmod(folder.stat().st_mode | 0o011)
    homes, locks = tmp_path / "homes", tmp_path / "locks"
    homes.mkdir(mode=0o711)
    locks.mkdir()
    monkeypatch.setenv("ACCORD_FAKE_HOMES", str(homes))
    monkeypatch.setenv("ACCORD_FAKE_LOCKS", str(locks))
    return homes


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    run.close()
