"""A node whose clock is wrong, on played nodes: set while it is frozen, measured, and set right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.domain import BadRequest, NodeName, NodeState, Skew
from support.engines.contract import NodeBlueprint
from support.faults.packet_filter import FaultHadNoEffect
from support.journal import Journal
from support.network import Network
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, Stage, journalled

FAST = Skew(3600)


def commands(stage: Stage, node: NodeName) -> list[str]:
    return stage.deployment.processes[node].commands


def test_a_clock_is_set_and_measured_and_set_right(stage: Stage, journal: Journal) -> None:
    network = stage.network
    network.faults.set_clock(NODE_4, FAST)
    assert not network.is_whole()
    assert network.up == list(network.nodes)
    network.faults.set_clock_right(NODE_4)
    assert commands(stage, NODE_4) == ["clock set --seconds 3600", "clock right"]
    assert network.is_whole()
    assert set(stage.deployment.states.values()) == {NodeState.RUNNING}
    asked, applied, measured, undone = journalled(journal.path)[1:]
    assert (asked["kind"], asked["words"]) == (
        "fault asked for",
        "the clock of node-4 is 1 hour fast",
    )
    assert (applied["kind"], applied["way"]) == ("fault applied", "the process's vDSO")
    assert (measured["kind"], measured["ahead"]) == ("fault measured", 3600)
    assert (undone["kind"], undone["ahead"]) == ("fault undone", 0)


def test_a_clock_that_is_wrong_already_can_become_wrong_in_another_way(stage: Stage) -> None:
    network = stage.network
    network.faults.set_clock(NODE_4, FAST)
    network.faults.set_clock(NODE_4, Skew(-600))
    assert stage.deployment.processes[NODE_4].skew == -600
    network.restore()
    assert stage.deployment.processes[NODE_4].skew == 0
    assert network.is_whole()


def test_a_node_that_is_reading_its_clock_is_asked_again(stage: Stage) -> None:
    network = stage.network
    stage.deployment.processes[NODE_4].busy = 2
    network.faults.set_clock(NODE_4, FAST)
    assert commands(stage, NODE_4) == ["clock set --seconds 3600"] * 3


def test_a_machine_of_its_own_need_not_have_our_time_to_the_second(stage: Stage) -> None:
    network = stage.network
    node = stage.nodes[NODE_4]
    node.own_time = lambda: stage.clock.time() + 40 + stage.deployment.processes[NODE_4].skew
    network.faults.set_clock(NODE_4, FAST)
    network.faults.set_clock_right(NODE_4)
    assert network.is_whole()


def test_a_setting_that_does_nothing_is_the_fault_of_the_host(stage: Stage) -> None:
    network = stage.network
    stage.deployment.processes[NODE_4].stuck = True
    with pytest.raises(FaultHadNoEffect) as failed:
        network.faults.set_clock(NODE_4, FAST)
    assert str(failed.value) == (
        "the clock of node-4 should be 3600 s ahead, and node-4 says that it is 0 s ahead"
    )
    assert commands(stage, NODE_4)[-1] == "clock right"
    assert network.is_whole()


def test_a_clock_that_stays_wrong_is_the_fault_of_the_host(stage: Stage) -> None:
    network = stage.network
    network.faults.set_clock(NODE_4, FAST)
    stage.deployment.processes[NODE_4].stuck = True
    with pytest.raises(
        FaultHadNoEffect, match="should be 0 s ahead, and node-4 says that it is 36"
    ):
        network.faults.set_clock_right(NODE_4)
    assert not network.is_whole()
    stage.deployment.processes[NODE_4].stuck = False
    network.restore()
    assert network.is_whole()


def test_a_node_that_does_not_answer_has_no_time(stage: Stage) -> None:
    network = stage.network
    stage.nodes[NODE_4].silent = "no answer in time"
    with pytest.raises(FaultHadNoEffect, match="node-4 does not answer when it is asked what time"):
        network.faults.set_clock(NODE_4, FAST)
    assert commands(stage, NODE_4) == []
    assert network.is_whole()


def test_a_clock_stays_wrong_when_its_node_is_started_anew(stage: Stage) -> None:
    network = stage.network
    network.faults.set_clock(NODE_4, FAST)
    network.faults.kill(NODE_4)
    network.faults.start(NODE_4)
    assert stage.deployment.processes[NODE_4].skew == 3600
    network.faults.set_clock_right(NODE_4)
    assert network.is_whole()


def test_restoring_sets_every_clock_right_whatever_else_befell_its_node(stage: Stage) -> None:
    network = stage.network
    for node in (NODE_2, NODE_3, NODE_4):
        network.faults.set_clock(node, FAST)
    network.faults.freeze(NODE_3)
    network.faults.kill(NODE_4)
    network.restore()
    assert network.is_whole()
    assert {process.skew for process in stage.deployment.processes.values()} == {0}


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            lambda network: network.faults.set_clock(NodeName("node-9"), FAST),
            "there is no node 9 in a network of 4 nodes",
        ),
        (
            lambda network: network.faults.set_clock(NODE_2, FAST),
            "node-2 is down, so its clock cannot be set",
        ),
        (
            lambda network: network.faults.set_clock(NODE_3, FAST),
            "node-3 is frozen, so its clock cannot be set",
        ),
        (
            lambda network: network.faults.set_clock_right(NODE_1),
            "the clock of node-1 is right, so it cannot be set right",
        ),
        (
            lambda network: network.faults.set_clock(NODE_1, Skew(0)),
            "a clock that is 0 seconds fast cannot be told from a right one: say at least 10 "
            "seconds",
        ),
        (
            lambda network: network.faults.set_clock(NODE_1, Skew(-9)),
            "a clock that is 9 seconds slow cannot be told from a right one: say at least 10 "
            "seconds",
        ),
        (
            lambda network: network.faults.set_clock(NODE_1, Skew(366 * 86400)),
            "a clock that is 366 days fast is not wrong, it is broken: say up to a year",
        ),
    ],
)
def test_what_makes_no_sense_gets_one_sentence_and_changes_nothing(
    stage: Stage, what: Callable[[Network], None], sentence: str
) -> None:
    stage.network.faults.kill(NODE_2)
    stage.network.faults.freeze(NODE_3)
    states = dict(stage.deployment.states)
    with pytest.raises(BadRequest) as refused:
        what(stage.network)
    assert str(refused.value) == sentence
    assert stage.deployment.states == states
    assert not any(process.commands for process in stage.deployment.processes.values())


# -- a fresh node in the place of another one


def test_a_fresh_node_takes_the_place_of_one_that_is_down(stage: Stage, journal: Journal) -> None:
    network = stage.network
    network.faults.kill(NODE_4)
    network.faults.replace(NODE_4)
    assert stage.deployment.done == ["kill node-4", "remove node-4", "add node-4"]
    (fresh,) = stage.deployment.added
    assert fresh.command == ("run", "afresh")
    assert network.is_whole()
    assert network.history.began_anew(NODE_4, stage.clock.now - 1, stage.clock.now + 1)
    told = [(record["kind"], record["what"]) for record in journalled(journal.path)[3:]]
    assert told == [
        ("fault asked for", "replacement"),
        ("fault applied", "replacement"),
        ("fault measured", "take the place of another one"),
        ("fault undone", "down"),
    ]


def test_one_that_is_seen_the_moment_it_starts_has_not_gone_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = stage.network
    expected: list[bool] = []
    start = stage.deployment.add

    def add(node: NodeBlueprint) -> None:
        expected.append(network.history.began_anew(node.name, 0, stage.clock.now))
        start(node)

    monkeypatch.setattr(stage.deployment, "add", add)
    network.faults.kill(NODE_4)
    network.faults.replace(NODE_4)
    assert expected == [True]


def test_the_links_of_a_fresh_node_are_cut_as_those_of_the_old_one_were(stage: Stage) -> None:
    network = stage.network
    network.faults.cut({NODE_4: frozenset({NODE_1})})
    network.faults.kill(NODE_4)
    network.faults.replace(NODE_4)
    assert stage.deployment.namespaces[NODE_4].dropped == ["10.0.0.1"]


def test_a_fresh_node_that_never_runs_is_the_fault_of_the_host(stage: Stage) -> None:
    network = stage.network
    network.faults.kill(NODE_4)
    stage.deployment.ends_at_once.add(NODE_4)
    with pytest.raises(FaultHadNoEffect, match="take the place of another one, and it is stopped"):
        network.faults.replace(NODE_4)
    assert not network.is_whole()


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        (NODE_1, "node-1 is running, so no other node can take its place"),
        (NodeName("node-9"), "there is no node 9 in a network of 4 nodes"),
    ],
)
def test_only_members_that_are_down_are_replaced(
    stage: Stage, node: NodeName, sentence: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        stage.network.faults.replace(node)
    assert str(refused.value) == sentence
    assert stage.deployment.done == []
