"""Where votes are weighed by stakes, they can be delegated, moved, taken back and counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.agreement import BEGUN
from support.domain import Capability, Confirmed, Height, NodeName, Outcome, Refused, Votes
from support.implementations.contract import Account
from support.implementations.stakes import (
    Candidacy,
    Delegate,
    Grant,
    Order,
    Redelegate,
    Stakes,
    StakeTeller,
    StakeWallet,
    Undelegate,
)
from tests.contract.started import Pair, Started, eventually

ONE, TWO, THREE, FOUR = (NodeName(f"node-{number}") for number in range(1, 5))


class Staking:
    """Orders on a started network, through its first node."""

    def __init__(self, network: Started) -> None:
        self.network = network
        wallet, client = network.wallet, network.client(ONE)
        assert isinstance(wallet, StakeWallet), "it claims stakes, and its wallet signs no order"
        assert isinstance(client, StakeTeller), "it claims stakes, and its nodes tell of none"
        self.wallet: StakeWallet = wallet
        self.client: StakeTeller = client

    @property
    def stakes(self) -> Stakes:
        return self.client.stakes

    def give(self, order: Order) -> Outcome:
        standing = self.network.client(ONE).standing(order.by)
        signed = self.wallet.sign_order(order, standing)
        refused = self.client.submit(signed)
        if isinstance(refused, Refused):
            return refused

        def settled() -> Outcome | None:
            outcome = self.network.client(ONE).outcome(signed.receipt)
            return outcome if isinstance(outcome, Confirmed | Refused) else None

        return eventually(settled, "an order is confirmed or refused")

    def grant(self, account: Account, votes: int) -> None:
        granted = self.give(Grant(self.network.wallet.treasury, account, Votes.of(votes)))
        assert isinstance(granted, Confirmed), granted

    def counted_with(self, node: NodeName, votes: int) -> None:
        eventually(
            lambda: True if self.stakes.voters().get(node, 0) == votes else None,
            f"{node} counts with {votes} votes",
        )


@pytest.fixture(scope="module")
def own(pair: Pair) -> Iterator[Started]:
    """A network whose votes nobody else has to rely on."""
    if Capability.STAKES not in pair.implementation.capabilities:
        pytest.skip(pair.implementation.lacks.get(Capability.STAKES, "nothing is staked in it"))
    network = Started(pair)
    try:
        network.await_height(BEGUN)
        yield network
    finally:
        network.end()


@pytest.fixture
def staking(own: Started) -> Staking:
    return Staking(own)


def test_votes_count_where_they_are_delegated(staking: Staking) -> None:
    alice = staking.network.account("Alice")
    before = staking.stakes.voters()
    staking.grant(alice, 1000)
    assert isinstance(staking.give(Delegate(alice, TWO, Votes.of(600))), Confirmed)
    assert staking.stakes.delegation(alice, TWO) == Votes.of(600)
    staking.counted_with(TWO, before[TWO] + 600)
    assert isinstance(staking.give(Redelegate(alice, TWO, THREE, Votes.of(200))), Confirmed)
    assert isinstance(staking.give(Undelegate(alice, TWO, Votes.of(100))), Confirmed)
    assert staking.stakes.delegation(alice, TWO) == Votes.of(300)
    assert staking.stakes.delegation(alice, THREE) == Votes.of(200)
    assert staking.stakes.on_the_way_back(alice) == Votes.of(100)
    staking.counted_with(TWO, before[TWO] + 300)
    staking.counted_with(THREE, before[THREE] + 200)


def test_nobody_delegates_what_they_do_not_have(staking: Staking) -> None:
    alice = staking.network.account("Alice")
    assert isinstance(staking.give(Delegate(alice, TWO, Votes.of(1000))), Refused)
    assert staking.stakes.delegation(alice, TWO) == Votes.of(0)


def test_a_candidate_needs_an_operator_who_can_sign(staking: Staking) -> None:
    operator = staking.wallet.operator(TWO)
    again = staking.give(Candidacy(operator, TWO, Votes.of(10)))
    assert isinstance(again, Refused), "a node that has a stake cannot ask for its first one"


def test_rules_and_earnings_are_told(staking: Staking) -> None:
    rules = staking.stakes.rules()
    assert rules.returned_after > 0
    assert rules.unit.value > 0
    staking.network.await_height(Height(4))
    before, after = staking.stakes.income(Height(2)), staking.stakes.income(Height(3))
    assert set(after.shared) == set(staking.network.nodes)
    given = sum(after.shared[node].value - before.shared[node].value for node in after.shared)
    new = after.existing - before.existing
    assert given + after.common.value - before.common.value == new.value


def test_who_gives_all_votes_up_makes_no_block_and_counts_for_nothing(staking: Staking) -> None:
    operator = staking.wallet.operator(FOUR)
    staked = staking.stakes.delegation(operator, FOUR)
    assert staked == Votes.of(staking.stakes.voters()[FOUR])
    assert isinstance(staking.give(Undelegate(operator, FOUR, staked)), Confirmed)
    staking.counted_with(FOUR, 0)
    since = staking.network.height(ONE) + 3
    staking.network.await_height(Height(since + 12))
    makers = staking.stakes.makers(Height(since), Height(since + 8))
    assert set(makers) == {ONE, TWO, THREE}
    assert staking.stakes.lost_turns(Height(since), Height(since + 8)) >= 0
