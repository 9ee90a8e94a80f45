"""Which pairs of engine and implementation the contracts are tried on.

The simulated pair always; a real one when ``ACCORD_CONTRACT=engine:implementation`` names it, for
example ``docker:injective``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from support.agreement import BEGUN
from support.engines.registry import engine_named
from support.engines.runs import Run
from support.implementations.registry import implementation_named
from support.topology import DEFAULT_BLOCK_TIME
from tests.contract.started import Pair, Started

_FAKE = ("tests.fake.engine", "tests.fake.implementation")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "real: runs real node software, named by ACCORD_CONTRACT")


@pytest.fixture(scope="session", params=["fake", pytest.param("real", marks=pytest.mark.real)])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Engine and implementation, for all tests of a session."""
    names, block_time = _FAKE, 0.05
    if request.param == "real":
        engine_name, _, implementation_name = os.environ.get("ACCORD_CONTRACT", "").partition(":")
        if not implementation_name:
            pytest.skip("ACCORD_CONTRACT=engine:implementation names no real pair")
        names, block_time = (engine_name, implementation_name), DEFAULT_BLOCK_TIME
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("ACCORD_FAKE_DEFECT", raising=False)
        environment.setenv("ACCORD_FAKE_BLOCK_TIME", "0.02")
        run = Run()
        engine = engine_named(names[0], run, _say)
        try:
            yield Pair(engine, implementation_named(names[1]), block_time)
        finally:
            engine.close()
            run.close()


@pytest.fixture(scope="module")
def shared(pair: Pair) -> Iterator[Started]:
    """Four nodes that the tests of a module leave as they found them."""
    yield from _started(pair)


@pytest.fixture
def network(pair: Pair) -> Iterator[Started]:
    """Four nodes for one test to do with as it likes."""
    yield from _started(pair)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _started(pair: Pair) -> Iterator[Started]:
    started = Started(pair)
    try:
        started.await_height(BEGUN)
        yield started
    finally:
        started.end()
