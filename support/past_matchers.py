"""Matchers of what nodes remember, in the words of the feature files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import AccountName, Blocks, Coins, Forgotten, Height, NodeName, Silence
from support.past import Beside, Ledger, Spread, Sum

T = TypeVar("T")


class _Phrase(BaseMatcher[T]):
    def __init__(self, phrase: str) -> None:
        self._phrase = phrase

    def describe_to(self, description: Description) -> None:
        description.append_text(self._phrase)


class _Remembers(_Phrase[Coins | Forgotten]):
    def __init__(self, whose: AccountName, expected: Coins, at: Height) -> None:
        super().__init__(f"{whose} held {expected} after block {at}")
        self._expected = expected

    def _matches(self, item: Coins | Forgotten) -> bool:
        return item == self._expected

    def describe_mismatch(self, item: Coins | Forgotten, mismatch_description: Description) -> None:
        mismatch_description.append_text(_in_words(item))


class _HasForgotten(_Phrase[Coins | Forgotten]):
    def _matches(self, item: Coins | Forgotten) -> bool:
        return isinstance(item, Forgotten)

    def describe_mismatch(self, item: Coins | Forgotten, mismatch_description: Description) -> None:
        mismatch_description.append_text(_in_words(item))


class _AddsUp(_Phrase[Sequence[Sum]]):
    """At every block that was asked about, of which there must be one."""

    def _matches(self, item: Sequence[Sum]) -> bool:
        return bool(item) and not self._wrong(item)

    def describe_mismatch(self, item: Sequence[Sum], mismatch_description: Description) -> None:
        wrong = self._wrong(item)
        if not wrong:
            mismatch_description.append_text("was asked about no block")
            return
        first = wrong[0]
        mismatch_description.append_text(
            f"is wrong at {len(wrong)} of {len(item)} blocks; after block {first.at} all accounts "
            f"together: {_in_words(first.held)}, and of all coins it {_in_words(first.exist)}"
        )

    def _wrong(self, item: Sequence[Sum]) -> list[Sum]:
        return [
            each for each in item if not isinstance(each.held, Coins) or each.held != each.exist
        ]


class _HasTheAgreedLedger(_Phrase[Ledger]):
    def __init__(self, least: Height) -> None:
        super().__init__(f"the ledger that the others have agreed on after block {least} or later")
        self._least = least

    def _matches(self, item: Ledger) -> bool:
        agreed = set(item.agreed.values())
        return item.computed.height >= self._least and agreed == {item.computed.state}

    def describe_mismatch(self, item: Ledger, mismatch_description: Description) -> None:
        others = "; ".join(f"{node} has {str(told)[:80]}" for node, told in item.agreed.items())
        mismatch_description.append_text(
            f"has computed {item.computed.state} after block {item.computed.height}; {others}"
        )


class _IsWithin(_Phrase[Spread | Silence]):
    def __init__(self, blocks: Blocks) -> None:
        super().__init__(f"what all nodes have in common is within {blocks} of the longest history")
        self._blocks = blocks

    def _matches(self, item: Spread | Silence) -> bool:
        if isinstance(item, Silence):
            return False
        return item.longest - item.shared <= self._blocks.count

    def describe_mismatch(self, item: Spread | Silence, mismatch_description: Description) -> None:
        mismatch_description.append_text(
            f"could not be seen at one moment: {item.why}"
            if isinstance(item, Silence)
            else f"had nodes that agree up to block {item.shared}, and one with block "
            f"{item.longest}"
        )


class _SharesNoBlock(_Phrase[Beside]):
    """Of two pasts of which each has a block."""

    def _matches(self, item: Beside) -> bool:
        return bool(item.told.blocks and item.made_up.blocks) and not item.shared

    def describe_mismatch(self, item: Beside, mismatch_description: Description) -> None:
        if item.shared:
            first = min(h for h, block in item.told.by_height.items() if block in item.shared)
            words = f"has {len(item.shared)} of them, the first at height {first}"
        else:
            words = "has none to compare" if item.made_up.blocks else "was compared with nothing"
        mismatch_description.append_text(words)


def shares_no_block_with(stranger: NodeName) -> Matcher[Beside]:
    """Match a node's past beside that of ``stranger`` when they have no block in common."""
    return _SharesNoBlock(f"no block that {stranger} has made")


def remembers(account: AccountName, expected: Coins, at: Height) -> Matcher[Coins | Forgotten]:
    """Match what a node says of the past when it is exactly ``expected``."""
    return _Remembers(account, expected, at)


def no_longer_knows(account: AccountName, at: Height) -> Matcher[Coins | Forgotten]:
    """Match a node that says itself that it cannot tell."""
    return _HasForgotten(f"nobody can tell any more what {account} held after block {at}")


def adds_up() -> Matcher[Sequence[Sum]]:
    """Match when all accounts together held all coins, after every block that was asked about."""
    return _AddsUp("after every block, all accounts together held all coins that there were")


def has_the_agreed_ledger(least: Height) -> Matcher[Ledger]:
    """Match a node whose own ledger is the one that every other node has agreed on.

    It must have executed block ``least``: before the first one all ledgers are the same.
    """
    return _HasTheAgreedLedger(least)


def is_within(blocks: Blocks) -> Matcher[Spread | Silence]:
    """Match nodes of which none has more than so many blocks that not all others have."""
    return _IsWithin(blocks)


def _in_words(item: Coins | Forgotten) -> str:
    return str(item) if isinstance(item, Forgotten) else f"remembers {item}"
