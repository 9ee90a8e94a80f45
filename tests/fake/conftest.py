"""Simulated networks, honest or with defects, for tests of the simulation itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.contract.started import Pair, Started
from tests.fake.defects import VARIABLE
from tests.fake.engine import FakeEngine
from tests.fake.implementation import VARIABLE as BLOCK_TIME
from tests.fake.implementation import FakeImplementation

Start = Callable[..., Started]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a network: ``start("fork", nodes=5)``; without a name it is an honest one."""
    monkeypatch.setenv(BLOCK_TIME, "0.02")
    engine = FakeEngine()

    def start(*defects: str, nodes: int = 4) -> Started:
        monkeypatch.setenv(VARIABLE, ",".join(defects))
        started = Started(Pair(engine, FakeImplementation(), 0.05), nodes)
        started.await_height(1)
        return started

    yield start
    engine.close()
