"""The façade: what all nodes say at once, whom a customer would ask, and faults that end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from support.domain import (
    AccountName,
    BadRequest,
    BlockId,
    Blocks,
    Coins,
    EnvironmentProblem,
    Height,
    NetworkFailure,
    NodeName,
    NodeState,
    Silence,
    Told,
)
from support.engines.contract import NodeAddress, NodeBlueprint
from support.faults.grudges import between
from support.faults.packet_filter import FaultHadNoEffect
from support.history import Sample
from support.implementations.contract import Account, Nonsense, Unreachable
from support.journal import Journal
from support.network import Network
from tests.unit.played import (
    NODE_1,
    NODE_2,
    NODE_3,
    NODE_4,
    NODE_5,
    PlayedImplementation,
    PlayedNode,
    PlayedTime,
    Stage,
    blueprint_of,
    journalled,
)

TREASURY = Account(AccountName("the treasury"), "treasury")
NODE_9 = NodeName("node-9")


def kinds(journal: Journal) -> list[str]:
    return [record["kind"] for record in journalled(journal.path)[1:]]


# -- reading


def test_all_nodes_are_asked_and_the_silent_ones_say_nothing(stage: Stage) -> None:
    stage.nodes[NODE_2].silent = "connection refused"
    stage.nodes[NODE_3].balances["the treasury"] = Coins(5)
    assert stage.network.balances(TREASURY) == {
        NODE_1: Coins(1000),
        NODE_2: Silence("connection refused"),
        NODE_3: Coins(5),
        NODE_4: Coins(1000),
    }


def test_readings_are_in_the_order_of_the_nodes(stage: Stage) -> None:
    assert list(stage.network.heights()) == [NODE_1, NODE_2, NODE_3, NODE_4]


def test_nonsense_is_the_fault_of_the_node(stage: Stage) -> None:
    stage.nodes[NODE_2].nonsense = "<html>"
    with pytest.raises(NetworkFailure) as failed:
        stage.network.statuses()
    assert str(failed.value) == "node-2 answered nonsense: <html>"
    assert isinstance(failed.value.__cause__, Nonsense)


def test_only_the_nodes_that_are_named_are_asked(stage: Stage) -> None:
    stage.nodes[NODE_1].nonsense = "<html>"
    assert set(stage.network.heights([NODE_3, NODE_2])) == {NODE_2, NODE_3}


@pytest.mark.parametrize(
    "ask",
    [
        lambda network: network.client(NODE_9),
        lambda network: network.heights([NODE_1, NODE_9]),
        lambda network: network.faults.cut(between([NODE_1], [NODE_9])),
        lambda network: network.faults.kill(NODE_9),
        lambda network: network.faults.stop(NODE_9),
        lambda network: network.faults.start(NODE_9),
    ],
)
def test_a_node_that_there_is_not_is_told_in_one_sentence(
    stage: Stage, journal: Journal, ask: Callable[[Network], object]
) -> None:
    with pytest.raises(BadRequest) as refused:
        ask(stage.network)
    assert str(refused.value) == "there is no node 9 in a network of 4 nodes"
    assert stage.deployment.done == []
    assert kinds(journal) == []


def test_the_top_is_the_newest_block_that_anybody_has(stage: Stage) -> None:
    stage.blocks_pass(9)
    for node in (NODE_1, NODE_2, NODE_4):
        stage.nodes[node].behind = 4
    stage.nodes[NODE_4].silent = "connection refused"
    assert stage.network.top() == 10
    assert stage.network.top([NODE_1, NODE_2]) == 6
    assert stage.network.top([NODE_4]) == 0


def test_circulation_is_what_the_treasury_does_not_hold(stage: Stage) -> None:
    stage.ledger.held |= {"treasury": 900, "alice-1": 100}
    assert set(stage.network.circulation().values()) == {Coins(100)}
    assert set(stage.network.supply().values()) == {Coins(1000)}


def test_a_treasury_that_holds_more_than_exists_is_the_fault_of_the_node(stage: Stage) -> None:
    stage.nodes[NODE_2].balances["the treasury"] = Coins(1001)
    with pytest.raises(NetworkFailure) as failed:
        stage.network.circulation()
    assert "the treasury holds 1001 coins, and only 1000 coins exist" in str(failed.value)


def test_a_node_whose_treasury_holds_more_than_exists_is_named(stage: Stage) -> None:
    stage.nodes[NODE_2].balances["the treasury"] = Coins(1001)
    with pytest.raises(NetworkFailure, match="node-2"):
        stage.network.circulation()


def test_stories_end_at_the_last_block_that_all_have(stage: Stage) -> None:
    stage.blocks_pass(5)
    stage.nodes[NODE_3].behind = 2
    blocks = tuple(BlockId(f"block-{n}") for n in range(1, 5))
    assert set(stage.network.stories().values()) == {Told(Height(1), blocks)}
    assert set(stage.network.stories(Height(3)).values()) == {Told(Height(3), blocks[2:])}
    assert set(stage.network.stories(Height(9)).values()) == {Told(Height(9), ())}


def test_a_silent_node_does_not_shorten_the_stories(stage: Stage) -> None:
    stage.blocks_pass(5)
    stage.nodes[NODE_3].silent = "connection refused"
    stories = stage.network.stories()
    assert stories[NODE_3] == Silence("connection refused")
    assert isinstance(told := stories[NODE_1], Told)
    assert told.last == 6


def test_a_node_that_was_silent_about_its_height_is_not_asked_about_blocks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may answer again by now, and need not have the blocks that the others share."""
    stage.blocks_pass(5)
    node = stage.nodes[NODE_3]
    node.silent = "connection refused"
    monkeypatch.setattr(node, "block_ids", lambda first, last: [BlockId("stale")])
    heights = stage.network.heights()
    monkeypatch.setattr(stage.network, "heights", lambda nodes: heights)
    node.silent = None
    assert stage.network.stories()[NODE_3] == Silence("connection refused")


def test_a_customer_asks_the_first_node_that_is_up_to_date(stage: Stage) -> None:
    stage.blocks_pass(20)
    network = stage.network
    assert network.reachable_node() == NODE_1
    stage.nodes[NODE_1].behind = 3
    assert network.reachable_node() == NODE_1, "a few blocks are nothing"
    stage.nodes[NODE_1].behind = 4
    assert network.reachable_node() == NODE_2
    stage.nodes[NODE_2].silent = "connection refused"
    assert network.reachable_node() == NODE_3
    network.faults.kill(NODE_3)
    assert network.reachable_node() == NODE_4


def test_without_a_node_that_answers_nothing_can_be_paid(stage: Stage) -> None:
    for node in stage.nodes.values():
        node.silent = "connection refused"
    with pytest.raises(NetworkFailure, match=r"^no node answers, so no payment can be made$"):
        stage.network.reachable_node()


# -- the clock of all waits


def test_blocks_are_scaled_by_the_time_that_they_really_take(stage: Stage) -> None:
    network = stage.network
    assert network.seconds(Blocks(10)) == pytest.approx(2.0), "as asked for, until more is known"
    for n in range(2, 12):
        stage.ledger.make_block()
        stage.clock.now += 1.5
        stage.look()
        assert network.top() == n
    assert network.seconds(Blocks(10)) == pytest.approx(15.0)


def test_a_network_that_is_faster_than_asked_for_is_not_hurried(stage: Stage) -> None:
    for _ in range(10):
        stage.ledger.make_block()
        stage.clock.now += 0.01
        stage.look()
    assert stage.network.seconds(Blocks(10)) == pytest.approx(2.0)


def test_a_network_that_moves_is_worth_waiting_for(stage: Stage) -> None:
    network, began = stage.network, stage.clock.now
    stage.blocks_pass(100)
    assert network.why_pointless(since=began, stall=Blocks(15)) is None


def test_a_network_that_stands_still_has_stalled(stage: Stage) -> None:
    network = stage.network
    stage.blocks_pass(40)
    began = stage.clock.now
    stage.ledger.moves = False
    stage.nodes[NODE_2].behind = 2
    stage.nodes[NODE_3].silent = "connection refused"
    stage.blocks_pass(14)
    assert network.why_pointless(since=began, stall=Blocks(15)) is None
    stage.blocks_pass(3)
    assert network.why_pointless(since=began, stall=Blocks(15)) == (
        "the network has stalled at height 41 (node-2 at 39, node-3 does not answer): "
        "no block for 3.4 s"
    )


def test_a_stall_counts_from_the_beginning_of_the_wait(stage: Stage) -> None:
    network = stage.network
    stage.ledger.moves = False
    stage.blocks_pass(1000)
    assert network.why_pointless(since=stage.clock.now, stall=Blocks(15)) is None


def test_where_the_nodes_stand_includes_the_fault_in_force(stage: Stage) -> None:
    network = stage.network
    assert network.whereabouts() == "at height 1"
    network.faults.cut({NODE_4: frozenset({NODE_1})})
    stage.nodes[NODE_4].behind = 1
    stage.look()
    assert network.whereabouts() == (
        "at height 1 (node-4 at 0) while node-4 drops what node-1 sends"
    )


def test_a_node_that_has_died_ends_every_wait_with_its_last_words(stage: Stage) -> None:
    network = stage.network
    stage.deployment.log[NODE_3] = "\n".join(f"line {n}" for n in range(9)) + "\npanic: out\n"
    stage.nodes[NODE_3].silent = "connection refused"
    stage.look()
    assert network.why_pointless(since=stage.clock.now, stall=Blocks(15)) is None, "only silent"
    stage.deployment.states[NODE_3] = NodeState.STOPPED
    why = network.why_pointless(since=stage.clock.now, stall=Blocks(15))
    assert why is not None
    first, *rest = why.splitlines()
    assert first == "node-3 has died; its last words:"
    assert [line.strip() for line in rest] == ["line 5", "line 6", "line 7", "line 8", "panic: out"]


def test_a_node_that_was_taken_down_has_not_died(stage: Stage) -> None:
    network = stage.network
    network.faults.kill(NODE_3)
    network.history.add(NODE_3, Sample(stage.clock.now, None))
    assert network.why_pointless(since=stage.clock.now, stall=Blocks(15)) is None


# -- faults


def test_a_node_goes_down_and_comes_back(stage: Stage, journal: Journal) -> None:
    network = stage.network
    network.faults.kill(NODE_2)
    assert network.up == [NODE_1, NODE_3, NODE_4]
    assert not network.is_whole()
    network.faults.start(NODE_2)
    assert network.up == list(network.nodes)
    assert network.is_whole()
    assert stage.deployment.done == ["kill node-2", "start node-2"]
    assert kinds(journal) == ["fault asked for", "fault measured", "fault undone"]
    assert journalled(journal.path)[2]["state"] == "stopped"


def test_a_frozen_node_is_away_until_it_wakes_up(stage: Stage, journal: Journal) -> None:
    network = stage.network
    network.faults.freeze(NODE_2)
    assert stage.deployment.states[NODE_2] is NodeState.PAUSED
    assert network.up == [NODE_1, NODE_3, NODE_4]
    assert not network.is_whole()
    network.faults.wake(NODE_2)
    assert stage.deployment.states[NODE_2] is NodeState.RUNNING
    assert network.is_whole()
    measured = [r for r in journalled(journal.path) if r["kind"] == "fault measured"]
    assert [record["state"] for record in measured] == ["frozen", "running"]


def test_restoring_wakes_what_is_frozen_and_starts_what_is_down(stage: Stage) -> None:
    network = stage.network
    network.faults.freeze(NODE_2)
    network.faults.freeze(NODE_3)
    network.faults.kill(NODE_3)
    network.restore()
    assert network.is_whole()
    assert stage.deployment.states[NODE_2] is NodeState.RUNNING
    assert stage.deployment.done == ["kill node-3", "start node-3"]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            lambda network: network.faults.wake(NODE_2),
            "node-2 is not frozen, so it cannot be woken",
        ),
        (lambda network: network.faults.freeze(NODE_3), "node-3 is frozen already"),
        (lambda network: network.faults.freeze(NODE_4), "node-4 is down already"),
        (
            lambda network: network.faults.wipe(NODE_2),
            "node-2 is running, so its disk cannot be changed",
        ),
        (
            lambda network: network.faults.freeze(NODE_9),
            "there is no node 9 in a network of 4 nodes",
        ),
    ],
)
def test_a_node_fault_that_makes_no_sense_gets_one_sentence_and_changes_nothing(
    stage: Stage, what: Callable[[Network], None], sentence: str
) -> None:
    stage.network.faults.freeze(NODE_3)
    stage.network.faults.kill(NODE_4)
    before = dict(stage.deployment.states)
    with pytest.raises(BadRequest, match=f"^{sentence}$"):
        what(stage.network)
    assert stage.deployment.states == before


def test_a_freeze_that_does_nothing_is_the_fault_of_the_host(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.deployment, "pause", lambda node: None)
    with pytest.raises(FaultHadNoEffect, match=r"^node-2 was told to freeze, and it is running$"):
        stage.network.faults.freeze(NODE_2)


def test_a_node_that_does_not_wake_up_is_the_fault_of_the_host(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.network.faults.freeze(NODE_2)
    monkeypatch.setattr(stage.deployment, "resume", lambda node: None)
    with pytest.raises(FaultHadNoEffect, match=r"^node-2 was told to wake up, and it is frozen$"):
        stage.network.faults.wake(NODE_2)


def test_a_node_with_an_empty_disk_begins_anew(stage: Stage) -> None:
    network = stage.network
    network.faults.kill(NODE_2)
    network.faults.wipe(NODE_2)
    network.faults.start(NODE_2)
    assert stage.deployment.done == ["kill node-2", "wipe node-2", "start node-2"]
    assert network.history.began_anew(NODE_2, after=0, before=math.inf)
    assert not network.history.began_anew(NODE_1, after=0, before=math.inf)


def test_links_that_come_and_go_are_open_after_the_heal(stage: Stage, journal: Journal) -> None:
    stage.network.faults.flap(between([NODE_1], [NODE_2]), Blocks(1000))
    assert stage.network.faults.grudge
    assert not stage.network.is_whole()
    stage.network.faults.heal()
    assert stage.network.is_whole()
    assert "fault undone" in kinds(journal)


def test_links_that_come_and_go_stop_when_the_network_is_thrown_away(stage: Stage) -> None:
    stage.network.faults.flap(between([NODE_1], [NODE_2]), Blocks(1000))
    stage.network.destroy()
    assert stage.deployment.done[-1] == "destroy"


def test_a_fault_is_known_before_it_is_done(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is undone when it goes wrong half-way."""

    def kill(node: NodeName) -> None:
        raise EnvironmentProblem("the Docker Engine stopped answering")

    monkeypatch.setattr(stage.deployment, "kill", kill)
    with pytest.raises(EnvironmentProblem):
        stage.network.faults.kill(NODE_2)
    assert not stage.network.is_whole()


def test_a_node_that_goes_on_all_the_same_is_the_fault_of_the_host(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.deployment, "kill", lambda node: None)
    with pytest.raises(FaultHadNoEffect, match=r"^node-2 was told to kill, and it is running$"):
        stage.network.faults.kill(NODE_2)


def test_a_node_that_ends_at_its_restart_shows_its_last_words(stage: Stage) -> None:
    stage.deployment.log[NODE_2] = "panic: the disk is corrupt"
    stage.deployment.ends_at_once.add(NODE_2)
    stage.network.faults.kill(NODE_2)
    with pytest.raises(NetworkFailure, match="panic: the disk is corrupt"):
        stage.network.faults.start(NODE_2)


def test_a_node_cannot_go_down_twice_or_start_while_it_runs(stage: Stage) -> None:
    network = stage.network
    network.faults.stop(NODE_2)
    with pytest.raises(BadRequest, match=r"^node-2 is down already$"):
        network.faults.kill(NODE_2)
    with pytest.raises(BadRequest, match=r"^node-1 is running already, so it cannot be started$"):
        network.faults.start(NODE_1)


def test_a_node_that_comes_back_during_a_cut_is_cut_off(stage: Stage) -> None:
    network = stage.network
    network.faults.cut(between([NODE_4], [NODE_1, NODE_2, NODE_3]))
    network.faults.kill(NODE_4)
    network.faults.start(NODE_4)
    assert len(stage.deployment.namespaces[NODE_4].dropped) == 3


def test_everything_is_undone_at_the_end(stage: Stage) -> None:
    network = stage.network
    network.faults.cut(between([NODE_1], [NODE_2]))
    network.faults.kill(NODE_4)
    network.faults.stop(NODE_3)
    stranger = network.add_stranger()
    network.restore()
    assert network.is_whole()
    assert network.faults.grudge == {}
    assert stage.deployment.done[-3:] == ["start node-3", "start node-4", f"remove {stranger}"]


def test_strangers_are_no_members(stage: Stage) -> None:
    network = stage.network
    assert [network.add_stranger(), network.add_stranger()] == ["stranger-5", "stranger-6"]
    assert network.nodes == (NODE_1, NODE_2, NODE_3, NODE_4)
    assert not network.is_whole()
    assert not network.turned_away(NodeName("stranger-5"))
    stage.implementation.says_turned_away = True
    assert network.turned_away(NodeName("stranger-5"))


# -- its life


def test_an_idle_network_is_not_looked_at(stage: Stage) -> None:
    network = stage.network
    network.sleep()
    network.wake()
    network.destroy()
    assert stage.deployment.done == ["freeze", "thaw", "destroy"]


def test_people_are_told_where_the_nodes_answer(stage: Stage) -> None:
    stage.network.faults.kill(NODE_2)
    hints = stage.network.hints()
    assert hints["talk to node 1"] == "http://127.0.0.1:8001"
    assert hints["talk to node 2"] == "not running"
    assert hints["look around"] == "true"


def test_a_network_is_called_what_its_blueprint_is(stage: Stage, clock: PlayedTime) -> None:
    assert stage.network.name == blueprint_of([NODE_1]).identity


# -- members that come and go


class Open(PlayedImplementation):
    """Its members may come and go."""

    def newcomer(
        self, name: NodeName, network: Any, address: NodeAddress, member: Any
    ) -> NodeBlueprint:
        return NodeBlueprint(name, {}, ("run",), address)

    def farewell(self, name: NodeName, member: Any) -> None:
        """Nobody has to be told."""


@pytest.fixture
def open_stage(stage: Stage) -> Stage:
    stage.nodes[NODE_5] = PlayedNode(NODE_5, stage.ledger, [*stage.nodes, NODE_5])
    stage.implementation = Open(stage.nodes)
    assert stage.network
    return stage


def test_a_new_member_counts_as_one_from_then_on(open_stage: Stage) -> None:
    network = open_stage.network
    assert network.add_member() == NODE_5
    assert network.nodes == (NODE_1, NODE_2, NODE_3, NODE_4, NODE_5)
    assert set(network.heights()) == set(network.nodes)
    assert open_stage.deployment.done[-1] == "add node-5"
    assert not network.is_as_asked_for


def test_a_member_that_has_left_counts_no_more(open_stage: Stage) -> None:
    network = open_stage.network
    client = network.client(NODE_4)
    network.remove_member(NODE_4)
    assert network.nodes == (NODE_1, NODE_2, NODE_3)
    assert set(network.heights()) == {NODE_1, NODE_2, NODE_3}
    assert open_stage.deployment.done[-1] == "remove node-4"
    assert network.client(NODE_4) is client, "whoever still waits for it gets no answer, in order"
    with pytest.raises(BadRequest, match="there is no node 4 in a network of 3 nodes"):
        network.faults.kill(NODE_4)


def test_members_that_are_not_let_in_are_asked_for_again(
    open_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def newcomer(self: Open, name: NodeName, *rest: Any) -> NodeBlueprint:
        asked.append(name)
        if len(asked) < 3:
            raise Unreachable("unhealthy cluster")
        return NodeBlueprint(name, {}, ("run",), rest[1])

    monkeypatch.setattr(Open, "newcomer", newcomer)
    assert open_stage.network.add_member() == NODE_5
    assert len(asked) == 3


def test_members_that_are_never_let_go_are_the_fault_of_the_network(
    open_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def farewell(self: Open, name: NodeName, member: Any) -> None:
        raise Unreachable("unhealthy cluster")

    monkeypatch.setattr(Open, "farewell", farewell)
    with pytest.raises(NetworkFailure, match="node-1 does not let node-4 in or go: unhealthy"):
        open_stage.network.remove_member(NODE_4)
    assert NODE_4 in open_stage.network.nodes


def test_members_do_not_come_and_go_while_a_fault_is_in_force(open_stage: Stage) -> None:
    open_stage.network.faults.kill(NODE_1)
    with pytest.raises(BadRequest, match="while a fault is in force"):
        open_stage.network.add_member()


def test_members_of_some_networks_cannot_come_and_go(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="cannot come and go while it runs"):
        stage.network.add_member()
