"""Nodes that are not counted on while their release does not fit, and get another one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.domain import BadRequest, Height, NodeName, NodeState, Silence
from support.engines.contract import Blueprint, NodeBlueprint
from support.implementations.governance import Plan
from support.journal import Journal
from support.topology import Topology
from support.upgrade.matchers import goes_no_further_than, runs, waits_before, waits_for
from support.upgrade.motions import Motion
from support.upgrade.rollout import Rollout
from tests.unit.played import PlayedImplementation, PlayedTime, Stage

NODE_3, NODE_4 = NodeName("node-3"), NodeName("node-4")


class Upgradable(PlayedImplementation):
    """Played nodes that have a next release."""

    plan_name = "v2"

    def why_no_upgrade(self) -> str | None:
        return None

    def software_of(self, topology: Topology) -> object:
        return self.software

    def upgraded(self, node: NodeName, network: Blueprint, topology: Topology) -> NodeBlueprint:
        newer = replace(self.software, version="2")
        return replace(network.node(node), software=newer, command=("run", "newer"))


@pytest.fixture
def stage(clock: PlayedTime, journal: Journal) -> Stage:
    stage = Stage(clock, journal)
    stage.implementation = Upgradable(stage.nodes)
    return stage


def test_a_node_that_runs_is_stopped_and_started_with_the_next_release(stage: Stage) -> None:
    Rollout(stage.network).upgrade([NODE_3])
    assert "change node-3 to 2" in stage.deployment.done
    assert stage.deployment.states[NODE_3] is NodeState.RUNNING
    assert stage.network.is_whole()


def test_nobody_counts_on_a_node_that_is_left_out_until_it_is_upgraded(stage: Stage) -> None:
    network = stage.network
    rollout = Rollout(network)
    rollout.leave_out([NODE_4])
    assert NODE_4 not in network.up
    assert "node-4 waits to be upgraded" in network.faults.in_words
    stage.deployment.states[NODE_4] = NodeState.STOPPED  # it ends by itself
    assert network.pace.dead_node() is None
    rollout.finish()
    assert "change node-4 to 2" in stage.deployment.done
    assert NODE_4 in network.up
    assert network.is_whole()


def test_one_that_is_upgraded_too_early_gets_its_release_back(stage: Stage) -> None:
    rollout = Rollout(stage.network)
    rollout.upgrade_too_early(NODE_4)
    assert NODE_4 not in stage.network.up
    stage.deployment.states[NODE_4] = NodeState.STOPPED  # it ends by itself
    rollout.take_back(NODE_4)
    assert NODE_4 in stage.network.up
    first = stage.network.first_release
    assert [w for w in stage.deployment.done if w.startswith("change")] == [
        "change node-4 to 2",
        f"change node-4 to {first}",
    ]
    assert stage.deployment.states[NODE_4] is NodeState.RUNNING


def test_one_that_was_upgraded_too_early_follows_the_others_in_the_end(stage: Stage) -> None:
    rollout = Rollout(stage.network)
    rollout.upgrade_too_early(NODE_4)
    rollout.await_height(Motion(1, "v2", Height(1)), [NODE_3])
    rollout.finish()
    first = stage.network.first_release
    assert [w for w in stage.deployment.done if w.startswith("change")] == [
        "change node-4 to 2",
        "change node-3 to 2",
        f"change node-4 to {first}",
        "change node-4 to 2",
    ]
    assert stage.network.is_whole()


def test_one_that_ends_before_the_agreed_block_is_not_ready_for_it(stage: Stage) -> None:
    rollout = Rollout(stage.network)
    rollout.leave_out([NODE_4])
    stage.deployment.states[NODE_4] = NodeState.STOPPED
    stage.nodes[NODE_4].silent = "it has ended"
    with pytest.raises(AssertionError, match="does not answer"):
        rollout.await_height(Motion(1, "v2", Height(1)), [NODE_4])


def test_a_release_that_a_node_began_with_is_not_taken_back(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="node-4 has the release that it began with"):
        stage.network.take_back_upgrade(NODE_4)


def test_one_that_has_ended_is_where_it_was_seen_last(stage: Stage) -> None:
    rollout = Rollout(stage.network)
    stage.blocks_pass(3)
    stage.look()
    height = stage.network.heights([NODE_4])[NODE_4]
    rollout.leave_out([NODE_4])
    stage.deployment.states[NODE_4] = NodeState.STOPPED
    stage.nodes[NODE_4].silent = "it has ended"
    assert rollout.heights([NODE_4]) == {NODE_4: height}


def test_what_is_set_aside_is_started_at_the_end_though_nobody_upgrades_it(stage: Stage) -> None:
    stage.network.faults.set_aside(NODE_4)
    stage.deployment.states[NODE_4] = NodeState.STOPPED
    stage.network.restore()
    assert stage.deployment.states[NODE_4] is NodeState.RUNNING
    assert stage.network.is_whole()


def test_a_network_without_another_release(clock: PlayedTime, journal: Journal) -> None:
    with pytest.raises(BadRequest, match="no other release"):
        Stage(clock, journal).network.upgrade(NODE_3)


def test_matchers_tell_what_is_said() -> None:
    plan = Motion(1, "v2", Height(70)).plan
    assert waits_for(plan).matches(Plan("v2", Height(70)))
    assert not waits_for(plan).matches(None)
    assert waits_for(None).matches(None)
    assert not waits_for(None).matches(plan)
    assert not runs("2").matches("1")
    assert goes_no_further_than(Height(70)).matches(Height(70))
    assert not goes_no_further_than(Height(70)).matches(Height(71))
    assert waits_before(Height(70)).matches(Height(69))
    assert waits_before(Height(70)).matches(NodeState.STOPPED)
    assert not waits_before(Height(70)).matches(Height(68))
    assert not waits_before(Height(70)).matches(Silence("it does not answer"))
