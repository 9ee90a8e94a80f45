"""Processes of one network, with a small server in the place of a node's program."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain import Capability, EnvironmentProblem, NodeName, NodeState
from support.engines.contract import (
    API,
    PEERS,
    AddressPlan,
    Blueprint,
    CommandFailed,
    NodeBlueprint,
    Platform,
    Software,
)
from support.engines.process import engine as process_engine
from support.engines.process import folders, namespaces
from support.engines.process.deployment import USER, ProcessDeployment
from support.engines.process.engine import ProcessEngine
from support.engines.process.processes import of_networks
from support.engines.process.sweep import dead_runs, sweep
from support.engines.runs import Run
from support.waiting import until

ONE, TWO, THREE = (NodeName(f"node-{number}") for number in (1, 2, 3))
PORTS = {PEERS: 7001, API: 7000}

WHY_NOT = namespaces.why_impossible()
linked = pytest.param(
    None, id="namespaces", marks=pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
)


@pytest.fixture(params=[linked, pytest.param("only root can", id="loopback")])
def engine(
    request: pytest.FixtureRequest, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProcessEngine]:
    if request.param:
        monkeypatch.setattr(namespaces, "why_impossible", lambda: request.param)
    engine = ProcessEngine(run, print)
    yield engine
    engine.close()


def node(plan: AddressPlan, name: NodeName, program: str = "server") -> NodeBlueprint:
    address = plan[name]
    words = (address.listen, str(address.ports[API]))
    return NodeBlueprint(name, {"config/file": b"kept"}, (program, *words), address)


def deploy(engine: ProcessEngine, software: Software, *names: NodeName) -> ProcessDeployment:
    plan = engine.address_plan(names, PORTS)
    nodes = tuple(node(plan, name) for name in names)
    deployment = engine.deploy(Blueprint("network", software, nodes), plan)
    for name in names:
        await_answer(deployment, name)
    return deployment


def answers(deployment: ProcessDeployment, name: NodeName) -> bool:
    """The server hangs up at once, which is an answer; a door to nobody hangs up as well."""
    host, _, port = deployment.endpoints(name)[API].partition(":")
    assert host == "127.0.0.1"
    try:
        with socket.create_connection((host, int(port)), timeout=2) as line:
            return line.recv(1) == b"" and "started" in deployment.logs(name)
    except (OSError, EnvironmentProblem):
        return False


def await_answer(deployment: ProcessDeployment, name: NodeName) -> None:
    assert until(lambda: answers(deployment, name) or None, seconds=lambda: 30.0), name


def interfaces() -> set[str]:
    """All but those of a Docker Engine, on which another run may be at work."""
    done = subprocess.run(["ip", "-json", "link"], capture_output=True, check=True)
    named = {link["ifname"] for link in json.loads(done.stdout)}
    return {name for name in named if not name.startswith(("br-", "docker", "veth"))}


def test_a_node_runs_without_rights_in_a_home_of_its_own(
    engine: ProcessEngine, software: Software
) -> None:
    deployment = deploy(engine, software, ONE, TWO)
    user = USER if os.geteuid() == 0 else os.geteuid()
    assert f"started as {user} with" in deployment.logs(ONE)
    home = Path(deployment.address(ONE).home)
    assert (home / "config/file").read_bytes() == b"kept"
    assert home.stat().st_uid == user


def test_a_node_that_is_down_refuses_and_one_that_is_back_answers(
    engine: ProcessEngine, software: Software
) -> None:
    deployment = deploy(engine, software, ONE, TWO)
    host, _, port = deployment.endpoints(TWO)[API].partition(":")
    deployment.kill(TWO)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=2)
    with pytest.raises(EnvironmentProblem, match="node-2 is not running"):
        deployment.endpoints(TWO)
    assert deployment.state(ONE) is NodeState.RUNNING
    deployment.start(TWO)
    await_answer(deployment, TWO)


def test_a_wiped_node_has_the_files_of_its_first_start_and_no_others(
    engine: ProcessEngine, software: Software
) -> None:
    deployment = deploy(engine, software, ONE)
    home = Path(deployment.address(ONE).home)
    (home / "config/file").write_text("changed")
    (home / "data").write_text("grown")
    deployment.stop(ONE)
    assert "ending in order" in deployment.logs(ONE)
    deployment.wipe(ONE)
    assert [path.name for path in home.rglob("*")] == ["config", "file"]
    assert (home / "config/file").read_bytes() == b"kept"
    deployment.start(ONE)
    await_answer(deployment, ONE)
    assert deployment.logs(ONE).count("started") == 1


def test_the_end_of_a_long_log_is_read_from_its_end(
    engine: ProcessEngine, software: Software
) -> None:
    deployment = deploy(engine, software, ONE)
    log = Path(deployment.address(ONE).home).parent / "log"
    with log.open("a") as more:
        more.writelines(f"line {number} {'x' * 90}\n" for number in range(5000))
    lines = deployment.logs(ONE, tail=3000).splitlines()
    assert [line.split()[1] for line in lines] == [str(n) for n in range(2000, 5000)]
    assert len(deployment.logs(ONE, tail=10**6).splitlines()) == 5001
    log.unlink()
    assert deployment.logs(ONE) == ""
    log.mkdir()
    with pytest.raises(EnvironmentProblem, match="the log of node-1 cannot be read"):
        deployment.logs(ONE)


def test_a_program_that_is_not_there_leaves_nothing_behind(
    engine: ProcessEngine, software: Software
) -> None:
    plan = engine.address_plan([ONE], PORTS)
    if os.geteuid() == 0:
        # setpriv is what cannot find it, and says so in the node's log
        deployment = engine.deploy(
            Blueprint("network", software, (node(plan, ONE, "nothing"),)), plan
        )
        ended = until(
            lambda: deployment.state(ONE) is NodeState.STOPPED or None, seconds=lambda: 30.0
        )
        assert ended
        assert "nothing" in deployment.logs(ONE)
        deployment.destroy()
    else:
        with pytest.raises(EnvironmentProblem, match="cannot be started"):
            engine.deploy(Blueprint("network", software, (node(plan, ONE, "nothing"),)), plan)
    assert folders.networks() == []


def test_a_plan_that_is_given_up_leaves_nothing_behind(engine: ProcessEngine) -> None:
    before = interfaces()
    plan = engine.address_plan([ONE, TWO], PORTS)
    assert len(folders.networks()) == 1
    engine.release(plan)
    assert folders.networks() == []
    assert interfaces() == before


def test_nothing_of_a_network_is_to_be_seen_on_the_host(
    engine: ProcessEngine, software: Software
) -> None:
    before = interfaces()
    deploy(engine, software, ONE, TWO)
    assert interfaces() == before


def test_a_swept_run_is_gone_and_another_one_is_not(
    engine: ProcessEngine, software: Software, run: Run
) -> None:
    mine = deploy(engine, software, ONE, TWO)
    other = Run()
    others = ProcessEngine(other, print)
    theirs = deploy(others, software, ONE)
    assert sweep(run.id) >= 3
    assert {mine.state(name) for name in (ONE, TWO)} == {NodeState.STOPPED}
    assert sweep(run.id) == 0
    assert answers(theirs, ONE)
    assert [mark.partition("-")[0] for mark in folders.networks()] == [other.id]
    assert dead_runs() == []
    others.close()
    other.close()
    assert folders.networks() == []


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
def test_a_helper_changes_links_and_nothing_else(run: Run, software: Software) -> None:
    engine = ProcessEngine(run, print)
    try:
        deployment = deploy(engine, software, ONE, TWO)
        helper = deployment.in_network_namespace(ONE)
        host = deployment.address(TWO).host
        helper.run(["iptables", "-A", "INPUT", "-s", host, "-j", "DROP"])
        assert host in helper.run(["iptables-save"])
        assert host not in deployment.in_network_namespace(TWO).run(["iptables-save"])
        with pytest.raises(CommandFailed, match="permission denied"):
            helper.run(["mount", "-t", "tmpfs", "none", "/mnt"])
        deployment.kill(ONE)
        deployment.start(ONE)
        assert host not in deployment.in_network_namespace(ONE).run(["iptables-save"])
    finally:
        engine.close()


def test_without_namespaces_links_cannot_be_changed_and_the_reason_is_told(
    run: Run, software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespaces, "why_impossible", lambda: "only root can have them")
    engine = ProcessEngine(run, print)
    try:
        assert Capability.NODE_FAULTS in engine.capabilities
        assert engine.capabilities.isdisjoint({Capability.LINK_FAULTS, Capability.LINK_QUALITY})
        assert engine.lacks[Capability.LINK_FAULTS].endswith("because only root can have them")
        deployment = deploy(engine, software, ONE)
        deployment.prepare_faults()
        with pytest.raises(EnvironmentProblem, match="no links of its own"):
            deployment.in_network_namespace(ONE)
    finally:
        engine.close()


def test_tools_run_in_an_empty_folder(engine: ProcessEngine, software: Software) -> None:
    tools = engine.tools(software)
    with pytest.raises(EnvironmentProblem, match=r"ended with 1: [\s\S]*IndexError"):
        tools(["server"], collect="nothing")
    assert folders.networks() == []


def test_a_tool_that_does_not_end_or_leaves_nothing_is_the_host_s_fault(
    engine: ProcessEngine, software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_engine, "_TOOL", 0.5)
    tools = engine.tools(software)
    with pytest.raises(EnvironmentProblem, match=r"cannot be run: .*timed out"):
        tools(["server", "127.0.0.1", "0"], collect="nothing")
    with pytest.raises(EnvironmentProblem, match=r"cannot be run: .*No such file"):
        tools(["another"], collect="nothing")

    def idle(folder: Path, platform: Platform) -> None:
        (folder / "idler").write_text("#!/bin/sh\n")
        (folder / "idler").chmod(0o755)

    with pytest.raises(EnvironmentProblem, match=r"left no thing: .*No such file"):
        engine.tools(Software("idler", "1", idle))(["idler"], collect="thing")
    assert folders.networks() == []


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
def test_namespaces_that_cannot_be_removed_are_found_again(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*words: str) -> None:
        raise EnvironmentProblem("it takes too long")

    folders.make_network("00000000-token")
    links = namespaces.Namespaces("00000000-token")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(namespaces, "_ip", busy)
        sweep("00000000")
    assert folders.networks() == ["00000000-token"]
    assert sweep("00000000") == 2
    assert folders.networks() == namespaces.namespaces_of(links.mark) == []


def test_a_killed_run_is_swept_by_its_janitor(software: Software, places: Path) -> None:
    """As the suite is killed: with SIGKILL, in the middle of everything."""
    program = (
        "import signal, sys\n"
        "from support.engines.process.engine import ProcessEngine\n"
        "from support.engines.runs import Run\n"
        "from tests.unit.process.test_deployment import *\n"
        "from tests.unit.process.conftest import unpack\n"
        "run = Run()\n"
        "deploy(ProcessEngine(run, print), Software('server', '1', unpack), ONE, TWO)\n"
        "print(run.id, flush=True)\n"
        "signal.pause()\n"
    )
    root = Path(process_engine.__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root
    ) as killed:
        assert killed.stdout is not None
        run_id = [killed.stdout.readline().strip() for _ in range(2)][1]
        assert folders.networks()[0].startswith(run_id)
        killed.kill()
    assert until(lambda: None if folders.networks() else True, seconds=lambda: 30.0)
    named = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=False).stdout
    assert run_id not in named


def test_a_node_that_died_by_itself_leaves_nothing_beside_its_next_start(
    engine: ProcessEngine, software: Software
) -> None:
    deployment = deploy(engine, software, ONE)
    marks = set(folders.networks())
    before = len(of_networks(marks))
    for _ in range(2):
        for process in of_networks(marks):
            if any(word.endswith("/server") for word in process.cmdline()):
                process.kill()
        assert until(
            lambda: deployment.state(ONE) is NodeState.STOPPED or None, seconds=lambda: 10.0
        )
        deployment.start(ONE)
        await_answer(deployment, ONE)
    assert len(of_networks(marks)) == before
