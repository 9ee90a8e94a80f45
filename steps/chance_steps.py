"""Faults that are left to chance; the seed of the run decides, and brings them back."""

from behave import when

from support.agreement import all_agree_on_a_new_block, have_begun
from support.faults.campaign import Mishap, mishaps
from support.matchers import has_no_fork
from support.waiting import throughout
from support.world import SuiteContext


@when("{count:Count} faults at random befall the network, one after the other")
def faults_befall_the_network(context: SuiteContext, count: int) -> None:
    world = context.world
    for mishap in mishaps(world.network.nodes, world.chance, count):
        a_fault_comes_and_goes(context, mishap)


def a_fault_comes_and_goes(context: SuiteContext, mishap: Mishap) -> None:
    network = context.world.network
    have_begun(network, network.nodes)
    since = network.history.last_progress()
    mishap.comes(network.faults)
    throughout(
        lambda: {"the network": network.history.forks(since)},
        has_no_fork(),
        on=network,
        period=mishap.lasts,
    )
    mishap.goes(network.faults)
    all_agree_on_a_new_block(network)
