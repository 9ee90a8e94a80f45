"""What an example begins with may need an operator's help; what it promises gets none."""

from __future__ import annotations

import pytest

from support.agreement import become_whole, everyone_reaches_everyone
from support.journal import Journal
from tests.unit.played import NODE_1, NODE_3, NODE_4, Stage, journalled


def broken_off(journal: Journal) -> list[tuple[str, str]]:
    return [
        (record["node"], record["other"])
        for record in journalled(journal.path)
        if record["kind"] == "connection broken off"
    ]


def reset_helps(stage: Stage) -> None:
    """A node that was given up by the other end dials anew once that has let go as well."""

    def look() -> None:
        if any(command[0] == "ss" for command in stage.deployment.namespaces[NODE_1].commands):
            stage.nodes[NODE_3].misses.clear()

    stage.clock.on_each_sleep(look)


def test_a_connection_that_only_one_end_knows_of_is_broken_off(
    stage: Stage, journal: Journal
) -> None:
    network = stage.network
    stage.nodes[NODE_3].misses.add(NODE_1)
    reset_helps(stage)
    become_whole(network)
    assert broken_off(journal) == [("node-1", "node-3")]
    (command,) = stage.deployment.namespaces[NODE_1].commands
    assert command == ("ss", "-K", "dst 10.0.0.3 and ( sport = :26656 or dport = :26656 )")


def test_a_connection_that_is_just_being_made_is_left_alone(stage: Stage, journal: Journal) -> None:
    network = stage.network
    began = stage.clock.now
    stage.nodes[NODE_3].misses.add(NODE_1)
    stage.clock.on_each_sleep(
        lambda: stage.nodes[NODE_3].misses.clear() if stage.clock.now > began + 8 else None
    )
    become_whole(network)
    assert broken_off(journal) == []


def test_a_connection_that_neither_end_knows_of_is_waited_for(
    stage: Stage, journal: Journal
) -> None:
    network = stage.network
    stage.nodes[NODE_3].misses.add(NODE_4)
    stage.nodes[NODE_4].misses.add(NODE_3)
    with pytest.raises(AssertionError, match="node-3 is not connected to node-4"):
        become_whole(network)
    assert broken_off(journal) == []


def test_what_an_example_promises_gets_no_help(stage: Stage, journal: Journal) -> None:
    network = stage.network
    stage.nodes[NODE_3].misses.add(NODE_1)
    reset_helps(stage)
    with pytest.raises(AssertionError, match="node-3 is not connected to node-1"):
        everyone_reaches_everyone(network)
    assert broken_off(journal) == []
