"""Histories that part, and the one that is left when nodes meet again."""

from behave import given, then
from hamcrest import assert_that

from support.agreement import outgrow_the_others
from support.domain import NodeName
from support.matchers import have_given_up_a_history, have_kept_their_history
from support.world import SuiteContext


@given("{node:Node} has made a longer history than all others")
def a_node_has_outgrown_the_others(context: SuiteContext, node: NodeName) -> None:
    outgrow_the_others(context.world.network, node)


@then("{nodes:Nodes} have given their own history up")
def nodes_have_given_up(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    assert_that(
        context.world.taken_back(nodes),
        have_given_up_a_history(context.world.network.confirmations),
    )


@then("{nodes:Nodes} have kept theirs")
def nodes_have_kept_theirs(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    assert_that(
        context.world.taken_back(nodes),
        have_kept_their_history(context.world.network.confirmations),
    )
