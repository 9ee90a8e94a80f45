"""Members that join a network which runs already, and members that leave it for good."""

from behave import given, then, when

from steps.payment_steps import account_pays_through
from support.agreement import become_whole, nodes_have_caught_up
from support.domain import AccountName, Amount, Coins, NodeName
from support.matchers import holds, on_these_nodes
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually
from support.world import SuiteContext


@when("one more node joins")
def one_more_node_joins(context: SuiteContext) -> None:
    become_whole(context.world.network)
    context.world.known_newcomer = context.world.network.add_member()


@given("one more node has joined")
@given("another node has joined")
def one_more_node_has_joined(context: SuiteContext) -> None:
    one_more_node_joins(context)
    nodes_have_caught_up(context.world.network, [context.world.known_newcomer])


@when("{payer:Account} pays {payee:Account} {amount:Amount} through the new node")
def account_pays_through_the_new_node(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount
) -> None:
    account_pays_through(context, payer, payee, amount, context.world.known_newcomer)


@then("the new node shows that {account:Account} holds {amount:Coins}")
def the_new_node_shows(context: SuiteContext, account: AccountName, amount: Coins) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    node = context.world.known_newcomer
    shown = on_these_nodes([node], holds(account, amount))
    eventually(
        lambda: network.balances(who, [node]), shown, on=network, within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )  # fmt: skip


@given("{nodes:Nodes} has left for good")
@given("{nodes:Nodes} have left for good")
@when("{nodes:Nodes} leaves for good")
def nodes_leave_for_good(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    become_whole(context.world.network)
    for node in nodes:
        context.world.network.remove_member(node)
