"""Nodes that say that they are of this network, and have another past."""

from behave import given, then, when

from support.domain import FIRST_BLOCK, Blocks, Height
from support.joining import (
    begin_otherwise,
    beside_a_stranger,
    height_of,
    listen_to_an_impostor_as_well,
    make_up_a_past,
)
from support.matchers import has_a_block_after, has_no_block_after, on_these_nodes
from support.past_matchers import shares_no_block_with
from support.waiting import RECOVERY, eventually, throughout
from support.world import SuiteContext

#: A newcomer that drops whoever misled it may lose with them what it has asked of others, and asks
#: again half a minute later.
_MISLED = Blocks(2 * RECOVERY.count)


@when("a node that has begun otherwise tries to join")
def a_node_that_has_begun_otherwise(context: SuiteContext) -> None:
    context.world.known_stranger = begin_otherwise(context.world.network)


@given("a node that has begun otherwise keeps trying to join")
def a_node_that_has_begun_otherwise_keeps_trying(context: SuiteContext) -> None:
    a_node_that_has_begun_otherwise(context)
    it_gets_as_far_as_the_first_block(context)


@given("a node that has made a longer past up offers it to everybody")
@when("a node that has made a longer past up offers it to everybody")
def a_node_with_a_made_up_past(context: SuiteContext) -> None:
    context.world.known_stranger = make_up_a_past(context.world.network)


@when("a node joins that hears of it as well as of the members")
def a_node_joins_that_hears_of_it(context: SuiteContext) -> None:
    network, stranger = context.world.network, context.world.known_stranger
    context.world.known_newcomer = listen_to_an_impostor_as_well(network, stranger)


@then("it never gets further than the first block")
def it_never_gets_further(context: SuiteContext) -> None:
    it_gets_as_far_as_the_first_block(context)
    network, stranger = context.world.network, context.world.known_stranger
    throughout(
        lambda: {stranger: height_of(network, stranger)},
        has_no_block_after(FIRST_BLOCK),
        on=network,
    )


def it_gets_as_far_as_the_first_block(context: SuiteContext) -> None:
    network, stranger = context.world.network, context.world.known_stranger
    begun = on_these_nodes([stranger], has_a_block_after(Height(0)))
    eventually(lambda: {stranger: height_of(network, stranger)}, begun, on=network, within=RECOVERY)


@then("the new node has the first block")
def the_new_node_has_the_first_block(context: SuiteContext) -> None:
    network, node = context.world.network, context.world.known_newcomer
    begun = on_these_nodes([node], has_a_block_after(Height(0)))
    eventually(lambda: network.heights([node]), begun, on=network, within=_MISLED)


@then("no node has a block of it")
def no_node_has_a_block_of_it(context: SuiteContext) -> None:
    network, stranger = context.world.network, context.world.known_stranger
    throughout(
        lambda: beside_a_stranger(network, stranger),
        shares_no_block_with(stranger),
        on=network,
    )
