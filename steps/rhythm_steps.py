"""How evenly blocks come."""

from behave import then
from hamcrest import assert_that

from support.gossip_matchers import keep_their_rhythm
from support.rhythm import seconds_of_next_blocks
from support.world import SuiteContext


@then("none of the next {count:Count} blocks takes longer than {most:Count} usual ones")
def blocks_keep_their_rhythm(context: SuiteContext, count: int, most: int) -> None:
    seconds = seconds_of_next_blocks(context.world.network, count)
    assert_that(seconds, keep_their_rhythm(most))
