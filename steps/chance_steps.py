"""Faults that are left to chance; the seed of the run decides, and brings them back."""

from behave import when

from support.agreement import outlive
from support.faults.campaign import mishaps
from support.world import SuiteContext


@when("{count:Count} faults at random befall the network, one after the other")
def faults_befall_the_network(context: SuiteContext, count: int) -> None:
    network = context.world.network
    for mishap in mishaps(network.nodes, context.world.chance, count):
        outlive(network, mishap)
