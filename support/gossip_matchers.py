"""Matchers about news that spread, bursts of payments, and the rhythm of blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import Height, Receipt, Silence, in_order
from support.gossip import Found, Known, known_to_all, known_to_some


class _AreKnown(BaseMatcher[Known]):
    """A reading of who knows which payments."""

    def __init__(self, phrase: str, accepts: Callable[[Known], bool], count: int) -> None:
        self._phrase = phrase
        self._accepts = accepts
        self._count = count

    def _matches(self, item: Known) -> bool:
        return bool(item) and self._accepts(item)

    def describe_to(self, description: Description) -> None:
        description.append_text(self._phrase)

    def describe_mismatch(self, item: Known, mismatch_description: Description) -> None:
        words = [f"{node} {_told(item[node], self._count)}" for node in in_order(item)]
        mismatch_description.append_text("; ".join(words) or "no node was asked")


class _InBlocks(BaseMatcher[Found]):
    """What the blocks of every node have, of which something may be wrong."""

    def __init__(self, phrase: str, wrong: Callable[[Sequence[Receipt]], str | None]) -> None:
        self._phrase = phrase
        self._wrong = wrong

    def _matches(self, item: Found) -> bool:
        return bool(item) and not any(map(self._complaint, item.values()))

    def describe_to(self, description: Description) -> None:
        description.append_text(f"on every node, {self._phrase}")

    def describe_mismatch(self, item: Found, mismatch_description: Description) -> None:
        words = [f"{node} {why}" for node in in_order(item) if (why := self._complaint(item[node]))]
        mismatch_description.append_text("; ".join(words) or "no node was asked")

    def _complaint(self, found: Sequence[Receipt] | Silence) -> str | None:
        return str(found) if isinstance(found, Silence) else self._wrong(found)


class _AreSeenWithin(BaseMatcher[Mapping[Height, float]]):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def _matches(self, item: Mapping[Height, float]) -> bool:
        return bool(item) and max(item.values()) <= self._seconds

    def describe_to(self, description: Description) -> None:
        description.append_text(f"every block is seen by all nodes within {self._seconds:.2f} s")

    def describe_mismatch(
        self, item: Mapping[Height, float], mismatch_description: Description
    ) -> None:
        late = [f"block {h} took {s:.2f} s" for h, s in item.items() if s > self._seconds]
        mismatch_description.append_text("; ".join(late) or "no block was looked at")


class _KeepRhythm(BaseMatcher[Sequence[float]]):
    def __init__(self, most: int) -> None:
        self._most = most

    def _matches(self, item: Sequence[float]) -> bool:
        return bool(item) and max(item) <= self._most * median(item)

    def describe_to(self, description: Description) -> None:
        description.append_text(f"no block takes longer than {self._most} usual ones")

    def describe_mismatch(self, item: Sequence[float], mismatch_description: Description) -> None:
        if not item:
            mismatch_description.append_text("no block was looked at")
            return
        mismatch_description.append_text(
            f"the slowest of {len(item)} took {max(item):.2f} s, and a usual one "
            f"{median(item):.2f} s"
        )


def know_all(receipts: frozenset[Receipt]) -> Matcher[Known]:
    """Match when every node that was asked knows all of these payments."""
    count = len(receipts)
    which = "the payment" if count == 1 else f"all {count} payments"

    def accepts(known: Known) -> bool:
        return all(told == receipts for told in known.values())

    return _AreKnown(f"every node knows of {which}", accepts, count)


def share_what_they_know(share: float, receipts: frozenset[Receipt]) -> Matcher[Known]:
    """Match when this share of the payments that one node knows is known to all, 0 to 1."""

    def accepts(known: Known) -> bool:
        return known_to_all(known) >= share * known_to_some(known) > 0

    phrase = f"at least {share:.0%} of the payments that some node knows are known to all"
    return _AreKnown(phrase, accepts, len(receipts))


def know_at_least(share: float, receipts: frozenset[Receipt]) -> Matcher[Known]:
    """Match when this share of all these payments is known to all, 0 to 1."""
    count = len(receipts)

    def accepts(known: Known) -> bool:
        return known_to_all(known) >= share * count > 0

    return _AreKnown(f"at least {share:.0%} of {count} payments are known to all", accepts, count)


def are_in_no_block() -> Matcher[Found]:
    """Match what is in the blocks of each node when none of these payments is there."""

    def wrong(found: Sequence[Receipt]) -> str | None:
        return f"has {len(set(found))} of them in its blocks" if found else None

    return _InBlocks("no block has any of these payments", wrong)


def are_in_exactly_one_block(receipts: frozenset[Receipt]) -> Matcher[Found]:
    """Match what is in the blocks of each node when each of these is there once."""
    count = len(receipts)

    def wrong(found: Sequence[Receipt]) -> str | None:
        counted = Counter(found)
        missing = sum(counted[receipt] == 0 for receipt in receipts)
        repeated = sum(counted[receipt] > 1 for receipt in receipts)
        if not missing and not repeated:
            return None
        return f"misses {missing} of {count}, and has {repeated} of them more than once"

    which = "the payment" if count == 1 else f"each of {count} payments"
    return _InBlocks(f"{which} is in exactly one block, once", wrong)


def are_in_the_order_of(rows: Sequence[Sequence[Receipt]]) -> Matcher[Found]:
    """Match what is in the blocks of each node when every row is there, in its order."""

    def wrong(found: Sequence[Receipt]) -> str | None:
        place = {receipt: position for position, receipt in enumerate(found)}
        places = [[place.get(receipt, -1) for receipt in row] for row in rows]
        bad = sum(-1 in row or row != sorted(row) for row in places)
        return f"has {bad} of {len(rows)} rows in another order, or not in full" if bad else None

    return _InBlocks("the payments of each customer are in the order of their making", wrong)


def are_seen_by_all_within(seconds: float) -> Matcher[Mapping[Height, float]]:
    """Match by how much each block was late when it was no more than so many seconds."""
    return _AreSeenWithin(seconds)


def keep_their_rhythm(most: int) -> Matcher[Sequence[float]]:
    """Match seconds per block of which none is more than ``most`` times the median."""
    return _KeepRhythm(most)


def _told(receipts: frozenset[Receipt] | Silence, count: int) -> str:
    if isinstance(receipts, Silence):
        return str(receipts)
    return f"knows of {len(receipts)} of {count}"
