"""Who is linked to whom, and what is left when nodes are taken away."""

from behave import then

from support.matchers import is_empty_for_every_node
from support.shape import odd_links, take_away_in_turn
from support.waiting import STALL_AFTER_A_FAULT, WHOLE, eventually
from support.world import SuiteContext


@then("every node has a link to its neighbours and to nobody else")
def every_node_has_its_links(context: SuiteContext) -> None:
    network = context.world.network
    eventually(
        lambda: odd_links(network),
        is_empty_for_every_node(),
        on=network,
        within=WHOLE,
        stall=STALL_AFTER_A_FAULT,
    )


@then("whichever {count:Count} nodes are taken away, the others agree on a new block")
def whoever_is_taken_away(context: SuiteContext, count: int) -> None:
    take_away_in_turn(context.world.network, count)
