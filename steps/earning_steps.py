"""What those earn who make blocks, and those who have delegated votes to them."""

from behave import given, then
from hamcrest import assert_that, equal_to

from steps.network_steps import every_node_makes_blocks
from support.domain import AccountName, Blocks, Height, NodeName, Votes
from support.matchers import on_every_node
from support.staking.earning_matchers import earns_its_part, has_collected, is_shared_out
from support.staking.earnings import parts_after, shares_after
from support.staking.views import earnings
from support.waiting import throughout
from support.world import SuiteContext

#: What was changed by an order in a block counts for what is shared out after the next ones.
_SETTLED = Blocks(3)
#: Where all that was collected is shared out with the next block, as Cosmos SDK does it, the fees
#: of a block cannot be told from what is left unless the block before has collected nothing.
_QUIET = 2
#: How many blocks are looked at where each of them has to be right.
_SOME_BLOCKS = 5


@given("nobody has paid anybody for a while")
def nobody_has_paid_for_a_while(context: SuiteContext) -> None:
    every_node_makes_blocks(context, _QUIET)


@then("the fee of the payment is collected, to the last part of a coin")
def the_fee_is_collected(context: SuiteContext) -> None:
    network, paid_at = context.world.network, context.world.last_confirmed_at
    fee = context.world.orders.wallet.payment_fee
    told = shares_after(network, Height(paid_at - 1))
    assert_that(told, on_every_node(has_collected(fee)))


@then("what the network makes new in each block is shared out by votes")
def what_is_new_is_shared_out(context: SuiteContext) -> None:
    network = context.world.network
    first = network.top() + 1  # what is new in the very first block is shared out in the second
    for height in range(first, first + _SOME_BLOCKS):
        assert_that(shares_after(network, Height(height)), on_every_node(is_shared_out()))


@then("{account:Account} earns her part of what {node:Node} earns, to the last part of a coin")
def account_earns_its_part(context: SuiteContext, account: AccountName, node: NodeName) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    first = Height(network.top() + _SETTLED.count)
    assert_that(parts_after(network, first, who, node), on_every_node(earns_its_part(account)))


@then("{account:Account} earns nothing any more with {node:Node}")
def account_earns_nothing(context: SuiteContext, account: AccountName, node: NodeName) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    throughout(lambda: earnings(network, who, node), equal_to(Votes.of(0)), on=network)
