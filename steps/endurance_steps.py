"""Long lives of networks: people do as they like, and the seed of the run decides what that is."""

from behave import then, when

from support.domain import Blocks, Doer
from support.endurance.living import judge, live
from support.world import SuiteContext


@when("{doers:Doers} do as they like until {count:Count} more blocks are made")
def they_do_as_they_like(context: SuiteContext, doers: frozenset[Doer], count: int) -> None:
    live(context.world, doers, Blocks(count))


@then("everything that they did is in the books of every node")
def everything_is_in_the_books(context: SuiteContext) -> None:
    judge(context.world)
