"""What becomes of a network after its example: only one that is as good as new is used again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from support.domain import NodeName, Silence
from support.journal import Journal
from support.network import Network
from support.pool import Pool
from support.topology import Topology
from support.world import World
from tests.unit.played import NODE_1, NODE_2, NODE_4, Stage


class PlayedPool:
    """Has one network, and remembers what became of it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.end = ""

    def lease(self, topology: Topology, *, fresh: bool = False) -> Network:
        return self._network

    def give_back(self, network: Network) -> None:
        self.end = "given back"

    def throw_away(self, network: Network, why: str) -> None:
        self.end = why


@pytest.fixture
def pool(stage: Stage) -> PlayedPool:
    return PlayedPool(stage.network)


def world(pool: PlayedPool, journal: Journal, *, private: bool = False) -> World:
    world = World(cast(Pool, pool), journal, block_time=0.2, private=private, seed="1")
    world.take_network(4)
    return world


def test_a_network_that_is_whole_is_given_back(pool: PlayedPool, journal: Journal) -> None:
    world(pool, journal).let_go(healthy=True)
    assert pool.end == "given back"


def test_a_network_whose_example_went_wrong_is_not(pool: PlayedPool, journal: Journal) -> None:
    world(pool, journal).let_go(healthy=False)
    assert pool.end == "its scenario did not end well"


def test_a_private_network_is_not(pool: PlayedPool, journal: Journal) -> None:
    world(pool, journal, private=True).let_go(healthy=True)
    assert pool.end == "it was private to a scenario"


def test_a_network_with_a_node_that_is_frozen_is_not(
    stage: Stage, pool: PlayedPool, journal: Journal
) -> None:
    stage.network.faults.freeze(NODE_2)
    world(pool, journal).let_go(healthy=True)
    assert pool.end == "its links were not all there again"


@pytest.mark.parametrize("missed", [frozenset({NODE_4}), Silence("no answer in time")])
def test_a_network_that_misses_a_link_is_not(
    stage: Stage,
    pool: PlayedPool,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    missed: frozenset[NodeName] | Silence,
) -> None:
    monkeypatch.setattr(stage.network, "unconnected", lambda: {NODE_1: missed})
    world(pool, journal).let_go(healthy=True)
    assert pool.end == "its links were not all there again"


def test_a_link_that_is_there_in_a_moment_is_waited_for(
    stage: Stage, pool: PlayedPool, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def readings() -> Iterator[dict[NodeName, frozenset[NodeName]]]:
        yield {NODE_1: frozenset({NODE_4})}
        while True:
            yield {NODE_1: frozenset()}

    seen = readings()
    monkeypatch.setattr(stage.network, "unconnected", lambda: next(seen))
    world(pool, journal).let_go(healthy=True)
    assert pool.end == "given back"
