"""A small disk holds a node's home and nothing else, and can be filled without harm to others."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from support.agreement import BEGUN
from support.domain import Capability, EnvironmentProblem, NodeName, NodeState
from support.engines.contract import CommandFailed
from support.implementations.contract import Unreachable
from support.topology import SMALL_DISK
from tests.contract.started import Needs, Pair, Started

pytestmark = pytest.mark.engine

ONE, TWO = NodeName("node-1"), NodeName("node-2")
SOME = 100_000


@pytest.fixture
def small(pair: Pair, needs: Needs) -> Iterator[Started]:
    """Four nodes with small disks, for one test to do with as it likes."""
    needs(Capability.GROWING_DISKS)
    if why := pair.engine.lacks.get(Capability.DISK_LIMITS):
        pytest.skip(why)
    started = Started(pair, disk=SMALL_DISK)
    try:
        started.await_height(BEGUN)
        yield started
    finally:
        started.end()


def disk(network: Started, node: NodeName, *words: str) -> dict[str, int | str]:
    return dict(json.loads(network.deployment.in_home(node).run(["disk", *words])))


def written(network: Started, node: NodeName) -> int | str:
    return disk(network, node, "write", "--bytes", str(SOME))["written"]


def test_an_engine_that_has_no_small_disks_says_so(pair: Pair) -> None:
    if Capability.DISK_LIMITS not in pair.engine.lacks:
        pytest.skip("this one has small disks")
    with pytest.raises(EnvironmentProblem) as refused:
        Started(pair, disk=SMALL_DISK)
    assert str(refused.value) == pair.engine.lacks[Capability.DISK_LIMITS]


def test_disks_have_no_limit_unless_it_is_asked_for(shared: Started) -> None:
    assert shared.deployment.disk is None


def test_a_disk_is_as_large_as_was_asked_for_and_can_be_filled_once(small: Started) -> None:
    assert small.deployment.disk == SMALL_DISK
    taken = int(disk(small, TWO, "fill")["taken"])
    assert SMALL_DISK.bytes / 2 < taken < SMALL_DISK.bytes + 4096
    assert disk(small, TWO, "fill")["taken"] >= taken
    assert disk(small, TWO, "free")["given back"] >= taken
    assert disk(small, TWO, "free")["given back"] == 0


def test_the_home_of_a_node_is_on_its_disk(small: Started) -> None:
    disk(small, TWO, "fill")
    known = small.height(TWO)
    small.await_new_blocks([node for node in small.nodes if node != TWO], count=20)
    try:
        assert small.height(TWO) <= known + 2
    except (Unreachable, EnvironmentProblem):
        pass  # it may have ended


def test_a_node_whose_disk_is_full_answers(small: Started, needs: Needs) -> None:
    needs(Capability.ANSWERS_WHEN_FULL)
    disk(small, TWO, "fill")
    small.await_new_blocks([node for node in small.nodes if node != TWO], count=20)
    assert small.height(TWO) > 0
    assert small.client(TWO).balance(small.wallet.treasury).value > 0


def test_a_full_disk_is_full_for_its_node_alone_and_stays_full(small: Started) -> None:
    disk(small, TWO, "fill")
    assert disk(small, TWO, "write", "--bytes", str(SOME)) == {
        "written": 0,
        "why": "No space left on device",
    }
    assert written(small, ONE) == SOME
    small.await_new_blocks([node for node in small.nodes if node != TWO])
    assert written(small, TWO) == 0


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_disk_outlives_its_node_and_room_can_be_made_while_it_is_down(
    small: Started, way: str
) -> None:
    known = small.height(TWO)
    before = small.history(TWO, known)
    disk(small, TWO, "fill")
    getattr(small.deployment, way)(TWO)
    assert written(small, TWO) == 0
    disk(small, TWO, "free")
    assert written(small, TWO) == SOME
    small.deployment.start(TWO)
    assert small.deployment.state(TWO) is NodeState.RUNNING
    small.await_height(known, [TWO])
    assert small.history(TWO, known) == before
    small.await_new_blocks()


def test_room_can_be_made_after_the_node_was_started_again(small: Started) -> None:
    small.deployment.kill(TWO)
    disk(small, TWO, "fill")
    small.deployment.start(TWO)
    disk(small, TWO, "free")
    assert written(small, TWO) == SOME
    small.deployment.kill(TWO)  # it may have ended by itself, or may be on its way to
    small.deployment.start(TWO)
    small.await_new_blocks()


def test_a_wiped_node_has_a_disk_with_room(small: Started) -> None:
    disk(small, TWO, "fill")
    small.deployment.stop(TWO)
    small.deployment.wipe(TWO)
    assert written(small, TWO) == SOME
    small.deployment.start(TWO)
    small.await_new_blocks()


def test_whoever_looks_after_a_disk_may_do_no_more_than_its_node(small: Started) -> None:
    with pytest.raises(CommandFailed):
        small.deployment.in_home(ONE).run(["iptables", "-F"])
