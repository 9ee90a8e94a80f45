"""The clock of one node can be wrong: it tells so itself, and nobody else is concerned."""

from __future__ import annotations

import pytest

from support.domain import Capability, NodeName
from support.engines.contract import CommandFailed
from tests.contract.started import Pair, Started

pytestmark = pytest.mark.engine

ONE, TWO = NodeName("node-1"), NodeName("node-2")
HOUR = 3600
#: Seconds: some nodes tell whole seconds only, and an answer takes its time.
ABOUT = 3.0


@pytest.fixture(autouse=True)
def possible(pair: Pair) -> None:
    if why := pair.engine.lacks.get(Capability.NODE_CLOCKS):
        pytest.skip(why)
    if Capability.DATED_BLOCKS not in pair.implementation.capabilities:
        pytest.skip(f"{pair.implementation.name} does not tell the time")


def test_a_node_tells_the_right_time_and_dates_its_blocks(shared: Started) -> None:
    shared.await_new_blocks()
    told = shared.client(ONE).time()
    assert shared.seconds_ahead(ONE) == pytest.approx(0, abs=ABOUT)
    assert told.newest_block == pytest.approx(told.own, abs=ABOUT)


def test_a_clock_can_be_fast_then_slow_then_right(network: Started) -> None:
    for seconds in (HOUR, -600, 0):
        network.set_clock(TWO, seconds)
        assert network.seconds_ahead(TWO) == pytest.approx(seconds, abs=ABOUT)
        assert network.seconds_ahead(ONE) == pytest.approx(0, abs=ABOUT)
        network.await_new_blocks()


def test_a_node_that_starts_anew_has_the_right_time_and_can_be_set_again(network: Started) -> None:
    network.set_clock(TWO, HOUR)
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    assert network.seconds_ahead(TWO) == pytest.approx(0, abs=ABOUT)
    network.set_clock(TWO, HOUR)
    assert network.seconds_ahead(TWO) == pytest.approx(HOUR, abs=ABOUT)
    network.await_new_blocks()


def test_whoever_sets_a_clock_may_change_no_links(network: Started) -> None:
    with pytest.raises(CommandFailed):
        network.deployment.in_process(TWO).run(["iptables", "-F"])
