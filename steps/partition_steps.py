"""Links that fail, what holds while they do, and their repair."""

from behave import given, then, when

from support.agreement import (
    all_agree_on_a_new_block,
    cut_when_whole,
    everyone_reaches_everyone,
    height_at_rest,
)
from support.domain import NodeName
from support.faults.grudges import between, deaf, union
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


@given("the partition has healed")
def the_partition_has_healed(context: SuiteContext) -> None:
    context.world.network.heal()
    everyone_reaches_everyone(context.world.network)
    all_agree_on_a_new_block(context.world.network)


@when("the partition heals")
def the_partition_heals(context: SuiteContext) -> None:
    context.world.network.heal()


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
def nodes_make_no_block(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    network = context.world.network
    standing = has_no_block_after(height_at_rest(network, nodes))
    throughout(lambda: network.heights(nodes), standing, on=network)
