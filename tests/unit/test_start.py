"""A network is ready when all its nodes have agreed on a block; otherwise nothing is left of it."""

from __future__ import annotations

import threading

import pytest

from support.domain import (
    BlockId,
    EnvironmentProblem,
    NetworkFailure,
    NodeName,
    NodeState,
)
from support.journal import Journal
from support.network import Network
from support.start import DidNotStart, start_network
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, Stage, journalled


def started(stage: Stage) -> Network:
    return start_network(
        stage.topology,
        implementation=stage.implementation,
        engine=stage.engine,
        journal=stage.journal,
        patience=1.0,
    )


def test_a_network_is_ready_when_all_have_agreed_on_a_block(stage: Stage, journal: Journal) -> None:
    stage.nodes[NODE_3].behind = 5
    stage.nodes[NODE_4].silent = "connection refused"
    stage.clock.on_each_sleep(lambda: setattr(stage.nodes[NODE_4], "silent", None))
    network = started(stage)
    try:
        assert stage.ledger.height >= 6, "node-3 has its first block then"
        asked, ready = [
            record for record in journalled(journal.path) if record["kind"].startswith("network")
        ]
        assert (asked["kind"], asked["nodes"]) == ("network asked for", 4)
        assert (ready["kind"], ready["network"]) == ("network ready", network.name)
        assert ready["seconds"] > 0
        assert "accord-observer" in {thread.name for thread in threading.enumerate()}
    finally:
        network.destroy()


def test_a_network_that_does_not_agree_on_its_first_block_is_removed(stage: Stage) -> None:
    stage.nodes[NODE_2].rewritten[1] = BlockId("another")
    with pytest.raises(NetworkFailure) as failed:
        started(stage)
    assert "the network did not start: the nodes agreed on no first block" in str(failed.value)
    assert stage.deployment.done == ["destroy"]


def test_a_node_that_ends_while_it_starts_shows_its_last_words(stage: Stage) -> None:
    stage.ledger.blocks.clear()
    stage.ledger.moves = False
    stage.deployment.log[NODE_3] = "panic: no genesis"

    def end() -> None:
        stage.deployment.states[NODE_3] = NodeState.STOPPED

    stage.clock.on_each_sleep(end)
    with pytest.raises(NetworkFailure) as failed:
        started(stage)
    assert str(failed.value).startswith("the network did not start: node-3 ended at its start")
    assert str(failed.value).endswith("panic: no genesis")
    assert stage.clock.now < 1010, "no use in waiting on"
    assert stage.deployment.done == ["destroy"]


def test_a_node_that_ends_at_once_shows_its_last_words(stage: Stage) -> None:
    stage.deployment.log[NODE_3] = "panic: no genesis"
    stage.deployment.states[NODE_3] = NodeState.STOPPED
    with pytest.raises(DidNotStart) as failed:
        started(stage)
    assert "node-3 ended at its start" in str(failed.value)
    assert "panic: no genesis" in str(failed.value)
    assert failed.value.logs[NODE_3] == "panic: no genesis"
    assert set(failed.value.logs) == {NODE_1, NODE_2, NODE_3, NODE_4}
    assert stage.deployment.done == ["destroy"]


def test_a_host_that_cannot_tell_an_address_is_not_the_fault_of_a_node(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endpoints(node: NodeName) -> object:
        raise EnvironmentProblem("the Docker Engine stopped answering")

    monkeypatch.setattr(stage.deployment, "endpoints", endpoints)
    with pytest.raises(EnvironmentProblem, match="stopped answering"):
        started(stage)
    assert stage.deployment.done == ["destroy"]


def test_nothing_is_left_when_the_disk_is_full_at_the_last_moment(
    stage: Stage, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = journal.write

    def fail_at_the_end(kind: str, **facts: object) -> None:
        if kind == "network ready":
            monkeypatch.setattr(journal, "write", write)
            raise EnvironmentProblem("the journal cannot be written")
        write(kind, **facts)

    monkeypatch.setattr(journal, "write", fail_at_the_end)
    monkeypatch.setattr(Network, "watch", lambda network: None)
    with pytest.raises(EnvironmentProblem):
        started(stage)
    assert stage.deployment.done == ["destroy"]


def test_nodes_that_fall_silent_in_the_same_words_have_agreed_on_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Network.read
    asked = 0

    def fall_silent(network: Network, *question: object) -> object:
        nonlocal asked
        asked += 1
        for node in stage.nodes.values():
            node.silent = "connection refused" if asked > 1 else None
        return read(network, *question)  # type: ignore[arg-type]

    monkeypatch.setattr(Network, "read", fall_silent)
    with pytest.raises(NetworkFailure):
        started(stage).destroy()


def test_nothing_is_left_of_a_network_that_cannot_be_described(stage: Stage) -> None:
    stage.implementation.cannot = EnvironmentProblem("its own tools do not run here")
    with pytest.raises(EnvironmentProblem, match="its own tools do not run here"):
        started(stage)
    assert len(stage.engine.released) == 1
    assert stage.deployment.done == []


def test_nothing_is_left_when_a_person_gives_up_waiting(stage: Stage) -> None:
    stage.ledger.blocks.clear()
    stage.ledger.moves = False

    def interrupt() -> None:
        raise KeyboardInterrupt

    stage.clock.on_each_sleep(interrupt)
    with pytest.raises(KeyboardInterrupt):
        started(stage)
    assert stage.deployment.done == ["destroy"]


def test_nothing_is_left_when_the_disk_is_full_before_the_deployment(
    stage: Stage, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(kind: str, **facts: object) -> None:
        raise EnvironmentProblem("the journal cannot be written")

    monkeypatch.setattr(journal, "write", fail)
    with pytest.raises(EnvironmentProblem):
        started(stage)
    assert len(stage.engine.released) == 1
