"""Homes and locks of the tests' own, and a program that stands in for a node's."""

from __future__ import annotations

import tempfile
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
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # An unprivileged node has to get there. A folder of pytest's would not do: every session of
    # pytest that begins on this machine closes the one above it to all but its owner again.
    with tempfile.TemporaryDirectory(prefix="accord-tests-") as made:
        place = Path(made)
        place.chmod(0o711)
        homes, locks = place / "homes", place / "locks"
        homes.mkdir(mode=0o711)
        locks.mkdir()
        monkeypatch.setenv("ACCORD_FAKE_HOMES", str(homes))
        monkeypatch.setenv("ACCORD_FAKE_LOCKS", str(locks))
        yield homes


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    run.close()
