"""What nodes remember of the past, and whether it adds up."""

from behave import then

from support.domain import AccountName, Blocks, Coins, Height, Moment, NodeName
from support.matchers import has_a_block_after, has_no_block_after, on_every_node, on_these_nodes
from support.past import ledger_of, remembered, spread, sums
from support.past_matchers import (
    adds_up,
    has_the_agreed_ledger,
    is_within,
    no_longer_knows,
    remembers,
)
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, WATCH, eventually, throughout
from support.world import SuiteContext


@then("every node remembers that {account:Account} held {amount:Coins} {moment:Moment}")
def every_node_remembers(
    context: SuiteContext, account: AccountName, amount: Coins, moment: Moment
) -> None:
    nodes_remember(context, context.world.network.nodes, account, amount, moment)


@then("{nodes:Nodes} remember that {account:Account} held {amount:Coins} {moment:Moment}")
def nodes_remember(
    context: SuiteContext,
    nodes: tuple[NodeName, ...],
    account: AccountName,
    amount: Coins,
    moment: Moment,
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    height = context.world.height_at(moment)
    eventually(
        lambda: remembered(network, who, height, nodes),
        on_these_nodes(nodes, remembers(account, amount, height)),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


@then("the new node remembers that {account:Account} held {amount:Coins} {moment:Moment}")
def the_new_node_remembers(
    context: SuiteContext, account: AccountName, amount: Coins, moment: Moment
) -> None:
    nodes_remember(context, (context.world.known_newcomer,), account, amount, moment)


@then("{nodes:Nodes} say that they no longer know what {account:Account} held {moment:Moment}")
def nodes_no_longer_know(
    context: SuiteContext, nodes: tuple[NodeName, ...], account: AccountName, moment: Moment
) -> None:
    network, who = context.world.network, context.world.payments.account(account)
    height = context.world.height_at(moment)
    eventually(
        lambda: remembered(network, who, height, nodes),
        on_these_nodes(nodes, no_longer_knows(account, height)),
        on=network,
        within=RECOVERY,
    )


@then("the new node says that it does not know what {account:Account} held {moment:Moment}")
def the_new_node_does_not_know(context: SuiteContext, account: AccountName, moment: Moment) -> None:
    nodes_no_longer_know(context, (context.world.known_newcomer,), account, moment)


@then("every node says that its history no longer begins with the first block")
def histories_begin_later(context: SuiteContext) -> None:
    network = context.world.network
    later = on_every_node(has_a_block_after(Height(1)))
    eventually(network.first_blocks, later, on=network, within=Blocks(3 * RECOVERY.count))


@then("the new node says that its history begins later than that of the others")
def the_history_of_the_new_node_begins_later(context: SuiteContext) -> None:
    network, node = context.world.network, context.world.known_newcomer
    others = context.world.others([node])
    first = on_these_nodes(others, has_no_block_after(Height(1)))
    eventually(lambda: network.first_blocks(others), first, on=network)
    later = on_these_nodes([node], has_a_block_after(Height(1)))
    eventually(lambda: network.first_blocks([node]), later, on=network, within=RECOVERY)


@then("on every node, all accounts together held all coins after every block")
def every_past_balance_adds_up(context: SuiteContext) -> None:
    network, accounts = context.world.network, context.world.payments.accounts
    eventually(lambda: sums(network, accounts), on_every_node(adds_up()), on=network)


@then("{node:Node} has computed the ledger that the others have agreed on")
def node_has_the_agreed_ledger(context: SuiteContext, node: NodeName) -> None:
    network = context.world.network
    least = network.top()
    eventually(
        lambda: ledger_of(network, node),
        on_these_nodes([node], has_the_agreed_ledger(least)),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


@then("the new node has computed the ledger that the others have agreed on")
def the_new_node_has_the_agreed_ledger(context: SuiteContext) -> None:
    node_has_the_agreed_ledger(context, context.world.known_newcomer)


@then("for {count:Count} blocks, no node is more than one block behind what all have in common")
def nobody_is_far_behind(context: SuiteContext, count: int) -> None:
    network, close = context.world.network, is_within(Blocks(1))
    since, quickly = network.top(), network.period(Blocks(1)) / 2
    # who has just come back has all blocks, and may still be taking over the newest one
    eventually(
        lambda: spread(network, since=since, quickly=quickly), close, on=network, within=WATCH
    )
    throughout(
        lambda: {"the network": spread(network, since=since, quickly=quickly)},
        close,
        on=network,
        period=Blocks(count),
    )
