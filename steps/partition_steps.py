"""Links that fail, what holds while they do, and their repair."""

from behave import given, then, when

from support.agreement import (
    all_agree_on_a_new_block,
    become_whole,
    cut_when_whole,
    height_at_rest,
)
from support.domain import Blocks, NodeName
from support.faults.grudges import between, bridge, deaf, halves, ring, row, union
from support.matchers import has_no_block_after, is_not_confirmed
from support.waiting import throughout
from support.world import SuiteContext


@given("{nodes:Nodes} is cut off from the others")
@given("{nodes:Nodes} are cut off from the others")
def nodes_are_cut_off(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    cut_when_whole(context.world.network, between(nodes, context.world.others(nodes)))


@given("{nodes:Nodes} is cut off from {others:Nodes}")
@given("{nodes:Nodes} are cut off from {others:Nodes}")
def nodes_are_cut_off_from(
    context: SuiteContext, nodes: tuple[NodeName, ...], others: tuple[NodeName, ...]
) -> None:
    cut_when_whole(context.world.network, between(nodes, others))


@given("{node:Node} no longer hears the others")
def node_is_deaf(context: SuiteContext, node: NodeName) -> None:
    cut_when_whole(context.world.network, deaf(node, context.world.others([node])))


@given("the others no longer hear {node:Node}")
def node_is_not_heard(context: SuiteContext, node: NodeName) -> None:
    others = context.world.others([node])
    cut_when_whole(context.world.network, union(*(deaf(other, [node]) for other in others)))


@given("the {link:Link} is cut")
def a_link_is_cut(context: SuiteContext, link: tuple[NodeName, NodeName]) -> None:
    cut_when_whole(context.world.network, between(*([node] for node in link)))


@given("{node:Node} hears {other:Node} but cannot answer it")
def node_cannot_answer(context: SuiteContext, node: NodeName, other: NodeName) -> None:
    cut_when_whole(context.world.network, deaf(other, [node]))


@given("{some:Nodes} reach {others:Nodes} only through {middle:Node}")
def nodes_reach_others_over_a_bridge(
    context: SuiteContext,
    some: tuple[NodeName, ...],
    others: tuple[NodeName, ...],
    middle: NodeName,
) -> None:
    cut_when_whole(context.world.network, bridge([middle], some, others))


@given("every node reaches only its two neighbours")
def the_nodes_are_a_ring(context: SuiteContext) -> None:
    cut_when_whole(context.world.network, ring(context.world.network.nodes))


@given("{node:Node} hears only {other:Node}")
def a_node_hears_only_one(context: SuiteContext, node: NodeName, other: NodeName) -> None:
    cut_when_whole(context.world.network, between([node], context.world.others([node, other])))


@given("the nodes stand in a row, and each hears only those beside it")
def the_nodes_are_a_row(context: SuiteContext) -> None:
    cut_when_whole(context.world.network, row(context.world.network.nodes))


@given("the network has split into two halves at random")
def the_network_has_split(context: SuiteContext) -> None:
    cut_when_whole(context.world.network, halves(context.world.network.nodes, context.world.chance))


@given("the {link:Link} comes and goes every {count:Count} blocks")
def a_link_comes_and_goes(
    context: SuiteContext, link: tuple[NodeName, NodeName], count: int
) -> None:
    become_whole(context.world.network)
    context.world.network.faults.flap(between(*([node] for node in link)), Blocks(count))


@given("{nodes:Nodes} loses and finds the others every {count:Count} blocks")
def nodes_lose_and_find_the_others(
    context: SuiteContext, nodes: tuple[NodeName, ...], count: int
) -> None:
    become_whole(context.world.network)
    context.world.network.faults.flap(between(nodes, context.world.others(nodes)), Blocks(count))


@given("the partition has healed")
def the_partition_has_healed(context: SuiteContext) -> None:
    context.world.network.faults.heal()
    become_whole(context.world.network)
    all_agree_on_a_new_block(context.world.network)


@when("the partition heals")
@when("the link holds again")
def the_links_are_repaired(context: SuiteContext) -> None:
    context.world.network.faults.heal()


@then("the payment is not confirmed anywhere while the partition lasts")
def the_payment_is_confirmed_nowhere(context: SuiteContext) -> None:
    payments, receipt = context.world.payments, context.world.last_receipt
    throughout(
        lambda: payments.outcomes(receipt),
        is_not_confirmed(),
        on=context.world.network,
    )


@then("no node makes a block while the partition lasts")
def no_node_makes_a_block(context: SuiteContext) -> None:
    nodes_make_no_block(context, context.world.network.nodes)


@then("{nodes:Nodes} makes no block while the partition lasts")
@then("{nodes:Nodes} make no block while the others are down")
@then("{nodes:Nodes} make no block while the disks of the others are full")
def nodes_make_no_block(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    network = context.world.network
    standing = has_no_block_after(height_at_rest(network, nodes))
    throughout(lambda: network.heights(nodes), standing, on=network)
