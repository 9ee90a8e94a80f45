"""Nodes that vote twice, what that costs them, and what is noticed when too many do."""

from behave import given, then, when

from support.domain import NodeName, Votes
from support.matchers import on_every_node
from support.staking.cheating import (
    double_votes,
    start_a_twin,
    start_twins_beyond_a_cut,
    try_to_return,
)
from support.staking.verdicts import has_staked, is_banned, part, prove_a_double_vote_of
from support.staking.views import candidates, stakes_of
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually
from support.world import SuiteContext


@given("a second node votes with the key of {node:Node}")
@when("a second node votes with the key of {node:Node}")
def a_second_node_votes(context: SuiteContext, node: NodeName) -> None:
    start_a_twin(context.world.network, node)


@given("{node:Node} has been banned for voting twice")
def node_has_been_banned(context: SuiteContext, node: NodeName) -> None:
    a_second_node_votes(context, node)
    node_is_banned(context, node)


@given("{nodes:Nodes} is cut off from the others, with a twin of {doubled:Nodes}")
@given("{nodes:Nodes} are cut off from the others, with a twin of {doubled:Nodes}")
@given("{nodes:Nodes} are cut off from the others, with twins of {doubled:Nodes}")
def nodes_are_cut_off_with_twins(
    context: SuiteContext, nodes: tuple[NodeName, ...], doubled: tuple[NodeName, ...]
) -> None:
    start_twins_beyond_a_cut(context.world.network, doubled, nodes)


@given("one history is not promised")
def one_history_is_not_promised(context: SuiteContext) -> None:
    context.world.give_up_one_history()


@when("the operator of {node:Node} tries to return it to duty")
def the_operator_tries_to_return(context: SuiteContext, node: NodeName) -> None:
    try_to_return(context.world.orders, node)


@then("every node has the proof that {node:Node} has voted twice")
def every_node_has_the_proof(context: SuiteContext, node: NodeName) -> None:
    network, proof = context.world.network, on_every_node(prove_a_double_vote_of(node))
    eventually(
        lambda: double_votes(network), proof, on=network, within=RECOVERY, stall=STALL_AFTER_A_FAULT
    )


@then("every node shows that {node:Node} is banned for good")
def node_is_banned(context: SuiteContext, node: NodeName) -> None:
    network, banned = context.world.network, on_every_node(is_banned(node))
    eventually(lambda: candidates(network), banned, on=network, within=RECOVERY)


@then("every node shows that {votes:Votes} are staked on {node:Node}")
def every_node_shows_the_stake(context: SuiteContext, votes: Votes, node: NodeName) -> None:
    network, staked = context.world.network, on_every_node(has_staked(node, votes))
    eventually(lambda: stakes_of(network, node), staked, on=network)


@then("it is noticed that {nodes:Nodes} have parted for good")
def it_is_noticed_that_nodes_have_parted(
    context: SuiteContext, nodes: tuple[NodeName, ...]
) -> None:
    eventually(context.world.forks, part(nodes), on=context.world.network)
