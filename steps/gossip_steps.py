"""News of payments and blocks: how they spread, and that nothing is there twice."""

from behave import given, then, when
from hamcrest import assert_that

from support.domain import AccountName, Amount, Blocks, Instruction, NodeName, Percent
from support.gossip import (
    before_further_blocks,
    found_in_blocks,
    have_for_good,
    lateness_of_blocks,
    who_waits,
)
from support.gossip_matchers import (
    are_in_exactly_one_block,
    are_in_no_block,
    are_seen_by_all_within,
    know_all,
    know_at_least,
    share_what_they_know,
)
from support.waiting import WATCH, eventually
from support.world import SuiteContext


@given(
    "{payer:Account} has handed a payment of {amount:Amount} to {payee:Account} in at {node:Node}"
)
@when("{payer:Account} hands a payment of {amount:Amount} to {payee:Account} in at {node:Node}")
def a_payment_is_handed_in(
    context: SuiteContext, payer: AccountName, amount: Amount, payee: AccountName, node: NodeName
) -> None:
    context.world.network.members([node])
    context.world.hand_in(Instruction(payer, payee, amount, node))


@given(
    "{payer:Account} has handed one payment of {amount:Amount} to {payee:Account} in at "
    "{nodes:Nodes}"
)
@when("{payer:Account} hands one payment of {amount:Amount} to {payee:Account} in at {nodes:Nodes}")
def one_payment_is_handed_in_at(
    context: SuiteContext,
    payer: AccountName,
    amount: Amount,
    payee: AccountName,
    nodes: tuple[NodeName, ...],
) -> None:
    context.world.hand_in_everywhere(Instruction(payer, payee, amount), nodes)


@then("every node knows of the payment before {count:Count} more blocks are made")
def every_node_knows(context: SuiteContext, count: int) -> None:
    network, handed_in = context.world.network, context.world.handed_in
    known = before_further_blocks(network, handed_in, count)
    assert_that(known, know_all(handed_in.receipts))


@given("{nodes:Nodes} know of the payment, and no block has it")
@then("{nodes:Nodes} know of the payment, and no block has it")
def nodes_know_without_a_block(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    network, handed_in = context.world.network, context.world.handed_in
    waits = know_all(handed_in.receipts)
    eventually(lambda: who_waits(network, handed_in, nodes), waits, on=network, within=WATCH)
    assert_that(found_in_blocks(network, handed_in, nodes), are_in_no_block())


@then("{nodes:Nodes} share at least {part:Percent} of these payments, and no block has any")
def nodes_share_without_a_block(
    context: SuiteContext, nodes: tuple[NodeName, ...], part: Percent
) -> None:
    network, handed_in = context.world.network, context.world.handed_in
    shared = know_at_least(part.share, handed_in.receipts)
    eventually(lambda: who_waits(network, handed_in, nodes), shared, on=network, within=WATCH)
    assert_that(found_in_blocks(network, handed_in, nodes), are_in_no_block())


@then(
    "at least {part:Percent} of the payments that some node knows are known to all before "
    "{count:Count} more blocks are made"
)
def payments_are_known_to_all(context: SuiteContext, part: Percent, count: int) -> None:
    network, handed_in = context.world.network, context.world.handed_in
    known = before_further_blocks(network, handed_in, count, share=part.share)
    assert_that(known, share_what_they_know(part.share, handed_in.receipts))


@then("each of the next {count:Count} blocks is seen by all within the time of a block")
def blocks_are_seen_by_all(context: SuiteContext, count: int) -> None:
    network = context.world.network
    lateness = lateness_of_blocks(network, count)
    assert_that(lateness, are_seen_by_all_within(network.period(Blocks(1))))


@given("every node has the payment in exactly one block, once")
@then("every node has the payment in exactly one block, once")
def the_payment_is_in_one_block(context: SuiteContext) -> None:
    network, handed_in = context.world.network, context.world.handed_in
    have_for_good(network, handed_in, are_in_exactly_one_block(handed_in.receipts))
