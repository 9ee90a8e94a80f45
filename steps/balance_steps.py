"""Who holds what, as the nodes show it."""

from behave import given, then
from hamcrest import assert_that

from support.agreement import all_agree_on_a_new_block
from support.domain import AccountName, Coins, NodeName
from support.matchers import (
    circulate,
    each_ledger_is,
    holds,
    is_confirmed,
    nobody_answers,
    on_every_node,
    on_these_nodes,
)
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually, throughout
from support.world import SuiteContext


@given("{account:Account} holds {amount:Coins}")
def account_holds(context: SuiteContext, account: AccountName, amount: Coins) -> None:
    if amount > Coins(0):
        assert_that(context.world.payments.deposit(account, amount), is_confirmed())
    every_node_shows(context, account, amount)


@then("every node shows that {account:Account} holds {amount:Coins}")
def every_node_shows(context: SuiteContext, account: AccountName, amount: Coins) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    eventually(
        lambda: network.balances(who),
        on_every_node(holds(account, amount)),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


@then("{nodes:Nodes} still show that {account:Account} holds {amount:Coins}")
@then("{nodes:Nodes} still shows that {account:Account} holds {amount:Coins}")
def nodes_still_show(
    context: SuiteContext, nodes: tuple[NodeName, ...], account: AccountName, amount: Coins
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    shown = holds(account, amount)
    throughout(lambda: network.balances(who, nodes, stale=True), shown, on=network)


@then("{nodes:Nodes} show that {account:Account} holds {amount:Coins}")
@then("{nodes:Nodes} shows that {account:Account} holds {amount:Coins}")
def nodes_show(
    context: SuiteContext, nodes: tuple[NodeName, ...], account: AccountName, amount: Coins
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    expected = on_these_nodes(nodes, holds(account, amount))
    eventually(lambda: network.balances(who, nodes), expected, on=network)


@then("{node:Node} does not tell for sure what {account:Account} holds")
def node_does_not_tell_for_sure(
    context: SuiteContext, node: NodeName, account: AccountName
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    throughout(lambda: {node: network.balances(who, [node])}, nobody_answers(), on=network)


@then("{count:Count} more coins are in circulation")
def more_coins_are_in_circulation(context: SuiteContext, count: int) -> None:
    expected = circulate(context.world.circulation_before, change=count)
    network = context.world.network
    eventually(network.circulation, on_every_node(expected), on=network)


@then("{count:Count} fewer coins are in circulation")
def fewer_coins_are_in_circulation(context: SuiteContext, count: int) -> None:
    expected = circulate(context.world.circulation_before, change=-count)
    network = context.world.network
    eventually(network.circulation, on_every_node(expected), on=network)


@then("the payment happens once or never")
def the_payment_happens_once_or_never(context: SuiteContext) -> None:
    network, payments = context.world.network, context.world.payments
    all_agree_on_a_new_block(network)
    payments.settle()
    expected = payments.expected()
    ledger = each_ledger_is({who.name: coins for who, coins in expected.items()})
    eventually(lambda: {who.name: network.balances(who) for who in expected}, ledger, on=network)
