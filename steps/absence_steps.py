"""Nodes that are away too long, what that costs, and how they return to duty."""

from behave import given, then, when
from hamcrest import assert_that

from steps.node_steps import nodes_have_crashed, nodes_have_started_again
from support.domain import AccountName, NodeName, Votes
from support.matchers import is_confirmed, on_these_nodes
from support.staking.absence import await_the_end_of_jail
from support.staking.cheating import try_to_return
from support.staking.matchers import counts, has_delegated
from support.staking.verdicts import has_staked, is_jailed
from support.staking.views import candidates, delegations, stakes_of, weights
from support.waiting import RECOVERY, eventually
from support.world import SuiteContext


@when("{node:Node} goes down for long")
def node_goes_down_for_long(context: SuiteContext, node: NodeName) -> None:
    nodes_have_crashed(context, (node,))


@given("{node:Node} has been jailed and has started again")
def node_has_been_jailed_and_is_back(context: SuiteContext, node: NodeName) -> None:
    node_goes_down_for_long(context, node)
    nodes_show_that_it_is_jailed(context, tuple(context.world.others([node])), node)
    nodes_have_started_again(context, (node,))
    await_the_end_of_jail(context.world.network, node)


@when("the operator of {node:Node} returns it to duty")
def the_operator_returns_it_to_duty(context: SuiteContext, node: NodeName) -> None:
    try_to_return(context.world.orders, node)
    assert_that(context.world.orders.last.outcome, is_confirmed())


@then("{nodes:Nodes} show that {node:Node} is jailed")
def nodes_show_that_it_is_jailed(
    context: SuiteContext, nodes: tuple[NodeName, ...], node: NodeName
) -> None:
    network, jailed = context.world.network, on_these_nodes(nodes, is_jailed(node))
    eventually(lambda: candidates(network, nodes), jailed, on=network, within=RECOVERY)


@then("{nodes:Nodes} show that {votes:Votes} are staked on {node:Node}")
def nodes_show_the_stake(
    context: SuiteContext, nodes: tuple[NodeName, ...], votes: Votes, node: NodeName
) -> None:
    network, staked = context.world.network, on_these_nodes(nodes, has_staked(node, votes))
    eventually(lambda: stakes_of(network, node, nodes), staked, on=network)


@then("{nodes:Nodes} show that {account:Account} has delegated {votes:Votes} to {node:Node}")
def nodes_show_the_delegation(
    context: SuiteContext,
    nodes: tuple[NodeName, ...],
    account: AccountName,
    votes: Votes,
    node: NodeName,
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    shown = on_these_nodes(nodes, has_delegated(account, votes))
    eventually(lambda: delegations(network, who, node, nodes), shown, on=network)


@then("{nodes:Nodes} count {node:Node} with {votes:Votes}")
def nodes_count_it_with(
    context: SuiteContext, nodes: tuple[NodeName, ...], node: NodeName, votes: Votes
) -> None:
    network = context.world.network
    counted = on_these_nodes(nodes, counts(node, with_votes=votes.whole))
    eventually(lambda: weights(network, nodes), counted, on=network)
