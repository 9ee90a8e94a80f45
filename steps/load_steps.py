"""Payments that flow in the background while links and nodes fail."""

from behave import given, then
from hamcrest import assert_that

from support.matchers import has_confirmed, is_settled
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually
from support.world import SuiteContext

#: So many that they cannot all have been on their way when the example began to look.
_SOME = 25


@given("payments keep flowing at {rate:Count} a second")
def payments_keep_flowing(context: SuiteContext, rate: int) -> None:
    context.world.start_load(rate)
    payments_go_on(context)


@then("payments go on being confirmed")
def payments_go_on(context: SuiteContext) -> None:
    network, load = context.world.network, context.world.load
    more = has_confirmed(load.confirmed() + _SOME)
    eventually(load.confirmed, more, on=network, within=RECOVERY, stall=STALL_AFTER_A_FAULT)


@then("each of these payments happens once or never")
def each_payment_happens_once_or_never(context: SuiteContext) -> None:
    context.world.load.stop()
    context.world.payments.settle()
    for entry in context.world.payments.book.entries:
        assert_that(entry.outcome, is_settled())
