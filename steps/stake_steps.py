"""Delegating votes, moving them, taking them back, and what the nodes show of it."""

from behave import given, then, when
from hamcrest import assert_that

from support.domain import AccountName, NodeName, Votes
from support.matchers import is_confirmed, on_every_node, on_these_nodes
from support.staking.matchers import counts, has_delegated, has_votes_at_hand, is_refused
from support.staking.returning import seen_before_the_return, time_of_return
from support.staking.views import at_hand, delegations, weights
from support.waiting import eventually
from support.world import SuiteContext


@given("{account:Account} has {votes:Votes} to delegate")
def account_has_votes(context: SuiteContext, account: AccountName, votes: Votes) -> None:
    granted = context.world.orders.grant(context.world.payments.account(account), votes)
    assert_that(granted, is_confirmed())


@given("{account:Account} has delegated {votes:Votes} to {node:Node}")
@when("{account:Account} delegates {votes:Votes} to {node:Node}")
def account_delegates(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName
) -> None:
    account_tries_to_delegate(context, account, votes, node)
    assert_that(context.world.orders.last.outcome, is_confirmed())


@when("{account:Account} tries to delegate {votes:Votes} to {node:Node}")
def account_tries_to_delegate(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName
) -> None:
    context.world.orders.delegate(context.world.payments.account(account), node, votes)


@given("{account:Account} has taken {votes:Votes} back from {node:Node}")
@when("{account:Account} takes {votes:Votes} back from {node:Node}")
def account_takes_back(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName
) -> None:
    account_tries_to_take_back(context, account, votes, node)
    assert_that(context.world.orders.last.outcome, is_confirmed())


@when("{account:Account} tries to take {votes:Votes} back from {node:Node}")
def account_tries_to_take_back(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName
) -> None:
    context.world.orders.take_back(context.world.payments.account(account), node, votes)


@given("{account:Account} has moved {votes:Votes} from {node:Node} to {target:Node}")
@when("{account:Account} moves {votes:Votes} from {node:Node} to {target:Node}")
def account_moves(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName, target: NodeName
) -> None:
    account_tries_to_move(context, account, votes, node, target)
    assert_that(context.world.orders.last.outcome, is_confirmed())


@when("{account:Account} tries to move {votes:Votes} from {node:Node} to {target:Node}")
def account_tries_to_move(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName, target: NodeName
) -> None:
    context.world.orders.move(context.world.payments.account(account), node, target, votes)


@then("the order is refused")
def the_order_is_refused(context: SuiteContext) -> None:
    assert_that(context.world.orders.last.outcome, is_refused())


@then("every node shows that {account:Account} has delegated {votes:Votes} to {node:Node}")
def every_node_shows_the_delegation(
    context: SuiteContext, account: AccountName, votes: Votes, node: NodeName
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    shown = on_every_node(has_delegated(account, votes))
    eventually(lambda: delegations(network, who, node), shown, on=network)


@then("{node:Node} has {count:Count} more votes in the next blocks")
def node_has_more_votes(context: SuiteContext, node: NodeName, count: int) -> None:
    network, before = context.world.network, context.world.orders.last.candidates[node].stake
    expected = on_every_node(counts(node, with_votes=before.whole + count))
    eventually(lambda: weights(network), expected, on=network)


@then("{node:Node} has {count:Count} fewer votes in the next blocks")
def node_has_fewer_votes(context: SuiteContext, node: NodeName, count: int) -> None:
    network, before = context.world.network, context.world.orders.last.candidates[node].stake
    expected = on_every_node(counts(node, with_votes=before.whole - count))
    eventually(lambda: weights(network), expected, on=network)


@then("nothing is returned to {account:Account} before the time has come")
def nothing_is_returned_early(context: SuiteContext, account: AccountName) -> None:
    network, last = context.world.network, context.world.orders.last
    seen = seen_before_the_return(network, context.world.payments.account(account), last)
    unchanged = has_votes_at_hand(account, last.left)
    assert_that(seen, on_these_nodes(network.nodes, unchanged))  # each has answered in time


@then("every node shows that {account:Account} has been returned exactly {votes:Votes}")
def every_node_shows_the_return(context: SuiteContext, account: AccountName, votes: Votes) -> None:
    network, last = context.world.network, context.world.orders.last
    who, expected = context.world.payments.account(account), last.left + votes
    shown = on_every_node(has_votes_at_hand(account, expected))
    eventually(lambda: at_hand(network, who), shown, on=network, within=time_of_return(network))
