"""What is expected of stakes, and how a mismatch is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Generic, TypeVar

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import (
    AccountName,
    NodeName,
    Outcome,
    Refused,
    Votes,
    in_numbers,
    in_order,
)
from support.matchers import in_words
from support.staking.turns import Turns

T = TypeVar("T")

#: Somebody with a quarter of the votes who is away costs the others a turn for every three blocks
#: that they make. A sound node loses one where the host is busy, but not one of so many blocks.
_BLOCKS_FOR_A_LOST_TURN = 6


class _Shows(BaseMatcher[T], Generic[T]):
    """Accepts one value, and says in whose words another one was shown."""

    def __init__(self, whose: str, expected: T) -> None:
        self._whose = whose
        self._expected = expected

    def _matches(self, item: T) -> bool:
        return item == self._expected

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._whose} {self._expected}")

    def describe_mismatch(self, item: T, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"shows {item}")


class _Counts(BaseMatcher[Mapping[NodeName, int]]):
    def __init__(self, node: NodeName, votes: int) -> None:
        self._node = node
        self._votes = votes

    def _matches(self, item: Mapping[NodeName, int]) -> bool:
        return item.get(self._node, 0) == self._votes

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._node} counts with {Votes.of(self._votes)}")

    def describe_mismatch(
        self, item: Mapping[NodeName, int], mismatch_description: Description
    ) -> None:
        shown = Votes.of(item.get(self._node, 0))
        mismatch_description.append_text(f"counts it with {shown}")


class _IsRefused(BaseMatcher[Outcome]):
    def _matches(self, item: Outcome) -> bool:
        return isinstance(item, Refused)

    def describe_to(self, description: Description) -> None:
        description.append_text("it is refused")

    def describe_mismatch(self, item: Outcome, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"it is {in_words(item)}")


def has_delegated(account: AccountName, votes: Votes) -> Matcher[Votes]:
    """The node shows that so many votes are delegated by this account."""
    return _Shows(f"{account} has delegated", votes)


def has_votes_at_hand(account: AccountName, votes: Votes) -> Matcher[Votes]:
    """The node shows that the account could delegate so many votes, to the last part of one."""
    return _Shows(f"{account} has at hand", votes)


def counts(node: NodeName, *, with_votes: int) -> Matcher[Mapping[NodeName, int]]:
    """So many votes stand behind what this node says; 0 for one that has no say."""
    return _Counts(node, with_votes)


def is_refused() -> Matcher[Outcome]:
    """For whatever reason."""
    return _IsRefused()


class _MadeTheirShares(BaseMatcher[Turns]):
    """By weighted turns, as CometBFT takes them, shares are exact but for turns that were lost.

    Over a whole number of rounds (the smallest number of turns in which everybody's share is whole)
    every node has exactly its share of turns. One that is lost goes to somebody else, so a node may
    have made one block more or less for each. There is nothing left to chance in it. Nobody loses
    so many that less than half of a share is left.
    """

    def _matches(self, item: Turns) -> bool:
        everybody = set(item.weights) | set(item.made)
        return all(self._is_right(item, node) for node in everybody)

    def _is_right(self, turns: Turns, node: NodeName) -> bool:
        share = turns.shares.get(node, Fraction(0))
        made = turns.made[node]
        return abs(made - share) <= turns.lost and 2 * made >= share

    def describe_to(self, description: Description) -> None:
        description.append_text("every node made its share of the blocks")

    def describe_mismatch(self, item: Turns, mismatch_description: Description) -> None:
        told = "; ".join(
            f"{node} made {item.made[node]} and its share is {float(item.shares.get(node, 0)):g}"
            for node in in_order(set(item.weights) | set(item.made))
        )
        mismatch_description.append_text(
            f"of {len(item.makers)} blocks from {item.first}, with {item.lost} turns lost: {told}"
        )


class _HardlyAnyWasLost(BaseMatcher[Turns]):
    def _matches(self, item: Turns) -> bool:
        return bool(item.makers) and item.lost * _BLOCKS_FOR_A_LOST_TURN <= len(item.makers)

    def describe_to(self, description: Description) -> None:
        description.append_text("blocks were made without waiting for somebody's turn")

    def describe_mismatch(self, item: Turns, mismatch_description: Description) -> None:
        mismatch_description.append_text(
            f"of {len(item.makers)} blocks from {item.first}, {item.lost} turns were lost"
        )


class _Made(BaseMatcher[Turns]):
    def __init__(self, words: str, right: Callable[[Counter[NodeName]], bool]) -> None:
        self._words = words
        self._right = right

    def _matches(self, item: Turns) -> bool:
        return bool(item.makers) and self._right(item.made)

    def describe_to(self, description: Description) -> None:
        description.append_text(self._words)

    def describe_mismatch(self, item: Turns, mismatch_description: Description) -> None:
        told = ", ".join(f"{node} made {item.made[node]}" for node in in_order(item.made))
        mismatch_description.append_text(f"of {len(item.makers)} from {item.first} on, {told}")


def have_made_their_shares() -> Matcher[Turns]:
    """Everybody made as many blocks as their votes are worth, give or take the lost turns."""
    return _MadeTheirShares()


def hardly_any_was_lost() -> Matcher[Turns]:
    """Nobody had turns who is not there; a busy host may have cost a few others."""
    return _HardlyAnyWasLost()


def made_none(nodes: Collection[NodeName]) -> Matcher[Turns]:
    """None of the blocks is by any of these."""
    return _Made(
        f"{in_numbers(nodes)} made none of the blocks", lambda made: not any(made[n] for n in nodes)
    )


def made_some(nodes: Collection[NodeName]) -> Matcher[Turns]:
    """Each of these has made one of the blocks at least."""
    return _Made(
        f"{in_numbers(nodes)} made some of the blocks", lambda made: all(made[n] for n in nodes)
    )


def made_all(nodes: Collection[NodeName]) -> Matcher[Turns]:
    """No block is by anybody else, and each of these has made one at least."""
    return _Made(
        f"{in_numbers(nodes)} made all of the blocks",
        lambda made: {node for node in made if made[node]} == set(nodes),
    )
