"""The disk of one node can be slow: its own flushes wait, and nobody else's."""

from __future__ import annotations

import json

import pytest

from support.domain import Capability, NodeName
from tests.contract.started import PATIENCE, Pair, Started, eventually

pytestmark = pytest.mark.engine

ONE, TWO = NodeName("node-1"), NodeName("node-2")
LONGER = 0.2


@pytest.fixture(autouse=True)
def possible(pair: Pair) -> None:
    if why := pair.engine.lacks.get(Capability.SLOW_DISKS):
        pytest.skip(why)


def flush(network: Started, node: NodeName, *words: str) -> dict[str, float]:
    runner = network.deployment.in_process(node)
    return dict(json.loads(runner.run(["flush", *words], timeout=PATIENCE)))


def await_flushes(network: Started, node: NodeName, least: float, most: float) -> None:
    """On a busy host, one of several has to take as long as it should."""
    eventually(
        lambda: least <= flush(network, node, "measure")["seconds"] <= most or None,
        f"a flush of {node} takes {least} to {most} s",
    )


def test_a_flush_is_measured_where_nothing_was_changed(shared: Started) -> None:
    await_flushes(shared, ONE, 0.0, LONGER / 2)
    shared.await_new_blocks()


def test_a_disk_can_be_slow_then_slower_then_fast(network: Started) -> None:
    for seconds in (LONGER, 2 * LONGER):
        flush(network, TWO, "slow", "--seconds", str(seconds))
        await_flushes(network, TWO, seconds, 1.2 * seconds)
        await_flushes(network, ONE, 0.0, LONGER / 2)
    flush(network, TWO, "fast")
    await_flushes(network, TWO, 0.0, LONGER / 2)
    network.await_new_blocks()


def test_the_others_go_on_and_the_slow_one_learns_what_it_missed(network: Started) -> None:
    flush(network, TWO, "slow", "--seconds", str(LONGER))
    others = [node for node in network.nodes if node != TWO]
    network.await_new_blocks(others, count=10)
    flush(network, TWO, "fast")
    network.await_new_blocks()


def test_a_node_that_starts_anew_has_its_own_disk_and_can_be_slowed_again(network: Started) -> None:
    flush(network, TWO, "slow", "--seconds", str(LONGER))
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    await_flushes(network, TWO, 0.0, LONGER / 2)
    flush(network, TWO, "slow", "--seconds", str(LONGER))
    await_flushes(network, TWO, LONGER, 1.2 * LONGER)
    flush(network, TWO, "fast")
    network.await_new_blocks()
