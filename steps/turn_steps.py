"""Who makes blocks, and by how many votes everybody counts."""

from behave import given, then, when
from hamcrest import assert_that

from support.domain import NodeName, Votes
from support.matchers import is_confirmed, on_every_node
from support.staking.matchers import (
    counts,
    hardly_any_was_lost,
    have_made_their_shares,
    made_all,
    made_none,
    made_some,
)
from support.staking.turns import coming_turns, turns_once_it_counts
from support.staking.views import weights
from support.waiting import eventually
from support.world import SuiteContext

#: In so many blocks everybody with a tenth of the votes has had several turns.
_SOME_TURNS = 40


@when("{count:Count} further blocks are made")
def further_blocks_are_made(context: SuiteContext, count: int) -> None:
    context.world.turns = coming_turns(context.world.network, count)


@then("each node has made its share of them, give or take turns that were lost")
def each_node_has_made_its_share(context: SuiteContext) -> None:
    assert_that(context.world.turns, have_made_their_shares())


@then("{nodes:Nodes} has made none of them")
def nodes_have_made_none(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    assert_that(context.world.turns, made_none(nodes))


@then("{nodes:Nodes} has made some of them")
def nodes_have_made_some(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    assert_that(context.world.turns, made_some(nodes))


@then("{nodes:Nodes} have made all of them")
def nodes_have_made_all(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    assert_that(context.world.turns, made_all(nodes))


@given("the operator of {node:Node} has staked {votes:Votes}")
def operator_has_staked(context: SuiteContext, node: NodeName, votes: Votes) -> None:
    operator_stakes(context, node, votes)
    every_node_counts(context, node, votes)


@when("the operator of {node:Node} stakes {votes:Votes}")
def operator_stakes(context: SuiteContext, node: NodeName, votes: Votes) -> None:
    assert_that(context.world.orders.stake(node, votes), is_confirmed())


@when("the operators of {nodes:Nodes} stake {votes:Votes} each")
def operators_stake(context: SuiteContext, nodes: tuple[NodeName, ...], votes: Votes) -> None:
    for node in nodes:
        operator_has_staked(context, node, votes)


@given("the operator of {node:Node} has taken all votes back")
def operator_has_taken_all_back(context: SuiteContext, node: NodeName) -> None:
    operator_takes_all_back(context, node)
    every_node_counts(context, node, Votes.of(0))


@when("the operator of {node:Node} takes all votes back")
def operator_takes_all_back(context: SuiteContext, node: NodeName) -> None:
    assert_that(context.world.orders.give_up(node), is_confirmed())


@when("the operators of {nodes:Nodes} take all votes back")
def operators_take_all_back(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    for node in nodes:
        operator_has_taken_all_back(context, node)


@then("every node counts {node:Node} with {votes:Votes}")
def every_node_counts(context: SuiteContext, node: NodeName, votes: Votes) -> None:
    network, expected = context.world.network, on_every_node(counts(node, with_votes=votes.whole))
    eventually(lambda: weights(network), expected, on=network)


@then("{node:Node} makes blocks from then on")
def node_makes_blocks(context: SuiteContext, node: NodeName) -> None:
    turns = turns_once_it_counts(context.world.network, _SOME_TURNS)
    assert_that(turns, made_some([node]))


@then("{node:Node} makes no block from then on")
def node_makes_no_block(context: SuiteContext, node: NodeName) -> None:
    turns = turns_once_it_counts(context.world.network, _SOME_TURNS)
    assert_that(turns, made_none([node]))


@then("{nodes:Nodes} make all blocks from then on, and wait for nobody")
def nodes_make_all_blocks_and_wait_for_nobody(
    context: SuiteContext, nodes: tuple[NodeName, ...]
) -> None:
    turns = turns_once_it_counts(context.world.network, _SOME_TURNS)
    assert_that(turns, made_all(nodes))
    assert_that(turns, hardly_any_was_lost())


@then("only {nodes:Nodes} make blocks from then on")
def only_these_make_blocks(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    turns = turns_once_it_counts(context.world.network, _SOME_TURNS)
    assert_that(turns, made_all(nodes))
