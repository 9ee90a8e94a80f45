"""Blocks that come on demand: every node is asked in turn, and nobody waits for another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import cast

import pytest

from support.domain import NodeName
from support.implementations.contract import NodeClient, Nonsense, Unreachable
from support.production import Production
from tests.unit.played import NODE_1, NODE_2, NODE_3

#: Seconds after which a test gives up; never how long something is supposed to take.
PATIENCE = 30


class Maker:
    """A node that makes a block when it is asked to, or says that it cannot."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.cannot: Exception | None = None

    def begin(self) -> None:
        """Its network begins with something."""

    def make_block(self) -> None:
        self.asked.release()
        if self.cannot is not None:
            raise self.cannot

    def is_asked(self, times: int) -> bool:
        return all(self.asked.acquire(timeout=PATIENCE) for _ in range(times))


class OnItsOwn:
    """A node that makes blocks when it likes."""


@pytest.fixture
def makers() -> dict[NodeName, Maker]:
    return {node: Maker() for node in (NODE_1, NODE_2, NODE_3)}


@pytest.fixture
def production(makers: dict[NodeName, Maker]) -> Iterator[Production]:
    made = production_of(makers)
    yield made
    made.stop()


def production_of(nodes: dict[NodeName, Maker] | dict[NodeName, OnItsOwn]) -> Production:
    clients = cast(dict[NodeName, NodeClient], nodes)
    return Production(list(nodes), clients, every=0.001)


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("accord-blocks-of-")]


def test_every_node_is_asked_again_and_again(
    production: Production, makers: dict[NodeName, Maker]
) -> None:
    production.start()
    assert all(maker.is_asked(5) for maker in makers.values())


@pytest.mark.parametrize("cannot", [Unreachable("down"), Nonsense("<html>")])
def test_a_node_that_cannot_is_asked_again_and_holds_up_nobody(
    production: Production, makers: dict[NodeName, Maker], cannot: Exception
) -> None:
    makers[NODE_2].cannot = cannot
    production.start()
    assert all(maker.is_asked(5) for maker in makers.values())


def test_a_node_that_does_not_answer_holds_up_nobody(makers: dict[NodeName, Maker]) -> None:
    answers = threading.Event()

    class Slow(Maker):
        def make_block(self) -> None:
            super().make_block()
            answers.wait(PATIENCE)

    slow = Slow()
    production = production_of({**makers, NODE_2: slow})
    production.start()
    assert slow.is_asked(1)
    assert makers[NODE_1].is_asked(10)
    answers.set()
    production.stop()


def test_nobody_is_asked_after_the_stop(
    production: Production, makers: dict[NodeName, Maker]
) -> None:
    production.start()
    assert makers[NODE_1].is_asked(2)
    production.stop()
    assert threads() == []
    while makers[NODE_1].asked.acquire(blocking=False):
        pass
    assert not makers[NODE_1].asked.acquire(timeout=0.02)
    production.start()
    assert makers[NODE_1].is_asked(2)


def test_starting_twice_starts_once(production: Production) -> None:
    production.start()
    production.start()
    assert len(threads()) == 3


def test_nodes_that_make_blocks_by_themselves_are_not_asked() -> None:
    production = production_of({NODE_1: OnItsOwn(), NODE_2: OnItsOwn()})
    production.start()
    assert threads() == []
    production.stop()
