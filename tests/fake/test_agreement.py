"""The simulated network keeps the promises of a quorum-final one, whoever reaches whom."""

from __future__ import annotations

import pytest

from support.domain import BadRequest, Confirmed, Height, NodeName, Pending, Refusal, Refused
from support.implementations.contract import Unreachable
from support.topology import Topology
from tests.contract.started import Started, eventually
from tests.fake.conftest import Start
from tests.fake.implementation import VARIABLE, FakeImplementation

ONE, TWO, THREE, FOUR, FIVE = (NodeName(f"node-{number}") for number in range(1, 6))


def _tells_one_history(network: Started) -> bool:
    last = Height(min(network.height(node) for node in network.nodes))
    return len({tuple(network.history(node, last)) for node in network.nodes}) == 1


@pytest.mark.parametrize("nodes", [1, 2, 4, 7, 32])
def test_a_network_of_any_size_agrees(start: Start, nodes: int) -> None:
    network = start(nodes=nodes)
    network.await_new_blocks()
    assert _tells_one_history(network)


def test_the_larger_side_goes_on_and_the_smaller_one_stands_still(start: Start) -> None:
    network = start()
    network.cut([FOUR], [ONE, TWO, THREE])
    stood_at = network.height(FOUR)
    network.await_new_blocks([ONE, TWO, THREE], count=5)
    assert network.height(FOUR) == stood_at
    assert network.client(FOUR).peers() == frozenset()
    network.heal()
    network.await_new_blocks()
    assert _tells_one_history(network)


@pytest.mark.parametrize(
    ("nodes", "one", "other"),
    [(4, [ONE, TWO], [THREE, FOUR]), (5, [ONE, TWO], [THREE, FOUR, FIVE])],
    ids=["two of four", "three of five"],
)
def test_without_a_quorum_nothing_is_confirmed(
    start: Start, nodes: int, one: list[NodeName], other: list[NodeName]
) -> None:
    network = start(nodes=nodes)
    bystander = start()  # its clock tells how long the other one has been standing still
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.cut(one, other)
    heights = [network.height(node) for node in network.nodes]
    signed = network.signed(alice, bob, 30, through=other[0])
    network.client(other[0]).submit(signed)
    bystander.await_new_blocks(count=5)
    assert [network.height(node) for node in network.nodes] == heights
    assert isinstance(network.client(other[0]).outcome(signed.receipt), Pending)
    network.heal()
    for node in network.nodes:
        network.await_balance(node, bob, 30)


def test_a_cut_in_one_direction_parts_two_nodes_as_well(start: Start) -> None:
    network = start()
    network.drop(FOUR, [ONE, TWO, THREE])
    assert network.client(FOUR).peers() == frozenset()
    assert FOUR not in network.client(ONE).peers()


def test_a_node_that_both_sides_reach_holds_the_network_together(start: Start) -> None:
    network = start(nodes=5)
    network.cut([ONE, TWO], [FOUR, FIVE])
    network.await_new_blocks()
    assert network.client(ONE).peers() == {TWO, THREE}


def test_what_waited_on_the_smaller_side_happens_after_the_heal(start: Start) -> None:
    network = start()
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.cut([FOUR], [ONE, TWO, THREE])
    signed = network.signed(alice, bob, 30, through=FOUR)
    network.client(FOUR).submit(signed)
    network.await_new_blocks([ONE, TWO, THREE])
    assert isinstance(network.client(ONE).outcome(signed.receipt), Pending)
    network.heal()
    for node in network.nodes:
        network.await_balance(node, bob, 30)
        network.await_balance(node, alice, 70)


def test_what_waited_on_the_smaller_side_is_refused_when_it_is_stale(start: Start) -> None:
    network = start()
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.cut([FOUR], [ONE, TWO, THREE])
    stale = network.signed(alice, bob, 100, through=FOUR)
    network.client(FOUR).submit(stale)
    assert isinstance(network.pay(alice, alice, 100, through=ONE), Confirmed)
    network.heal()
    outcome = eventually(
        lambda: o if isinstance(o := network.client(ONE).outcome(stale.receipt), Refused) else None,
        "the stale payment is refused",
    )
    assert outcome.reason is Refusal.ALREADY_MADE
    network.await_balance(ONE, bob, 0)


def test_more_nodes_down_than_tolerated_stop_the_network(start: Start) -> None:
    network, bystander = start(), start()
    for node in (THREE, FOUR):
        network.deployment.kill(node)
    stood_at = network.height(ONE)
    bystander.await_new_blocks(count=5)
    assert network.height(ONE) == stood_at
    for node in (THREE, FOUR):
        network.deployment.start(node)
    network.await_new_blocks()


def test_an_old_endpoint_is_dead_after_a_restart(start: Start) -> None:
    network = start()
    old = network.client(TWO)
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    with pytest.raises(Unreachable):
        old.status()
    network.client(TWO).status()


def test_a_block_time_that_is_no_number_is_an_error(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = start()
    monkeypatch.setenv(VARIABLE, "quick")
    with pytest.raises(BadRequest):
        FakeImplementation().blueprint(Topology(4), network.plan, network.tools)
