"""A run on real nodes that is ended in the middle of a partition leaves nothing behind.

These start networks, so they run only when asked for: ``make real``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.engines.process import namespaces
from support.engines.registry import engines_at_hand
from support.exit_codes import ExitCode
from support.journal import records
from support.waiting import until
from tests.endings.left import Host, host_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "features/resilience/partition_heal.feature:24"

#: Seconds that a run may take to get to its partition on a busy host.
PATIENCE = 120.0
#: Seconds after which nothing may be left of a run that was killed.
GONE = 10.0

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("ACCORD_PLANTED"), reason="asked for by `make real`"),
]


#: Whether Behave runs the features, or a parallel run does.
WAYS = {"behave": ("-m", "behave"), "run": ("-m", "support", "run")}


class Run:
    """One run as a process of its own, with a folder of its own."""

    def __init__(self, folder: Path, engine: str, way: str = "behave") -> None:
        self._folder = folder
        self._earlier = set(ROOT.glob("build/runs/*"))
        self.process = subprocess.Popen(
            [
                *(sys.executable, *WAYS[way], EXAMPLE),
                f"-Dreport={folder}",
                f"-Devidence={folder}",
                f"-Dengine={engine}",
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def in_the_partition(self) -> str:
        """The run's id, as soon as its cut is measured."""

        def cut() -> str | None:
            for folder in set(ROOT.glob("build/runs/*")) - self._earlier:
                for journal in folder.rglob("journal.jsonl"):
                    told = {record["kind"]: record for record in records(journal)}
                    if "fault measured" in told:
                        return str(told["run started"]["run"])
            return None

        run_id = until(cut, seconds=lambda: PATIENCE, every=0.1)
        assert run_id, f"no partition after {PATIENCE:g} s"
        return run_id

    def verdict(self) -> str:
        """What the run said of itself."""
        return str(json.loads((self._folder / "run.json").read_text())["verdict"])


@pytest.fixture(params=["docker", "process"])
def engine(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name not in engines_at_hand():
        pytest.skip(f"there is no {name} here")
    if name == "process" and (why_not := namespaces.why_impossible()):
        pytest.skip(why_not)
    return name


@pytest.fixture
def host(engine: str) -> Iterator[Host]:
    with host_of(engine) as host:
        yield host


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_of_a_run_that_was_killed_in_a_partition(
    tmp_path: Path, engine: str, host: Host, way: str
) -> None:
    run = Run(tmp_path, engine, way)
    run_id = run.in_the_partition()
    assert len(host.left_of(run_id)) >= host.least
    run.process.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    run.process.wait()
    clean = until(lambda: None if host.left_of(run_id) else True, seconds=lambda: 3 * GONE)
    assert clean, host.left_of(run_id)
    assert time.monotonic() - killed < GONE
    assert host.somebody_elses_is_there()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_end_cleans_up_by_itself(
    tmp_path: Path, engine: str, host: Host, ending: signal.Signals, way: str
) -> None:
    run = Run(tmp_path, engine, way)
    run_id = run.in_the_partition()
    run.process.send_signal(ending)
    assert run.process.wait(60) == ExitCode.INTERRUPTED
    assert host.left_of(run_id) == []
    assert run.verdict() == "interrupted"
    assert host.somebody_elses_is_there()


def test_two_runs_at_the_same_time_do_not_meet(tmp_path: Path, engine: str) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    runs = [Run(folder, engine) for folder in folders]
    assert [run.process.wait(300) for run in runs] == [0, 0]
    assert [run.verdict() for run in runs] == ["passed", "passed"]
