"""Nodes that go down and come back."""

from behave import given, then, when
from hamcrest import assert_that

from support.agreement import (
    become_whole,
    have_begun,
    nodes_have_caught_up,
)
from support.domain import NodeName
from support.matchers import is_not_confirmed, nobody_answers
from support.waiting import throughout
from support.world import SuiteContext


@given("{nodes:Nodes} has crashed")
@given("{nodes:Nodes} have crashed")
def nodes_have_crashed(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    become_whole(context.world.network)
    have_begun(context.world.network, nodes)
    for node in nodes:
        context.world.network.faults.kill(node)


@given("{nodes:Nodes} was shut down")
@given("{nodes:Nodes} were shut down")
def nodes_were_shut_down(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    become_whole(context.world.network)
    for node in nodes:
        context.world.network.faults.stop(node)


@given("{nodes:Nodes} is frozen")
@given("{nodes:Nodes} are frozen")
def nodes_are_frozen(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    become_whole(context.world.network)
    for node in nodes:
        context.world.network.faults.freeze(node)


@given("{nodes:Nodes} has lost its disk")
def nodes_have_lost_their_disks(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    nodes_have_crashed(context, nodes)
    for node in nodes:
        context.world.network.faults.wipe(node)


@given("{nodes:Nodes} has started again")
def nodes_have_started_again(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    nodes_start_again(context, nodes)
    nodes_have_caught_up(context.world.network, nodes)


@when("{nodes:Nodes} starts again")
@when("{nodes:Nodes} start again")
def nodes_start_again(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    for node in nodes:
        context.world.network.faults.start(node)


@given("a fresh node has taken the place of {node:Node}")
def a_fresh_node_has_taken_the_place(context: SuiteContext, node: NodeName) -> None:
    a_fresh_node_takes_the_place(context, node)
    nodes_have_caught_up(context.world.network, [node])


@when("a fresh node takes the place of {node:Node}")
def a_fresh_node_takes_the_place(context: SuiteContext, node: NodeName) -> None:
    context.world.network.faults.replace(node)


@when("fresh nodes take the places of {nodes:Nodes}, one after the other")
def fresh_nodes_take_the_places(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    for node in nodes:
        nodes_were_shut_down(context, (node,))
        context.world.payments_go_on_meanwhile()
        a_fresh_node_has_taken_the_place(context, node)


@when("{nodes:Nodes} wakes up")
@when("{nodes:Nodes} wake up")
def nodes_wake_up(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    for node in nodes:
        context.world.network.faults.wake(node)


@when("every node is restarted, one after the other")
def every_node_is_restarted(context: SuiteContext) -> None:
    for node in context.world.network.nodes:
        nodes_were_shut_down(context, (node,))
        context.world.payments_go_on_meanwhile()
        nodes_have_started_again(context, (node,))


@then("{nodes:Nodes} does not answer")
@then("{nodes:Nodes} do not answer")
def nodes_do_not_answer(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    assert_that(context.world.network.heights(nodes), nobody_answers())


@then("the payment is not confirmed by {nodes:Nodes} while the others are down")
def the_payment_is_not_confirmed_by(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    payments, receipt = context.world.payments, context.world.last_receipt
    throughout(
        lambda: payments.outcomes(receipt, nodes),
        is_not_confirmed(),
        on=context.world.network,
    )
