"""Many payments at the same moment."""

from behave import given, then, when
from hamcrest import assert_that

from support.gossip import found_in_blocks, have_for_good
from support.gossip_matchers import are_in_exactly_one_block, are_in_the_order_of
from support.world import SuiteContext


@given("{customers:Count} customers are ready to make {each:Count} payments each")
def customers_are_ready(context: SuiteContext, customers: int, each: int) -> None:
    context.world.prepare_burst(customers, each)


@when("they hand all of them in at once")
def they_hand_in(context: SuiteContext) -> None:
    context.world.let_burst()


@then("every node has each of these payments in exactly one block, once")
def each_payment_is_in_one_block(context: SuiteContext) -> None:
    network, handed_in = context.world.network, context.world.handed_in
    have_for_good(network, handed_in, are_in_exactly_one_block(handed_in.receipts))


@then("the payments of each customer are in the order in which they were made")
def payments_are_in_order(context: SuiteContext) -> None:
    found = found_in_blocks(context.world.network, context.world.handed_in)
    assert_that(found, are_in_the_order_of(context.world.rows_of_burst))
