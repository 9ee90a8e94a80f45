"""What is expected of earnings, and how a mismatch is told."""

from __future__ import annotations

from fractions import Fraction

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import AccountName, Votes, in_order
from support.staking.earnings import Part, Shares


class _IsSharedOut(BaseMatcher[Shares]):
    def _matches(self, item: Shares) -> bool:
        return item.to_share > Votes.of(0) and not self._complaints(item)

    def describe_to(self, description: Description) -> None:
        description.append_text("all that is new is shared out by votes, but for what is for all")

    def describe_mismatch(self, item: Shares, mismatch_description: Description) -> None:
        mismatch_description.append_text(
            f"shared out {item.to_share} after block {item.height}: "
            + "; ".join(self._complaints(item))
        )

    def _complaints(self, shares: Shares) -> list[str]:
        told = []
        nodes = in_order(set(shares.weights) | set(shares.after.shared))
        for node in nodes:
            due, given = shares.due(node), shares.given(node)
            if abs(due.value - given.value) > shares.rules.unit.value:
                told.append(f"{node} got {given} and should have got {due}")
        in_all = sum(shares.given(node).value for node in nodes) + shares.kept.value
        if in_all != shares.to_share.value:
            told.append(f"{Votes(in_all)} arrived somewhere")
        return told


class _Collected(BaseMatcher[Shares]):
    def __init__(self, fees: Votes) -> None:
        self._fees = fees

    def _matches(self, item: Shares) -> bool:
        return item.collected == self._fees

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._fees} were collected for the payment")

    def describe_mismatch(self, item: Shares, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"collected {item.collected} in block {item.height + 1}")


#: Cosmos SDK counts what one delegated unit has earned, cut to a part of 10**-18, at either end.
_CUT = Fraction(2, 10**18)


class _EarnsItsPart(BaseMatcher[Part]):
    def __init__(self, account: AccountName) -> None:
        self._account = account

    def _matches(self, item: Part) -> bool:
        earned = item.of_the_node > Votes.of(0)
        return earned and abs(item.due.value - item.given.value) <= _CUT * item.delegated.value

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._account} gets a part of what the node gets")

    def describe_mismatch(self, item: Part, mismatch_description: Description) -> None:
        mismatch_description.append_text(
            f"says that the node got {item.of_the_node}, and {self._account} got {item.given} of "
            f"it with {item.delegated} of {item.stake}: {item.due} were due"
        )


def is_shared_out() -> Matcher[Shares]:
    """All that came in went to those with votes and to all together, to the last unit."""
    return _IsSharedOut()


def has_collected(fees: Votes) -> Matcher[Shares]:
    """So much more is where the network collects fees as before the block, to the last unit."""
    return _Collected(fees)


def earns_its_part(account: AccountName) -> Matcher[Part]:
    """What was given is what was due, as exactly as the chain counts."""
    return _EarnsItsPart(account)
