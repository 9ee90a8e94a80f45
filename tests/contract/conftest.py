"""Which pairs of engine and implementation the contracts are tried on.

The simulated pair always; a real one when ``ACCORD_CONTRACT=engine:implementation`` names it, for
example ``docker:injective``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator

import pytest

from support.agreement import BEGUN
from support.domain import Capability
from support.engines.registry import engine_named
from support.engines.runs import Run
from support.implementations.registry import implementation_named
from tests.contract.started import Pair, Started

_FAKE = ("tests.fake.engine", "tests.fake.implementation")


@pytest.fixture(scope="session", params=["fake", pytest.param("real", marks=pytest.mark.real)])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Engine and implementation, for all tests of a session."""
    names: tuple[str, str] = _FAKE
    block_time: float | None = 0.05
    if request.param == "real":
        engine_name, _, implementation_name = os.environ.get("ACCORD_CONTRACT", "").partition(":")
        if not implementation_name:
            pytest.skip("ACCORD_CONTRACT=engine:implementation names no real pair")
        names, block_time = (engine_name, implementation_name), None
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("ACCORD_FAKE_DEFECT", raising=False)
        environment.setenv("ACCORD_FAKE_BLOCK_TIME", "0.02")
        run = Run()
        engine = engine_named(names[0], run, _say)
        try:
            implementation = implementation_named(names[1])
            yield Pair(engine, implementation, block_time or implementation.block_time)
        finally:
            engine.close()
            run.close()


@pytest.fixture(scope="module")
def shared(pair: Pair) -> Iterator[Started]:
    """Four nodes that the tests of a module leave as they found them."""
    yield from _started(pair)


@pytest.fixture(scope="session")
def spare(pair: Pair) -> Iterator[list[Started]]:
    """Networks that were found to be whole after the test that had them."""
    networks: list[Started] = []
    yield networks
    for network in networks:
        network.end()


@pytest.fixture
def network(pair: Pair, spare: list[Started], request: pytest.FixtureRequest) -> Iterator[Started]:
    """Four nodes for one test to do with as it likes; others had them before, and left no trace."""
    started = spare.pop() if spare else Started(pair)
    try:
        started.await_height(BEGUN)
        yield started
    except BaseException as problem:
        for node, words in started.last_words():
            problem.add_note(f"{node} has ended: {words}")
        started.end()
        raise
    failed = request.session.testsfailed > request.node.stash[_FAILED_BEFORE]
    if not failed and started.is_as_new():
        spare.append(started)
    else:
        started.end()


_FAILED_BEFORE = pytest.StashKey[int]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A node that has ended says why, below what failed."""
    report = yield
    for network in Started.alive if report.failed else ():
        report.sections += [(f"{node} has ended", words) for node, words in network.last_words()]
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember how many tests had failed, so that a fixture knows whether its own one did."""
    item.stash[_FAILED_BEFORE] = item.session.testsfailed


@pytest.fixture
def needs(pair: Pair) -> Callable[[Capability], None]:
    """Skips a test for what the node software does not claim to have, in its own words."""

    def needs(capability: Capability) -> None:
        software = pair.implementation
        if capability not in software.capabilities:
            pytest.skip(software.lacks.get(capability, f"{software.name} lacks {capability.value}"))

    return needs


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _started(pair: Pair) -> Iterator[Started]:
    started = Started(pair)
    try:
        started.await_height(BEGUN)
        yield started
    finally:
        started.end()
