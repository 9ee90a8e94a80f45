"""What nodes remember, as clients of the optional contract tell it."""

from __future__ import annotations

import pytest

from support.domain import Capability, Coins, Confirmed, Forgotten, Height
from support.implementations.contract import NodeClient, Rememberer, Unreachable
from support.topology import Trait
from tests.contract.started import Needs, Pair, Started, eventually


@pytest.fixture(autouse=True)
def _needed(needs: Needs) -> None:
    needs(Capability.PAST_BALANCES)


def memory(client: NodeClient) -> Rememberer:
    assert isinstance(client, Rememberer)
    return client


def test_every_node_tells_what_was_before_and_after_a_payment(shared: Started) -> None:
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    paid = shared.pay(alice, bob, 30)
    assert isinstance(paid, Confirmed)
    shared.await_height(paid.height + 2)
    for node in shared.nodes:
        told = memory(shared.client(node))
        moments = [Height(paid.height - 1), paid.height, Height(paid.height + 1)]
        assert [told.past_balance(alice, at) for at in moments] == [Coins(c) for c in (100, 70, 70)]
        assert [told.past_balance(bob, at) for at in moments] == [Coins(c) for c in (0, 30, 30)]


def test_all_coins_were_there_after_the_first_block(shared: Started) -> None:
    client = shared.client(shared.nodes[0])
    first = Height(1)
    assert memory(client).past_supply(first) == client.supply()
    assert memory(client).past_balance(shared.wallet.treasury, first) == client.supply()


def test_nobody_tells_the_future(shared: Started) -> None:
    client = shared.client(shared.nodes[0])
    with pytest.raises(Unreachable):
        memory(client).past_balance(shared.wallet.treasury, Height(10**6))


def test_a_node_has_computed_what_all_have_agreed_on(shared: Started) -> None:
    computed = memory(shared.client(shared.nodes[0])).computed()
    shared.await_height(computed.height + 1)
    agreed = {memory(shared.client(n)).agreed_state(computed.height) for n in shared.nodes}
    assert agreed == {computed.state}


def test_another_balance_is_another_state(shared: Started) -> None:
    told = memory(shared.client(shared.nodes[0]))
    before = told.computed()
    alice = shared.account("Alice", holds=1)
    shared.await_height(told.computed().height + 1)
    assert shared.client(shared.nodes[0]).balance(alice) == Coins(1)
    assert told.computed().state != before.state


def test_a_node_that_forgets_nothing_has_the_first_block(shared: Started) -> None:
    assert {memory(shared.client(node)).first_block() for node in shared.nodes} == {Height(1)}


def test_nodes_with_a_short_memory_say_what_they_no_longer_know(pair: Pair, needs: Needs) -> None:
    needs(Capability.SHORT_MEMORY)
    network = Started(pair, traits=frozenset({Trait.SHORT_MEMORY}))
    try:
        for node in network.nodes:
            told = memory(network.client(node))
            eventually(
                lambda told=told: told.first_block() > 2 or None,  # type: ignore[misc]
                f"{node} has forgotten its first blocks",
            )
            treasury = network.wallet.treasury
            assert isinstance(told.past_balance(treasury, Height(2)), Forgotten)
            assert network.client(node).balance(treasury) == network.client(node).supply()
    finally:
        network.end()
