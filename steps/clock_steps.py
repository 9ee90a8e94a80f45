"""Clocks that are wrong, and what time the blocks carry."""

from behave import given, then, when

from support.domain import Blocks, NodeName, Skew
from support.matchers import is_dated_right
from support.waiting import throughout
from support.world import SuiteContext

#: Some networks date a block by the votes for the one before it, and a node may be a little behind.
_ABOUT = Blocks(25)


@given("the clock of {nodes:Nodes} is {skew:Skew}")
@given("the clocks of {nodes:Nodes} are {skew:Skew}")
def clocks_are_wrong(context: SuiteContext, nodes: tuple[NodeName, ...], skew: Skew) -> None:
    for node in nodes:
        context.world.network.faults.set_clock(node, skew)


@when("the clock of {node:Node} is set right")
def a_clock_is_set_right(context: SuiteContext, node: NodeName) -> None:
    context.world.network.faults.set_clock_right(node)


@then("every block is dated right")
def every_block_is_dated_right(context: SuiteContext) -> None:
    network = context.world.network
    right = is_dated_right(give_or_take=network.period(_ABOUT))
    throughout(network.block_lateness, right, on=network)
