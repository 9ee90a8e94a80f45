"""What people do who wish the network ill, and that it does not matter."""

from behave import given, then, when
from hamcrest import assert_that, equal_to, is_

from steps.payment_steps import account_pays_through
from support.agreement import is_served
from support.domain import AccountName, Amount, Door, Flooding, Litter, NodeName
from support.world import SuiteContext


@given("Mallory has thrown {litter:Litter} at {door:Door} of {node:Node}")
@when("Mallory throws {litter:Litter} at {door:Door} of {node:Node}")
def litter_is_thrown(context: SuiteContext, litter: Litter, door: Door, node: NodeName) -> None:
    context.world.throw(litter, door, node)


@given("{hostile:Account} floods {node:Node} with {kind:Flooding} of {victim:Account}")
def a_node_is_flooded(
    context: SuiteContext,
    hostile: AccountName,
    node: NodeName,
    kind: Flooding,
    victim: AccountName,
) -> None:
    context.world.start_flood(hostile, node, kind, victim)


@then("a customer who comes only now is served by {node:Node}")
def a_new_customer_is_served(context: SuiteContext, node: NodeName) -> None:
    is_served(context.world.network, node)


@then("{payer:Account} can pay {payee:Account} {amount:Amount} through {node:Node}")
def account_can_pay(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount, node: NodeName
) -> None:
    account_pays_through(context, payer, payee, amount, node)


@then("nothing of the flood has happened")
def nothing_of_the_flood_has_happened(context: SuiteContext) -> None:
    context.world.flood.stop()
    assert_that(context.world.flood.happened(), is_(equal_to(0)))
