"""Followers, impostors and chosen links, as implementations of the optional contracts make them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from support.agreement import BEGUN
from support.domain import Capability, Confirmed, Forgotten, Height, NodeName
from support.engines.contract import NodeBlueprint
from support.implementations.contract import (
    Anchor,
    KnowsImpostors,
    Lie,
    OpenToFollowers,
    Rememberer,
    WayIn,
)
from support.topology import Topology, Trait
from tests.contract.started import Needs, Pair, Started, eventually

#: An engine may need a while until an address is free again, so none is used twice.
_numbers = count(21)


@contextmanager
def joined(network: Started, way: WayIn) -> Iterator[NodeName]:
    """A node without a vote, until the block ends."""
    assert isinstance(network.implementation, OpenToFollowers)
    name = NodeName(f"node-{next(_numbers)}")
    address = network.engine.further_address(network.plan, name)
    fresh = network.implementation.follower(name, network.blueprint, address, way)
    with added(network, fresh):
        yield name


@contextmanager
def impostor(network: Started, lie: Lie) -> Iterator[NodeName]:
    """A node that is not what it says, until the block ends."""
    assert isinstance(network.implementation, KnowsImpostors)
    name = NodeName(f"impostor-{next(_numbers)}")
    address = network.engine.further_address(network.plan, name)
    with added(network, network.implementation.impostor(name, network.blueprint, address, lie)):
        yield name


@contextmanager
def added(network: Started, node: NodeBlueprint) -> Iterator[None]:
    """One more node of the deployment, until the block ends."""
    before = network.blueprint
    network.deployment.add(node)
    network.blueprint = before.with_further(node)
    try:
        yield
    finally:
        network.deployment.remove(node.name)
        network.blueprint = before


@contextmanager
def like(pair: Pair, trait: Trait, nodes: int = 4) -> Iterator[Started]:
    """A network that was asked to be like this, until the block ends."""
    network = Started(pair, nodes, traits=frozenset({trait}))
    try:
        network.await_height(BEGUN)
        yield network
    finally:
        network.end()


def test_a_follower_learns_everything_and_takes_payments(network: Started, needs: Needs) -> None:
    needs(Capability.FOLLOWERS)
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    with joined(network, WayIn(peers=tuple(network.nodes))) as follower:
        network.await_balance(follower, alice, 100)
        network.await_new_blocks([*network.nodes, follower])
        known = network.height(follower)
        assert network.history(follower, known) == network.history(network.nodes[0], known)
        eventually(
            lambda: None if network.client(follower).status().catching_up else True,
            "the follower says that it has caught up",
        )
        assert isinstance(network.pay(alice, bob, 30, through=follower), Confirmed)
        network.await_balance(network.nodes[0], bob, 30)
    network.await_new_blocks()


def test_a_follower_has_no_vote(network: Started, needs: Needs) -> None:
    needs(Capability.FOLLOWERS)
    needs(Capability.TWO_THIRDS_QUORUM)
    with joined(network, WayIn(peers=tuple(network.nodes))) as follower:
        network.await_new_blocks([*network.nodes, follower])
        for node in network.nodes[2:]:
            network.deployment.stop(node)
        rest = network.height_at_rest(follower)
        network.let_pass(20)
        assert network.height(follower) == rest
        for node in network.nodes[2:]:
            network.deployment.start(node)
        network.await_new_blocks()


def test_a_follower_that_forgets_says_so(network: Started, needs: Needs) -> None:
    needs(Capability.FOLLOWERS)
    needs(Capability.PAST_BALANCES)
    needs(Capability.SHORT_MEMORY)
    treasury = network.wallet.treasury
    with joined(network, WayIn(peers=tuple(network.nodes), forgets=True)) as follower:
        eventually(lambda: network.height(follower) > 50 or None, "it has something to forget")
        told = network.client(follower)
        assert isinstance(told, Rememberer)
        eventually(
            lambda: isinstance(told.past_balance(treasury, Height(2)), Forgotten) or None,
            "it has forgotten the second block",
        )
        known = network.client(network.nodes[0]).balance(treasury)
        network.await_balance(follower, treasury, known.value)  # others may have been paid long ago


def test_who_begins_with_a_copy_has_no_block_of_before(pair: Pair, needs: Needs) -> None:
    needs(Capability.SNAPSHOTS)
    with like(pair, Trait.SNAPSHOTS) as network:
        alice = network.account("Alice", holds=100)
        network.await_height(45)
        height = Height(network.height(network.nodes[0]) - 1)
        (block,) = network.client(network.nodes[0]).block_ids(height, height)
        way = WayIn(peers=tuple(network.nodes), anchor=Anchor(height, block))
        with joined(network, way) as follower:
            network.await_balance(follower, alice, 100)
            network.await_new_blocks([*network.nodes, follower])
            told = network.client(follower)
            assert isinstance(told, Rememberer)
            assert told.first_block() > 1
            assert isinstance(told.past_balance(alice, Height(5)), Forgotten)


def test_who_knows_one_gets_to_know_all(pair: Pair, needs: Needs) -> None:
    needs(Capability.FOLLOWERS)
    needs(Capability.CHOSEN_LINKS)
    with like(pair, Trait.PUBLIC) as network, joined(network, WayIn(seed=network.nodes[0])) as one:
        everybody = frozenset(network.nodes)
        eventually(lambda: network.client(one).peers() == everybody or None, "it knows all others")


def test_who_has_begun_otherwise_follows_nobody(network: Started, needs: Needs) -> None:
    needs(Capability.IMPOSTORS)
    with impostor(network, Lie.ANOTHER_BEGINNING) as stranger:
        eventually(lambda: network.height(stranger) == 1 or None, "it has the first block")
        network.await_new_blocks(count=20)
        assert network.height(stranger) == 1


def test_a_made_up_past_is_soon_the_longest_and_nobody_has_it(
    network: Started, needs: Needs
) -> None:
    needs(Capability.IMPOSTORS)
    with impostor(network, Lie.MADE_UP_PAST) as stranger:

        def longest() -> bool | None:
            return network.height(stranger) > max(map(network.height, network.nodes)) or None

        eventually(longest, "its history is the longest")
        network.await_new_blocks()
        shared = Height(min(map(network.height, network.nodes)))
        made_up = set(network.history(stranger, shared))
        assert not any(made_up & set(network.history(node, shared)) for node in network.nodes)


@pytest.mark.parametrize("shape", [Trait.RING, Trait.LINE, Trait.STAR])
def test_nodes_have_the_links_that_they_were_told_of(
    pair: Pair, needs: Needs, shape: Trait
) -> None:
    needs(Capability.CHOSEN_LINKS)
    asked_for = Topology(5, pair.block_time, traits=frozenset({shape}))
    with like(pair, shape, nodes=5) as network:
        for node in network.nodes:
            wanted = frozenset(other for other in network.nodes if asked_for.linked(node, other))
            eventually(
                lambda n=node, w=wanted: network.client(n).peers() == w or None,  # type: ignore[misc]
                f"{node} has its links",
            )
        network.await_new_blocks()
