"""Disks that have no room, or are slow, and what becomes of their nodes."""

from behave import given, when

from support.agreement import become_whole, have_begun, height_at_rest
from support.domain import Milliseconds, NodeName
from support.world import SuiteContext


@given("the disk of {node:Node} is full")
def the_disk_is_full(context: SuiteContext, node: NodeName) -> None:
    become_whole(context.world.network)
    have_begun(context.world.network, [node])
    context.world.network.faults.fill_disk(node)
    height_at_rest(context.world.network, [node])


@given("the disk of {nodes:Nodes} takes {longer:Milliseconds} longer to keep anything")
@given("the disks of {nodes:Nodes} take {longer:Milliseconds} longer to keep anything")
def disks_are_slow(
    context: SuiteContext, nodes: tuple[NodeName, ...], longer: Milliseconds
) -> None:
    context.world.note_pace()
    for node in nodes:
        context.world.network.faults.slow_disk(node, longer)


@when("{nodes:Nodes} is restarted with room on its disk")
@when("{nodes:Nodes} are restarted with room on their disks")
def nodes_are_restarted_with_room(context: SuiteContext, nodes: tuple[NodeName, ...]) -> None:
    for node in nodes:
        context.world.network.faults.free_disk(node)


@when("the disk of {node:Node} is as fast as before")
def the_disk_is_as_fast_as_before(context: SuiteContext, node: NodeName) -> None:
    context.world.network.faults.restore_disk_speed(node)
