"""A node whose disk is slow, on played nodes: measured by flushes as it comes and as it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.domain import BadRequest, Milliseconds, NodeName
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal
from support.network import Network
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, Stage, journalled

SLOW = Milliseconds(200)


def test_a_disk_is_slowed_down_and_measured_and_fast_again(stage: Stage, journal: Journal) -> None:
    network = stage.network
    network.faults.slow_disk(NODE_4, SLOW)
    assert not network.is_whole()
    assert network.up == list(network.nodes)
    network.faults.restore_disk_speed(NODE_4)
    assert network.is_whole()
    assert stage.deployment.processes[NODE_4].commands == [
        "flush slow --seconds 0.2",
        "flush measure",
        "flush fast",
        "flush measure",
    ]
    asked, applied, measured, undone = journalled(journal.path)[1:]
    assert (asked["kind"], asked["words"]) == (
        "fault asked for",
        "the disk of node-4 takes 200 ms longer",
    )
    assert (applied["kind"], applied["way"]) == ("fault applied", "seccomp notifications")
    assert (measured["kind"], measured["flush"]) == ("fault measured", 0.201)
    assert (undone["kind"], undone["flush"]) == ("fault undone", 0.001)


def test_a_flush_that_something_else_holds_up_is_taken_again(stage: Stage) -> None:
    network = stage.network
    process = stage.deployment.processes[NODE_4]
    process.hiccups = [1.0, 0.5]
    network.faults.slow_disk(NODE_4, SLOW)
    process.hiccups = [1.0]
    network.faults.restore_disk_speed(NODE_4)
    assert process.commands.count("flush measure") == 5


def test_slowing_down_that_does_nothing_is_the_fault_of_the_host(stage: Stage) -> None:
    network = stage.network
    stage.deployment.processes[NODE_4].stuck = True
    with pytest.raises(FaultHadNoEffect) as failed:
        network.faults.slow_disk(NODE_4, SLOW)
    assert str(failed.value) == ("a flush of node-4 should take 200 to 240 ms, and it takes 1 ms")
    assert stage.deployment.processes[NODE_4].commands[-2:] == ["flush fast", "flush measure"]
    assert network.is_whole()


def test_a_disk_that_stays_slow_is_the_fault_of_the_host(stage: Stage) -> None:
    network = stage.network
    network.faults.slow_disk(NODE_4, SLOW)
    stage.deployment.processes[NODE_4].stuck = True
    with pytest.raises(FaultHadNoEffect, match="should take 0 to 100 ms, and it takes 201 ms"):
        network.faults.restore_disk_speed(NODE_4)
    assert not network.is_whole()
    stage.deployment.processes[NODE_4].stuck = False
    network.restore()
    assert network.is_whole()


def test_a_disk_stays_slow_when_its_node_is_started_anew(stage: Stage) -> None:
    network = stage.network
    network.faults.slow_disk(NODE_4, SLOW)
    network.faults.kill(NODE_4)
    network.faults.start(NODE_4)
    assert stage.deployment.processes[NODE_4].longer == 0.2
    network.faults.restore_disk_speed(NODE_4)
    assert network.is_whole()


def test_restoring_speeds_up_every_disk_whatever_else_befell_its_node(stage: Stage) -> None:
    network = stage.network
    for node in (NODE_2, NODE_3, NODE_4):
        network.faults.slow_disk(node, SLOW)
    network.faults.freeze(NODE_3)
    network.faults.kill(NODE_4)
    network.restore()
    assert network.is_whole()
    assert {process.longer for process in stage.deployment.processes.values()} == {0.0}


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            lambda network: network.faults.slow_disk(NodeName("node-9"), SLOW),
            "there is no node 9 in a network of 4 nodes",
        ),
        (
            lambda network: network.faults.slow_disk(NODE_2, SLOW),
            "node-2 is down, so its disk cannot be changed",
        ),
        (
            lambda network: network.faults.slow_disk(NODE_3, SLOW),
            "node-3 is frozen, so its disk cannot be changed",
        ),
        (
            lambda network: network.faults.restore_disk_speed(NODE_1),
            "the disk of node-1 is not slow, so it cannot become faster",
        ),
        (
            lambda network: network.faults.slow_disk(NODE_1, Milliseconds(-5)),
            "a disk cannot take -5 ms longer: say 50 to 10000 ms",
        ),
        (
            lambda network: network.faults.slow_disk(NODE_1, Milliseconds(10_001)),
            "a disk cannot take 10001 ms longer: say 50 to 10000 ms",
        ),
    ],
)
def test_what_makes_no_sense_gets_one_sentence_and_changes_nothing(
    stage: Stage, what: Callable[[Network], None], sentence: str
) -> None:
    stage.network.faults.kill(NODE_2)
    stage.network.faults.freeze(NODE_3)
    with pytest.raises(BadRequest) as refused:
        what(stage.network)
    assert str(refused.value) == sentence
    assert not any(process.commands for process in stage.deployment.processes.values())
