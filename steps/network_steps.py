"""Networks coming into being, the history they tell, and strangers at the door."""

from behave import given, then, when
from hamcrest import assert_that, equal_to, is_

from support.agreement import all_agree_on_a_new_block, everyone_reaches_everyone
from support.domain import Blocks, Height, NodeName
from support.matchers import (
    has_a_block_after,
    is_not_connected_to,
    on_these_nodes,
    tell_the_same_history,
)
from support.topology import SMALL_DISK
from support.waiting import RECOVERY, eventually, throughout
from support.world import SuiteContext


@given("a network of {size:Size}")
def a_network(context: SuiteContext, size: int) -> None:
    context.world.take_network(size)


@given("a network of {size:Size} with small disks")
def a_network_with_small_disks(context: SuiteContext, size: int) -> None:
    context.world.take_network(size, disk=SMALL_DISK)


@when("a network of {size:Size} starts for the first time")
def a_network_starts(context: SuiteContext, size: int) -> None:
    context.world.take_network(size, fresh=True)


@then("every node reaches every other")
def every_node_reaches_every_other(context: SuiteContext) -> None:
    everyone_reaches_everyone(context.world.network)


@then("every node tells the same history")
def every_node_tells_the_same_history(context: SuiteContext) -> None:
    all_agree_on_a_new_block(context.world.network)


@then("no two nodes tell different histories")
def no_two_histories_differ(context: SuiteContext) -> None:
    network = context.world.network
    assert_that(network.stories(confirmed=True), tell_the_same_history(beyond=Height(0)))


@when("nobody pays anybody")
def nobody_pays_anybody(context: SuiteContext) -> None:
    context.world.note_circulation()


@given("every node has made {count:Count} further blocks")
@when("every node makes {count:Count} further blocks")
@then("every node makes {count:Count} further blocks")
def every_node_makes_blocks(context: SuiteContext, count: int) -> None:
    nodes_make_blocks(context, context.world.network.nodes, count)


@given("{nodes:Nodes} have made {count:Count} further blocks")
@when("{nodes:Nodes} make {count:Count} further blocks")
@then("{nodes:Nodes} make {count:Count} further blocks")
def nodes_make_blocks(context: SuiteContext, nodes: tuple[NodeName, ...], count: int) -> None:
    network = context.world.network
    goal = on_these_nodes(nodes, has_a_block_after(Height(network.top() + count - 1)))
    long_enough = Blocks(count + RECOVERY.count)
    eventually(lambda: network.heights(nodes), goal, on=network, within=long_enough)


@given("a node of another network keeps trying to join")
def a_stranger_keeps_trying_to_join(context: SuiteContext) -> None:
    a_stranger_tries_to_join(context)
    the_stranger_is_refused(context)


@when("a node of another network tries to join")
def a_stranger_tries_to_join(context: SuiteContext) -> None:
    context.world.known_stranger = context.world.network.add_stranger()


@then("it is refused because it belongs to another network")
def the_stranger_is_refused(context: SuiteContext) -> None:
    network, stranger = context.world.network, context.world.known_stranger
    eventually(lambda: network.turned_away(stranger), is_(equal_to(True)), on=network)


@then("no node is connected to it")
def no_node_is_connected_to_the_stranger(context: SuiteContext) -> None:
    network, stranger = context.world.network, context.world.known_stranger
    throughout(network.peers, is_not_connected_to(frozenset({stranger})), on=network)
