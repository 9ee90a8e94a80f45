"""How far nodes are apart at one moment."""

from __future__ import annotations

from support.domain import BlockId, Height, Silence
from support.past import Spread, spread
from tests.unit.played import NODE_2, NODE_3, Stage


def test_nodes_with_the_same_blocks_are_not_apart(stage: Stage) -> None:
    stage.blocks_pass(9)
    assert spread(stage.network, since=Height(8), quickly=1.0) == Spread(Height(10), Height(10))


def test_what_all_have_ends_with_the_node_that_has_the_least(stage: Stage) -> None:
    stage.blocks_pass(9)
    stage.nodes[NODE_2].behind = 2
    assert spread(stage.network, since=Height(5), quickly=1.0) == Spread(Height(10), Height(8))


def test_a_node_that_is_not_even_where_the_look_begins_is_as_far_behind_as_it_is(
    stage: Stage,
) -> None:
    stage.blocks_pass(9)
    stage.nodes[NODE_2].behind = 5
    assert spread(stage.network, since=Height(10), quickly=1.0) == Spread(Height(10), Height(5))


def test_what_all_have_ends_where_one_tells_something_else(stage: Stage) -> None:
    stage.blocks_pass(9)
    stage.nodes[NODE_3].rewritten = {8: BlockId("another")}
    assert spread(stage.network, since=Height(5), quickly=1.0) == Spread(Height(10), Height(7))


def test_with_a_node_that_does_not_answer_nothing_is_said(stage: Stage) -> None:
    stage.nodes[NODE_2].silent = "connection refused"
    told = spread(stage.network, since=Height(1), quickly=1.0)
    assert isinstance(told, Silence)
    assert "node-2" in told.why
