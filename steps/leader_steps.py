"""The node that leads the others, what becomes of it, and who leads then."""

from behave import given, then, when

from steps.balance_steps import nodes_show
from steps.node_steps import nodes_are_frozen, nodes_have_crashed
from steps.partition_steps import nodes_are_cut_off
from steps.payment_steps import (
    account_has_tried_to_pay_through,
    account_pays_through,
    account_tries_to_pay_through,
)
from support.domain import AccountName, Amount, Coins
from support.matchers import follow_one_of
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually
from support.world import SuiteContext


@given("the leader is cut off from the others")
def the_leader_is_cut_off(context: SuiteContext) -> None:
    nodes_are_cut_off(context, (context.world.known_leader,))


@given("the leader has crashed")
def the_leader_has_crashed(context: SuiteContext) -> None:
    nodes_have_crashed(context, (context.world.known_leader,))


@given("the leader is frozen")
def the_leader_is_frozen(context: SuiteContext) -> None:
    nodes_are_frozen(context, (context.world.known_leader,))


@when("the old leader starts again")
def the_old_leader_starts_again(context: SuiteContext) -> None:
    context.world.network.faults.start(context.world.known_leader)


@when("the old leader wakes up")
def the_old_leader_wakes_up(context: SuiteContext) -> None:
    context.world.network.faults.wake(context.world.known_leader)


@given("{payer:Account} has paid {payee:Account} {amount:Amount} through another node")
@when("{payer:Account} pays {payee:Account} {amount:Amount} through another node")
def account_pays_through_a_follower(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount
) -> None:
    account_pays_through(context, payer, payee, amount, context.world.followers[0])


@when("{payer:Account} tries to pay {payee:Account} {amount:Amount} through the old leader")
def account_tries_to_pay_through_the_leader(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount
) -> None:
    account_tries_to_pay_through(context, payer, payee, amount, context.world.known_leader)


@given("{payer:Account} has tried to pay {payee:Account} {amount:Amount} through the old leader")
def account_has_tried_to_pay_through_the_leader(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount
) -> None:
    account_has_tried_to_pay_through(context, payer, payee, amount, context.world.known_leader)


@then("the others follow a new leader")
def the_others_follow_a_new_leader(context: SuiteContext) -> None:
    network, others = context.world.network, context.world.followers
    eventually(
        lambda: network.leaders(others),
        follow_one_of(others),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


@then("the others show that {account:Account} holds {amount:Coins}")
def the_others_show(context: SuiteContext, account: AccountName, amount: Coins) -> None:
    nodes_show(context, tuple(context.world.followers), account, amount)


@then("every node follows the same leader")
def every_node_follows_the_same_leader(context: SuiteContext) -> None:
    network = context.world.network
    eventually(
        network.leaders,
        follow_one_of(network.nodes),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )
