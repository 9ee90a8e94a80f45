"""Proposals to upgrade, votes on them, and nodes that get the next release."""

from behave import given, then, when
from hamcrest import assert_that

from steps.node_steps import nodes_were_shut_down
from support.domain import Choice, Height, NodeName, ProposalState
from support.matchers import (
    has_a_block_after,
    on_every_node,
    on_these_nodes,
    tell_the_same_history,
)
from support.staking.matchers import is_refused
from support.upgrade.matchers import goes_no_further_than, is_at, runs, waits_for
from support.upgrade.views import answering, plans, releases, states
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually, throughout
from support.world import SuiteContext

#: Who makes proposals where nobody is named.
_PROPOSER = NodeName("node-1")


@given("an upgrade is proposed")
@when("an upgrade is proposed")
def an_upgrade_is_proposed(context: SuiteContext) -> None:
    context.world.motions.propose(_PROPOSER)


@given("an upgrade is proposed for a block that is there by the end of the vote")
@when("an upgrade is proposed for a block that is there by the end of the vote")
def an_upgrade_is_proposed_too_late(context: SuiteContext) -> None:
    context.world.motions.propose_for(_PROPOSER, Height(context.world.network.top() + 10))


@when("an upgrade is proposed with a tenth of the deposit")
def an_upgrade_is_proposed_for_little(context: SuiteContext) -> None:
    motions, far = context.world.motions, Height(context.world.network.top() + 100)
    motions.propose_for(_PROPOSER, far, part_of_deposit=10)


@when("the operators of {nodes:Nodes} vote {choice:Choice}")
def operators_vote(context: SuiteContext, nodes: tuple[NodeName, ...], choice: Choice) -> None:
    context.world.motions.vote(nodes, choice)


@when("the operator of {node:Node} votes {choice:Choice}")
def operator_votes(context: SuiteContext, node: NodeName, choice: Choice) -> None:
    context.world.motions.vote([node], choice)


@given("the network has decided to upgrade")
def the_network_has_decided(context: SuiteContext) -> None:
    motions = context.world.motions
    motions.propose(_PROPOSER, prepared=True)
    motions.vote(context.world.network.nodes, Choice.FOR)
    the_proposal_is_accepted(context)


@then("the proposal is accepted")
def the_proposal_is_accepted(context: SuiteContext) -> None:
    _comes_to(context, ProposalState.PASSED)
    assert_that(
        plans(context.world.network), on_every_node(waits_for(context.world.motions.last.plan))
    )


@then("the proposal is rejected")
def the_proposal_is_rejected(context: SuiteContext) -> None:
    _comes_to(context, ProposalState.REJECTED)


@then("the proposal is accepted, and cannot be carried out")
def the_proposal_fails(context: SuiteContext) -> None:
    _comes_to(context, ProposalState.FAILED)


@then("the proposal never comes to a vote")
def the_proposal_is_gone(context: SuiteContext) -> None:
    assert_that(context.world.motions.try_to_vote(_PROPOSER, Choice.FOR), is_refused())
    _comes_to(context, None)


@then("no node stops at the proposed block")
def no_node_stops(context: SuiteContext) -> None:
    network, motion = context.world.network, context.world.motions.last
    assert_that(plans(network), on_every_node(waits_for(None)))
    beyond = on_every_node(has_a_block_after(Height(motion.height + 1)))
    eventually(network.heights, beyond, on=network, within=RECOVERY)


@then("no node waits for an upgrade")
def no_node_waits_for_an_upgrade(context: SuiteContext) -> None:
    assert_that(plans(context.world.network), on_every_node(waits_for(None)))


@when("the agreed block comes")
def the_agreed_block_comes(context: SuiteContext) -> None:
    world = context.world
    world.rollout.await_height(world.motions.last, world.network.up)


@when("the agreed block comes for {nodes:Nodes}")
def the_agreed_block_comes_for(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    context.world.rollout.await_height(context.world.motions.last, nodes)


@given("all but {nodes:Nodes} were upgraded at the agreed block")
def all_but_these_were_upgraded(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    others_are_upgraded_at_the_agreed_block(context, nodes)
    others = context.world.others(nodes)
    beyond = on_these_nodes(others, has_a_block_after(context.world.motions.last.height))
    network = context.world.network
    eventually(
        lambda: network.heights(others), beyond, on=network, within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )  # fmt: skip


@when("all but {nodes:Nodes} are upgraded at the agreed block")
def others_are_upgraded_at_the_agreed_block(
    context: SuiteContext, nodes: tuple[NodeName, ...]
) -> None:
    others = context.world.others(nodes)
    context.world.rollout.leave_out(nodes)
    the_agreed_block_comes_for(context, tuple(others))
    context.world.rollout.upgrade(others)


@when("every node is upgraded at the agreed block")
def every_node_is_upgraded(context: SuiteContext) -> None:
    the_agreed_block_comes(context)
    context.world.rollout.upgrade(context.world.network.nodes)


@when("{nodes:Nodes} is upgraded")
@when("{nodes:Nodes} are upgraded")
def nodes_are_upgraded(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    context.world.rollout.upgrade(nodes)


@given("{node:Node} was upgraded too early")
@when("{node:Node} is upgraded too early")
def a_node_is_upgraded_too_early(context: SuiteContext, node: NodeName) -> None:
    context.world.rollout.upgrade_too_early(node)


@when("{node:Node} gets the previous release back")
def a_node_gets_the_previous_release_back(context: SuiteContext, node: NodeName) -> None:
    context.world.rollout.take_back(node)


@when("{node:Node} is upgraded at the agreed block")
def a_node_is_upgraded_at_the_agreed_block(context: SuiteContext, node: NodeName) -> None:
    the_agreed_block_comes_for(context, (node,))
    context.world.rollout.upgrade([node])


@when("{node:Node} comes back with the previous release")
def a_node_comes_back_as_it_was(context: SuiteContext, node: NodeName) -> None:
    context.world.rollout.start_as_it_was(node)


@when("every node is restarted with the release that it has, one after the other")
def every_node_is_restarted_with_its_release(context: SuiteContext) -> None:
    for node in context.world.network.nodes:
        nodes_were_shut_down(context, (node,))
        context.world.payments_go_on_meanwhile()
        context.world.rollout.upgrade([node])
        context.world.rollout.await_return(node)


@then("no node goes further than the agreed block")
def no_node_goes_further(context: SuiteContext) -> None:
    nodes_go_no_further(context, context.world.network.nodes)


@then("{nodes:Nodes} goes no further than the agreed block")
@then("{nodes:Nodes} go no further than the agreed block")
def nodes_go_no_further(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    world, agreed = context.world, context.world.motions.last.height
    standing = goes_no_further_than(agreed)
    throughout(lambda: world.rollout.heights(nodes), standing, on=world.network)


@then("no two nodes that answer tell different histories")
def no_two_histories_differ(context: SuiteContext) -> None:
    network = context.world.network
    told = network.stories(nodes=answering(network), confirmed=True)
    assert_that(told, tell_the_same_history(beyond=Height(0)))


@then("every node runs the new release")
def every_node_runs_the_new_release(context: SuiteContext) -> None:
    network = context.world.network
    version = network.next_release.software.version
    eventually(
        lambda: releases(network), on_every_node(runs(version)), on=network, within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )  # fmt: skip


@then("every node runs the release that it began with")
def every_node_runs_its_first_release(context: SuiteContext) -> None:
    network = context.world.network
    assert_that(releases(network), on_every_node(runs(network.first_release)))


def _comes_to(context: SuiteContext, state: ProposalState | None) -> None:
    network, motions = context.world.network, context.world.motions
    eventually(
        lambda: states(network, motions.last.number),
        on_every_node(is_at(state)),
        on=network,
        within=motions.time_to_decide(),
    )
