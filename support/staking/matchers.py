"""What is expected of stakes, and how a mismatch is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import AccountName, NodeName, Outcome, Refused, Votes
from support.matchers import in_words

T = TypeVar("T")


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
    """The node shows that so many votes are lent by this account."""
    return _Shows(f"{account} has delegated", votes)


def has_votes_at_hand(account: AccountName, votes: Votes) -> Matcher[Votes]:
    """The node shows that the account could lend so many votes, to the last part of one."""
    return _Shows(f"{account} has at hand", votes)


def counts(node: NodeName, *, with_votes: int) -> Matcher[Mapping[NodeName, int]]:
    """So many votes stand behind what this node says; 0 for one that has no say."""
    return _Counts(node, with_votes)


def is_refused() -> Matcher[Outcome]:
    """For whatever reason."""
    return _IsRefused()
