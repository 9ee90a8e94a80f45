"""Networks coming into being, the history they tell, and strangers at the door."""

from behave import given, then, when
from hamcrest import assert_that, equal_to, is_

from support.agreement import all_agree_on_a_new_block
from support.domain import Height, NodeName
from support.matchers import (
    has_a_block_after,
    has_turned_away,
    on_every_node,
    on_these_nodes,
    reaches,
    tell_the_same_history,
)
from support.waiting import RECOVERY, eventually, throughout
from support.world import SuiteContext


@given("a network of {size:Size}")
def a_network(context: SuiteContext, size: int) -> None:
    context.world.take_network(size)


@when("a network of {size:Size} starts for the first time")
def a_network_starts(context: SuiteContext, size: int) -> None:
    context.world.take_network(size, fresh=True)


@then("every node reaches every other")
def every_node_reaches_every_other(context: SuiteContext) -> None:
    network = context.world.network
    for node in network.nodes:
        others = frozenset(network.nodes) - {node}
        reading = on_these_nodes([node], reaches(others))
        eventually(lambda n=node: network.peers([n]), reading, on=network, within=RECOVERY)  # type: ignore[misc]


@then("every node tells the same history")
def every_node_tells_the_same_history(context: SuiteContext) -> None:
    all_agree_on_a_new_block(context.world.network)


@then("no two nodes tell different histories")
def no_two_histories_differ(context: SuiteContext) -> None:
    network = context.world.network
    assert_that(network.stories(), tell_the_same_history(beyond=Height(0)))


@when("every node has made {count:d} further blocks")
def every_node_makes_blocks(context: SuiteContext, count: int) -> None:
    nodes_make_blocks(context, context.world.network.nodes, count)


@given("{nodes:Nodes} have made {count:d} further blocks")
@when("{nodes:Nodes} have made {count:d} further blocks")
def nodes_make_blocks(context: SuiteContext, nodes: tuple[NodeName, ...], count: int) -> None:
    network = context.world.network
    goal = has_a_block_after(Height(network.top() + count - 1))
    eventually(
        lambda: network.heights(nodes), on_these_nodes(nodes, goal), on=network, within=RECOVERY
    )


@given("a node of another network keeps trying to join")
@when("a node of another network tries to join")
def a_stranger_tries_to_join(context: SuiteContext) -> None:
    context.world.known_stranger = context.world.network.add_stranger()


@then("it is refused because it belongs to another network")
def the_stranger_is_refused(context: SuiteContext) -> None:
    network, stranger = context.world.network, context.world.known_stranger
    eventually(lambda: network.turned_away(stranger), is_(equal_to(True)), on=network)


@then("no node is connected to it")
def no_node_is_connected_to_the_stranger(context: SuiteContext) -> None:
    network = context.world.network
    alone = on_every_node(has_turned_away(frozenset({context.world.known_stranger})))
    throughout(network.peers, alone, on=network)
