"""Links that are poor and do not fail, and what becomes of the network's pace."""

from behave import given, then, when
from hamcrest import assert_that

from support.agreement import become_whole, seconds_per_block
from support.domain import BitRate, Blocks, Links, Milliseconds, Percent
from support.faults.treatment import Treatment, both_ways
from support.matchers import is_slower_by
from support.world import SuiteContext


@given("{links:Links} takes {delay:Milliseconds}, give or take {jitter:Milliseconds}")
def links_are_slow_and_unsteady(
    context: SuiteContext, links: Links, delay: Milliseconds, jitter: Milliseconds
) -> None:
    links_are_treated(context, links, Treatment(delay=delay.seconds, jitter=jitter.seconds))


@given("{links:Links} takes {delay:Milliseconds}")
def links_are_slow(context: SuiteContext, links: Links, delay: Milliseconds) -> None:
    links_are_treated(context, links, Treatment(delay=delay.seconds))


@given("{links:Links} loses {part:Percent} of what it carries")
def links_are_lossy(context: SuiteContext, links: Links, part: Percent) -> None:
    links_are_treated(context, links, Treatment(lost=part.share))


@given("{links:Links} repeats {part:Percent} of what it carries")
def links_repeat(context: SuiteContext, links: Links, part: Percent) -> None:
    links_are_treated(context, links, Treatment(repeated=part.share))


@given("{links:Links} lets {part:Percent} of what it carries be overtaken")
def links_mix_up(context: SuiteContext, links: Links, part: Percent) -> None:
    links_are_treated(context, links, Treatment(reordered=part.share))


@given("{links:Links} carries at most {rate:BitRate}")
def links_are_narrow(context: SuiteContext, links: Links, rate: BitRate) -> None:
    links_are_treated(context, links, Treatment(rate=rate.bits_per_second))


def links_are_treated(context: SuiteContext, links: Links, treatment: Treatment) -> None:
    network = context.world.network
    become_whole(network)
    context.world.note_pace()
    network.faults.treat(both_ways(links.among(network.nodes), treatment))


@when("all links are sound again")
def all_links_are_sound_again(context: SuiteContext) -> None:
    context.world.network.faults.heal()


@then("every block takes at least {delay:Milliseconds} longer than before")
def blocks_take_longer(context: SuiteContext, delay: Milliseconds) -> None:
    pace = seconds_per_block(context.world.network, over=Blocks(6))
    assert_that(pace, is_slower_by(delay, context.world.pace_before))
