"""One node's process: it is frozen, ended in order or at once, and known by its mark."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.domain import EnvironmentProblem, NodeState
from support.engines.process import processes
from support.engines.process.processes import NodeProcess, end_all, of_networks
from support.engines.process.programs import marked
from support.waiting import until

ORDERLY = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("in order")))
print("ready", flush=True)
while True: signal.pause()
"""
STUBBORN = ORDERLY.replace('lambda *_: sys.exit(print("in order"))', "signal.SIG_IGN")

Start = Callable[..., NodeProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[NodeProcess] = []

    def start(program: str = ORDERLY, mark: str = "run-token") -> NodeProcess:
        log = tmp_path / "log"
        environment = os.environ | marked(mark)
        process = NodeProcess(
            [sys.executable, "-I", "-S", "-c", program],
            environment=environment,
            folder=tmp_path,
            log=log,
        )
        started.append(process)
        begun = until(
            lambda: log.read_text().count("ready") == len(started) or None,
            seconds=lambda: 60.0,
        )
        assert begun
        return process

    yield start
    for process in started:
        process.kill()


def test_it_ends_in_order_when_it_is_asked_to(start: Start, tmp_path: Path) -> None:
    process = start()
    assert process.state is NodeState.RUNNING
    process.stop()
    assert process.state is NodeState.STOPPED
    assert (tmp_path / "log").read_text() == "ready\nin order\n"


def test_it_is_killed_at_once_when_it_is_to_be_killed(start: Start, tmp_path: Path) -> None:
    process = start()
    process.kill()
    process.kill()
    assert process.state is NodeState.STOPPED
    assert (tmp_path / "log").read_text() == "ready\n"


def test_one_that_does_not_end_when_it_is_asked_to_is_killed(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_PATIENCE_TO_STOP", 0.2)
    process = start(STUBBORN)
    process.stop()
    assert process.state is NodeState.STOPPED


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_frozen_one_can_be_ended(start: Start, way: str) -> None:
    process = start()
    process.pause()
    assert process.state is NodeState.PAUSED
    began = time.monotonic()
    getattr(process, way)()
    assert process.state is NodeState.STOPPED
    assert time.monotonic() - began < 5


def test_it_is_frozen_and_woken_again_and_again(start: Start) -> None:
    process = start()
    for _ in range(20):
        process.pause()
        assert process.state is NodeState.PAUSED
        process.resume()
        assert process.state is NodeState.RUNNING


def test_one_that_has_ended_can_be_frozen_and_woken_to_no_effect(start: Start) -> None:
    process = start()
    process.kill()
    process.pause()
    process.resume()
    assert process.state is NodeState.STOPPED


def test_its_children_end_with_it(start: Start) -> None:
    start("import os\nif os.fork():\n    " + ORDERLY.strip().replace("\n", "\n    ") + "\nelse:\n"
          "    import signal\n    signal.pause()\n", mark="run-family").kill()  # fmt: skip
    gone = until(lambda: None if of_networks({"run-family"}) else True, seconds=lambda: 10.0)
    assert gone


def test_what_it_writes_goes_to_the_end_of_the_log(start: Start, tmp_path: Path) -> None:
    start().stop()
    start().kill()
    assert (tmp_path / "log").read_text() == "ready\nin order\nready\n"


def test_a_program_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="no-such-program cannot be started: No such"):
        NodeProcess(["no-such-program"], environment={}, folder=tmp_path, log=tmp_path / "log")


def test_processes_are_found_by_their_mark_and_by_nothing_else(start: Start) -> None:
    mine, other = start(mark="run-one"), start(mark="run-two")
    assert end_all(of_networks({"run-one"})) == 1
    assert mine.state is NodeState.STOPPED
    assert other.state is NodeState.RUNNING
    assert end_all(of_networks({"run-one"})) == 0
