"""Homes on real small disks: filled, measured and given back, and gone with whoever had them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain import BadRequest, Capability, EnvironmentProblem, NodeState
from support.engines.contract import Blueprint, Software
from support.engines.process import disks, folders
from support.engines.process.deployment import USER, ProcessDeployment
from support.engines.process.engine import ProcessEngine
from support.engines.process.processes import of_networks
from support.engines.process.sweep import sweep
from support.engines.runs import Run
from support.faults.disk_faults import DiskFaults
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal
from support.topology import SMALL_DISK
from support.waiting import until
from tests.unit.played import journalled
from tests.unit.process.test_deployment import ONE, PORTS, TWO, await_answer, deploy, node

WHY_NOT = disks.why_impossible()
possible = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


def mounts() -> list[str]:
    """The disks that this machine has mounted for us. Another run may have some in containers."""
    every = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    ours = [place for device, place, *_ in every if device == "accord"]
    return [place for place in ours if place.startswith(os.environ["ACCORD_FAKE_HOMES"])]


def deploy_small(engine: ProcessEngine, software: Software) -> ProcessDeployment:
    plan = engine.address_plan((ONE, TWO), PORTS)
    nodes = tuple(node(plan, name) for name in (ONE, TWO))
    deployment = engine.deploy(Blueprint("network", software, nodes), plan, disk=SMALL_DISK)
    for name in (ONE, TWO):
        await_answer(deployment, name)
    return deployment


@pytest.fixture
def engine(run: Run) -> Iterator[ProcessEngine]:
    engine = ProcessEngine(run, print)
    yield engine
    engine.close()


@pytest.fixture
def small(engine: ProcessEngine, software: Software) -> ProcessDeployment:
    return deploy_small(engine, software)


@pytest.fixture
def faults(small: ProcessDeployment, journal: Journal) -> DiskFaults:
    return DiskFaults(small, journal)


@possible
def test_a_home_is_on_a_disk_that_nobody_else_sees(small: ProcessDeployment) -> None:
    home = small.address(ONE).home
    assert list(Path(home).iterdir()) == []
    helper = small.in_home(ONE)
    assert helper.run(["cat", "config/file"]) == "kept"
    assert helper.run(["stat", "--format=%u %F", "config/file"]).split()[0] == str(USER)
    told = helper.run(["df", "--output=target,size", "--block-size=1", "."]).split()
    assert told[-2] == home
    assert SMALL_DISK.bytes <= int(told[-1]) < SMALL_DISK.bytes + 4096
    assert mounts() == []
    look = small.hints()["look at a node's home"]
    seen = subprocess.run(["sh", "-c", look], capture_output=True, text=True, check=True)
    assert seen.stdout.split() == [".:", "config", "./config:", "file"]


@possible
def test_a_full_disk_is_measured_and_so_is_its_end(faults: DiskFaults, journal: Journal) -> None:
    faults.fill(ONE)
    assert faults.full == {ONE}
    faults.free(ONE)
    kinds = [record["kind"] for record in journalled(journal.path)[1:]]
    assert kinds == ["fault asked for", "fault applied", "fault measured", "fault undone"]
    assert not faults.full


@possible
def test_a_fill_that_does_nothing_is_found_out(
    small: ProcessDeployment, faults: DiskFaults, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = DiskFaults._disk

    def disk(self: DiskFaults, node: object, *words: str) -> dict[str, object]:
        return {"taken": 1} if words == ("fill",) else really(self, node, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(DiskFaults, "_disk", disk)
    with pytest.raises(FaultHadNoEffect, match="65536 more could be written"):
        faults.fill(ONE)
    assert not faults.full


@possible
def test_room_that_is_not_given_back_is_found_out(
    faults: DiskFaults, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.fill(ONE)
    really = DiskFaults._disk

    def disk(self: DiskFaults, node: object, *words: str) -> dict[str, object]:
        return {"given back": 1} if words == ("free",) else really(self, node, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(DiskFaults, "_disk", disk)
    with pytest.raises(FaultHadNoEffect, match="No space left on device"):
        faults.free(ONE)
    assert faults.full == {ONE}


@possible
def test_what_becomes_free_on_a_full_disk_is_taken_as_well(
    small: ProcessDeployment, faults: DiskFaults
) -> None:
    helper = small.in_home(ONE)
    helper.run(["dd", "if=/dev/zero", "of=grown", "bs=1M", "count=5"])
    faults.fill(ONE)
    helper.run(["rm", "grown"])
    gone = until(lambda: None if faults._why_not_written(ONE) == "" else True, seconds=lambda: 10.0)
    assert gone
    faults.free(ONE)


@possible
def test_a_disk_stays_full_over_a_restart_and_gets_room_after_it(
    small: ProcessDeployment, faults: DiskFaults
) -> None:
    faults.fill(ONE)
    small.kill(ONE)
    assert faults._why_not_written(ONE) == "No space left on device"
    small.start(ONE)
    await_answer(small, ONE)
    assert faults._why_not_written(ONE) == "No space left on device"
    faults.free(ONE)
    assert small.in_home(ONE).run(["cat", "config/file"]) == "kept"


@possible
def test_room_can_be_made_by_another_helper_than_the_one_that_took_it(
    small: ProcessDeployment, faults: DiskFaults
) -> None:
    faults.fill(ONE)
    helper = small._disks[ONE].helper()
    helper.close()
    assert small.in_home(ONE) is not helper
    faults.free(ONE)


@possible
def test_a_wiped_node_has_an_empty_disk(small: ProcessDeployment, faults: DiskFaults) -> None:
    faults.fill(ONE)
    small.stop(ONE)
    small.wipe(ONE)
    assert faults._why_not_written(ONE) == ""
    assert small.in_home(ONE).run(["find", ".", "-type", "f"]).split() == ["./config/file"]
    small.start(ONE)
    await_answer(small, ONE)


@possible
def test_a_disk_without_a_limit_is_not_filled(
    engine: ProcessEngine, software: Software, journal: Journal
) -> None:
    faults = DiskFaults(deploy(engine, software, ONE), journal)
    with pytest.raises(BadRequest, match="as large as this machine's"):
        faults.fill(ONE)


@possible
def test_a_disk_goes_with_its_network(small: ProcessDeployment, run: Run) -> None:
    holders = of_networks(set(folders.networks()))
    small.destroy()
    assert not any(process.is_running() for process in holders)
    assert folders.networks() == []
    assert sweep(run.id) == 0


@possible
def test_a_swept_run_has_no_disk_any_more(small: ProcessDeployment, run: Run) -> None:
    (mark,) = folders.networks()
    assert sweep(run.id) >= 5  # two nodes, their doors, their disks, their folder
    assert of_networks({mark}) == []
    assert folders.networks() == []
    assert mounts() == []


@possible
def test_a_disk_whose_holder_was_killed_is_told_of(
    small: ProcessDeployment, faults: DiskFaults
) -> None:
    small.kill(ONE)
    os.kill(small._disks[ONE]._holder.pid, signal.SIGKILL)
    small._disks[ONE]._holder.wait()
    with pytest.raises(EnvironmentProblem):
        faults.fill(ONE)
    assert not faults.full


def test_where_no_disk_can_be_mounted_the_reason_is_told(
    run: Run, software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disks, "why_impossible", lambda: "only root can mount disks")
    engine = ProcessEngine(run, print)
    try:
        why = "all nodes share one disk, because only root can mount disks"
        assert engine.lacks[Capability.DISK_LIMITS] == why
        assert Capability.DISK_LIMITS not in engine.capabilities
        with pytest.raises(EnvironmentProblem, match=why):
            deploy_small(engine, software)
        assert folders.networks() == []
        assert deploy(engine, software, ONE).state(ONE) is NodeState.RUNNING
    finally:
        engine.close()
