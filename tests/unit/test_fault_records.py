"""Faults of every kind are recorded so that a picture can be drawn without knowing the kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from support.domain import Megabytes, Milliseconds, NodeName, Skew
from support.evidence.attempt import AttemptReader
from support.faults.faults import Faults
from support.faults.grudges import between
from support.faults.treatment import Treatment, both_ways, in_short
from support.journal import Journal
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, Stage, journalled

NODES = (NODE_1, NODE_2, NODE_3, NODE_4)
CUT = between([NODE_4], NODES[:3])
Change = Callable[[Faults], object]


def lost(faults: Faults) -> None:
    faults.kill(NODE_4)
    faults.wipe(NODE_4)


KINDS: list[tuple[Change, Change, list[str], list[NodeName]]] = [
    (
        lambda f: f.cut(CUT),
        Faults.heal,
        ["node 4 cut off from nodes 1, 2 and 3"],
        [NODE_4],
    ),
    (lambda f: f.freeze(NODE_4), lambda f: f.wake(NODE_4), ["node 4 is frozen"], [NODE_4]),
    (lambda f: f.kill(NODE_4), lambda f: f.start(NODE_4), ["node 4 is killed"], [NODE_4]),
    (lambda f: f.stop(NODE_4), lambda f: f.start(NODE_4), ["node 4 is stopped"], [NODE_4]),
    (
        lost,
        lambda f: f.start(NODE_4),
        ["node 4 is killed", "node 4 has lost its disk"],
        [NODE_4],
    ),
    (lambda f: f.kill(NODE_4), lambda f: f.replace(NODE_4), ["node 4 is killed"], [NODE_4]),
    (
        lambda f: f.slow_disk(NODE_4, Milliseconds(200)),
        lambda f: f.restore_disk_speed(NODE_4),
        ["the disk of node 4 takes 200 ms longer"],
        [NODE_4],
    ),
    (
        lambda f: f.set_clock(NODE_4, Skew(3600)),
        lambda f: f.set_clock_right(NODE_4),
        ["the clock of node 4 is 1 hour fast"],
        [NODE_4],
    ),
    (
        lambda f: f.fill_disk(NODE_4),
        lambda f: f.free_disk(NODE_4),
        ["the disk of node 4 is full"],
        [NODE_4],
    ),
]


@pytest.mark.parametrize(
    ("comes", "goes", "names", "nodes"), KINDS, ids=[names[-1] for _, _, names, _ in KINDS]
)
def test_a_fault_has_a_name_a_begin_an_end_and_nodes(
    stage: Stage,
    journal: Journal,
    comes: Change,
    goes: Change,
    names: list[str],
    nodes: list[NodeName],
) -> None:
    stage.topology = replace(stage.topology, disk=Megabytes(64))
    stage.deployment.disk = Megabytes(64)
    reader = AttemptReader({"t": 0.0}, {"location": "x", "steps": []}, 0)
    comes(stage.network.faults)
    seen = len(journalled(journal.path))
    for record in journalled(journal.path):
        reader.take_in(record)
    assert [(fault.name, fault.ended) for fault in reader.story().faults] == [
        (name, None) for name in names
    ]
    goes(stage.network.faults)
    for record in journalled(journal.path)[seen:]:
        reader.take_in(record)
    told = reader.story().faults
    assert [fault.name for fault in told][: len(names)] == names
    for fault in told:
        assert list(fault.nodes) == nodes
        assert fault.ended is not None
        assert fault.ended >= fault.began


def test_links_that_are_treated_alike_are_named_together() -> None:
    slow = Treatment(delay=0.1)
    every = both_ways(combinations(NODES, 2), slow)
    assert in_short(every) == "links of nodes 1, 2, 3 and 4: takes 100 ms"
    mixed = {(NODE_1, NODE_2): slow, (NODE_2, NODE_1): Treatment(lost=0.2)}
    assert in_short(mixed) == "links of nodes 1 and 2: not as usual, each in its own way"
