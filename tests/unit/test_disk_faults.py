"""A node whose disk is full, on played nodes: measured, undone, and started anew with room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.domain import (
    BadRequest,
    Blocks,
    EnvironmentProblem,
    NetworkFailure,
    NodeName,
    NodeState,
)
from support.faults.packet_filter import FaultHadNoEffect
from support.history import Sample
from support.journal import Journal
from support.network import Network
from support.topology import SMALL_DISK
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, Stage, journalled


@pytest.fixture
def small(stage: Stage) -> Stage:
    stage.deployment.disk = SMALL_DISK
    return stage


def told(journal: Journal) -> list[str]:
    return [f"{record['kind']}: {record['what']}" for record in journalled(journal.path)[1:]]


def test_a_disk_is_filled_and_measured_before_and_after(small: Stage, journal: Journal) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    write = "disk write --bytes 65536"
    assert small.deployment.disks[NODE_4].commands == [write, "disk fill", write]
    assert network.up == [NODE_1, NODE_2, NODE_3]
    assert not network.is_whole()
    asked, applied, measured = journalled(journal.path)[1:]
    assert (asked["kind"], asked["what"]) == ("fault asked for", "full disk")
    assert applied["way"] == "a file of 4096 bytes that grows, on a disk of 64 MB"
    assert (measured["written"], measured["why"]) == (False, "No space left on device")


def test_a_node_with_room_again_is_started_anew(small: Stage, journal: Journal) -> None:
    """It may stand still for ever after it could not write."""
    network = small.network
    network.faults.fill_disk(NODE_4)
    network.faults.free_disk(NODE_4)
    assert small.deployment.done == ["stop node-4", "start node-4"]
    assert not small.deployment.disks[NODE_4].is_full
    assert network.is_whole()
    assert network.up == list(network.nodes)
    assert told(journal)[3:] == [
        "fault undone: full disk",
        "fault asked for: stop",
        "fault measured: stop",
        "fault undone: down",
    ]


def test_a_node_that_dies_of_its_full_disk_has_not_died_unasked(small: Stage) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    small.deployment.states[NODE_4] = NodeState.STOPPED
    network.history.add(NODE_4, Sample(small.clock.now, None))
    assert network.why_pointless(since=small.clock.now, stall=Blocks(15)) is None
    network.faults.free_disk(NODE_4)
    assert small.deployment.done == ["start node-4"]
    assert network.is_whole()


@pytest.mark.parametrize("way", ["kill", "stop"])
def test_a_node_that_has_died_of_its_full_disk_can_be_taken_down(small: Stage, way: str) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    small.deployment.states[NODE_4] = NodeState.STOPPED
    getattr(network.faults, way)(NODE_4)
    network.restore()
    assert small.deployment.done == ["start node-4"]
    assert network.is_whole()


def test_a_node_that_was_taken_down_meanwhile_gets_room_all_the_same(small: Stage) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    network.faults.kill(NODE_4)
    network.faults.free_disk(NODE_4)
    assert small.deployment.done == ["kill node-4", "start node-4"]
    assert network.is_whole()


def test_a_node_that_was_started_again_on_a_full_disk_gets_room_as_well(small: Stage) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    network.faults.kill(NODE_4)
    network.faults.start(NODE_4)
    assert network.up == [NODE_1, NODE_2, NODE_3]
    network.restore()
    assert not small.deployment.disks[NODE_4].is_full
    assert network.is_whole()


def test_a_node_that_ends_at_its_start_on_a_full_disk_stays_down(small: Stage) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    network.faults.kill(NODE_4)
    small.deployment.ends_at_once.add(NODE_4)
    network.faults.start(NODE_4)
    assert NODE_4 in network.faults.away
    small.deployment.ends_at_once.clear()
    network.restore()
    assert network.is_whole()
    assert small.deployment.states[NODE_4] is NodeState.RUNNING


def test_a_node_that_ends_at_its_start_with_room_is_the_fault_of_the_node(small: Stage) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    small.deployment.ends_at_once.add(NODE_4)
    small.deployment.log[NODE_4] = "panic: the disk is corrupt"
    with pytest.raises(NetworkFailure, match="panic: the disk is corrupt"):
        network.faults.free_disk(NODE_4)


def test_restoring_makes_room_on_every_disk(small: Stage) -> None:
    network = small.network
    for node in (NODE_2, NODE_4):
        network.faults.fill_disk(node)
    network.faults.freeze(NODE_4)
    network.restore()
    assert network.is_whole()
    assert set(small.deployment.states.values()) == {NodeState.RUNNING}
    assert not any(disk.is_full for disk in small.deployment.disks.values())


def test_a_fill_that_does_nothing_is_the_fault_of_the_host(small: Stage) -> None:
    small.deployment.disks[NODE_4].stuck = True
    with pytest.raises(FaultHadNoEffect) as failed:
        small.network.faults.fill_disk(NODE_4)
    assert str(failed.value) == (
        "the disk of node-4 was filled with 4096 bytes, and 65536 more could be written to it"
    )
    assert small.deployment.disks[NODE_4].commands[-2] == "disk free"
    assert small.network.is_whole()


def test_room_that_does_not_come_back_is_the_fault_of_the_host(small: Stage) -> None:
    network = small.network
    network.faults.fill_disk(NODE_4)
    small.deployment.disks[NODE_4].stuck = True
    with pytest.raises(FaultHadNoEffect, match="was given back, and nothing can be written"):
        network.faults.free_disk(NODE_4)
    assert not network.is_whole()
    small.deployment.disks[NODE_4].stuck = False
    network.restore()
    assert network.is_whole()


def test_a_disk_that_is_full_by_itself_is_not_filled(small: Stage) -> None:
    small.deployment.disks[NODE_4].is_full = True
    with pytest.raises(EnvironmentProblem, match="give it more than 64 MB"):
        small.network.faults.fill_disk(NODE_4)
    assert small.network.is_whole()


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            lambda network: network.faults.fill_disk(NodeName("node-9")),
            "there is no node 9 in a network of 4 nodes",
        ),
        (
            lambda network: network.faults.free_disk(NodeName("node-9")),
            "there is no node 9 in a network of 4 nodes",
        ),
        (
            lambda network: network.faults.fill_disk(NODE_2),
            "node-2 is down, so it would not notice that its disk is full",
        ),
        (lambda network: network.faults.fill_disk(NODE_4), "the disk of node-4 is full already"),
        (
            lambda network: network.faults.free_disk(NODE_1),
            "the disk of node-1 is not full, so no room can be made on it",
        ),
        (
            lambda network: network.faults.wipe(NODE_4),
            "the disk of node-4 is full and stays so, so it cannot be emptied",
        ),
    ],
)
def test_what_makes_no_sense_gets_one_sentence_and_changes_nothing(
    small: Stage, what: Callable[[Network], None], sentence: str
) -> None:
    small.network.faults.kill(NODE_2)
    small.network.faults.fill_disk(NODE_4)
    states = dict(small.deployment.states)
    commands = {node: list(disk.commands) for node, disk in small.deployment.disks.items()}
    with pytest.raises(BadRequest) as refused:
        what(small.network)
    assert str(refused.value) == sentence
    assert small.deployment.states == states
    assert {n: disk.commands for n, disk in small.deployment.disks.items()} == commands


def test_a_disk_without_a_limit_is_not_filled(stage: Stage, journal: Journal) -> None:
    with pytest.raises(BadRequest) as refused:
        stage.network.faults.fill_disk(NODE_4)
    assert str(refused.value) == (
        "the disk of node-4 is as large as this machine's, so it cannot be filled: ask for a "
        "network with small disks"
    )
    assert told(journal) == []
