"""Nodes that go down and come back."""

from behave import given, then, when

from support.agreement import everyone_reaches_everyone, have_begun, nodes_have_caught_up
from support.domain import NodeName
from support.matchers import is_not_confirmed
from support.waiting import throughout
from support.world import SuiteContext


@given("{nodes:Nodes} has crashed")
@given("{nodes:Nodes} have crashed")
def nodes_have_crashed(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    everyone_reaches_everyone(context.world.network)
    have_begun(context.world.network, nodes)
    for node in nodes:
        context.world.network.kill(node)


@given("{nodes:Nodes} was shut down")
@given("{nodes:Nodes} were shut down")
def nodes_were_shut_down(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    everyone_reaches_everyone(context.world.network)
    for node in nodes:
        context.world.network.stop(node)


@given("{nodes:Nodes} has started again")
def nodes_have_started_again(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    nodes_start_again(context, nodes)
    nodes_have_caught_up(context.world.network, nodes)


@when("{nodes:Nodes} starts again")
@when("{nodes:Nodes} start again")
def nodes_start_again(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    for node in nodes:
        context.world.network.start(node)


@then("the payment is not confirmed by {nodes:Nodes} while the others are down")
def the_payment_is_not_confirmed_by(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    payments, receipt = context.world.payments, context.world.last_receipt
    throughout(
        lambda: payments.outcomes(receipt, nodes),
        is_not_confirmed(),
        on=context.world.network,
    )
