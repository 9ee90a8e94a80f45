"""Nodes without a vote that join, go away and come back."""

from behave import given, then, when

from steps.network_steps import nodes_make_blocks
from steps.node_steps import (
    nodes_have_lost_their_disks,
    nodes_have_started_again,
    nodes_start_again,
    nodes_were_shut_down,
)
from support.agreement import nodes_have_caught_up
from support.domain import Blocks, Height, NodeName
from support.joining import (
    ask_one_for_all,
    be_outpaced,
    begin_with_a_copy,
    fetch_every_block,
)
from support.matchers import has_a_block_after, is_still_behind, on_these_nodes
from support.waiting import RECOVERY, eventually, throughout
from support.world import SuiteContext


@when("a node joins and executes every block")
def a_node_joins(context: SuiteContext) -> None:
    context.world.known_newcomer = fetch_every_block(context.world.network)


@given("a node has joined and executed every block")
def a_node_has_joined(context: SuiteContext) -> None:
    a_node_joins(context)
    the_new_node_has_caught_up(context)


@given("a node with a short memory has joined")
def a_forgetful_node_has_joined(context: SuiteContext) -> None:
    context.world.known_newcomer = fetch_every_block(context.world.network, forgets=True)
    the_new_node_has_caught_up(context)


@when("a node joins from a snapshot")
def a_node_joins_from_a_snapshot(context: SuiteContext) -> None:
    context.world.known_newcomer = begin_with_a_copy(context.world.network)


@given("a node has joined from a snapshot")
def a_node_has_joined_from_a_snapshot(context: SuiteContext) -> None:
    a_node_joins_from_a_snapshot(context)
    the_new_node_has_caught_up(context)


@when("a node joins that knows only {node:Node}")
def a_node_joins_that_knows_one(context: SuiteContext, node: NodeName) -> None:
    context.world.known_newcomer = ask_one_for_all(context.world.network, node)


@given("a node has joined that knew only {node:Node}")
def a_node_has_joined_that_knew_one(context: SuiteContext, node: NodeName) -> None:
    a_node_joins_that_knows_one(context, node)
    the_new_node_has_caught_up(context)


@then("the new node catches up with the others")
def the_new_node_has_caught_up(context: SuiteContext) -> None:
    nodes_have_caught_up(context.world.network, [context.world.known_newcomer])


@given("the new node was shut down")
@when("the new node is shut down")
def the_new_node_was_shut_down(context: SuiteContext) -> None:
    nodes_were_shut_down(context, (context.world.known_newcomer,))


@given("the new node has lost its disk")
def the_new_node_has_lost_its_disk(context: SuiteContext) -> None:
    nodes_have_lost_their_disks(context, (context.world.known_newcomer,))


@given("the new node was away until no other had the blocks any more that it needs")
def the_new_node_was_outpaced(context: SuiteContext) -> None:
    be_outpaced(context.world.network, context.world.known_newcomer)


@when("the new node starts again")
def the_new_node_starts_again(context: SuiteContext) -> None:
    nodes_start_again(context, (context.world.known_newcomer,))


@given("the new node has started again")
def the_new_node_has_started_again(context: SuiteContext) -> None:
    nodes_have_started_again(context, (context.world.known_newcomer,))


@then("the new node stays where it was, and says that it is behind")
def the_new_node_stays_behind(context: SuiteContext) -> None:
    network, node = context.world.network, context.world.known_newcomer
    answers = on_these_nodes([node], has_a_block_after(Height(0)))
    eventually(lambda: network.heights([node]), answers, on=network, within=RECOVERY)
    last = network.top([node])
    others = context.world.others([node])
    throughout(
        lambda: network.statuses([node]), is_still_behind(last), on=network, period=Blocks(50)
    )
    nodes_make_blocks(context, tuple(others), 3)
