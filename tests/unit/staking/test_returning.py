"""What an account had at hand until its votes were due, by nodes that do not always answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.domain import AccountName, Confirmed, Height, NodeName, Percent, Receipt, Votes
from support.implementations.contract import Account
from support.implementations.stakes import StakeRules, Undelegate
from support.matchers import on_these_nodes
from support.staking.matchers import has_votes_at_hand
from support.staking.orders import Given
from support.staking.returning import seen_before_the_return
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, PlayedNode, PlayedTime, Stage

ALICE = Account(AccountName("Alice"), "alice")
NODES = (NODE_1, NODE_2, NODE_3, NODE_4)
LEFT, RETURNED = Votes.of(1), Votes.of(6)
DUE_AFTER = 5.0
RULES = StakeRules(
    DUE_AFTER, Percent(1), Percent(5), Percent(2), Percent(10), Votes.of(1, per=10**18)
)


class Staked(PlayedNode):
    """Its stakes are its own: it shows at hand what a test says, or does not answer."""

    shows: Callable[[], Votes | None] = staticmethod(lambda: LEFT)

    @property
    def stakes(self) -> Staked:
        return self

    def rules(self) -> StakeRules:
        return RULES

    def at_hand(self, account: Account) -> Votes:
        shown = self.shows()
        if shown is None:
            self.silent = "timed out"
        try:
            self._answer()
        finally:
            self.silent = None
        assert shown is not None
        return shown


@pytest.fixture
def staked(stage: Stage) -> Stage:
    for name, node in stage.nodes.items():
        stage.nodes[name] = Staked(name, stage.ledger, stage.topology.names)
        stage.nodes[name].dated = node.dated
    return stage


def taken_back(clock: PlayedTime) -> Given:
    order = Undelegate(ALICE, NODE_2, Votes.of(5))
    return Given(order, Confirmed(Receipt("r"), Height(2)), {}, clock.time(), LEFT)


def shows(staked: Stage, node: NodeName, what: Callable[[float], Votes | None]) -> None:
    """``what`` by the seconds since now."""
    began = staked.clock.now
    staked.nodes[node].shows = lambda: what(staked.clock.now - began)  # type: ignore[attr-defined]


def test_a_node_that_does_not_answer_once_has_returned_nothing(
    staked: Stage, clock: PlayedTime
) -> None:
    shows(staked, NODE_3, lambda seconds: None if 1.0 < seconds < 2.0 else LEFT)
    seen = seen_before_the_return(staked.network, ALICE, taken_back(clock))
    assert on_these_nodes(NODES, has_votes_at_hand(ALICE.name, LEFT)).matches(seen)


def test_what_is_returned_too_early_is_seen_for_good(staked: Stage, clock: PlayedTime) -> None:
    early = lambda seconds: LEFT if seconds < 1 else RETURNED if seconds < 2 else None  # noqa: E731
    shows(staked, NODE_3, early)
    seen = seen_before_the_return(staked.network, ALICE, taken_back(clock))
    assert seen == {**dict.fromkeys(NODES, LEFT), NODE_3: RETURNED}


def test_what_is_returned_in_time_is_not_looked_at(staked: Stage, clock: PlayedTime) -> None:
    shows(staked, NODE_3, lambda seconds: LEFT if seconds < DUE_AFTER else RETURNED)
    seen = seen_before_the_return(staked.network, ALICE, taken_back(clock))
    assert seen == dict.fromkeys(NODES, LEFT)
