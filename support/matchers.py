"""Matchers that explain a mismatch in the words of the feature files, node by node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import (
    AccountName,
    BlockId,
    Blocks,
    Coins,
    Confirmed,
    Height,
    Milliseconds,
    NodeName,
    NodeStatus,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
    Silence,
    Told,
    Unknown,
    in_order,
)

T = TypeVar("T")
AnId = TypeVar("AnId", bound=str)
#: Of many payments that are wrong in the same way, a reader needs a few.
_MOST_TOLD = 3
#: Heights at which more than one block was final, and who showed which.
_Forks = Sequence[tuple[Height, Mapping[BlockId, Iterable[NodeName]]]]


class _OnNodes(BaseMatcher[Mapping[NodeName, T | Silence]]):
    def __init__(
        self, where: str, matcher: Matcher[T], nodes: Iterable[NodeName] | None = None
    ) -> None:
        self._where = where
        self._matcher = matcher
        self._nodes = None if nodes is None else frozenset(nodes)

    def _matches(self, item: Mapping[NodeName, T | Silence]) -> bool:
        asked = self._nodes is None or self._nodes == set(item)
        return bool(item) and asked and not self._dissenters(item)

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._where}, ").append_description_of(self._matcher)

    def describe_mismatch(
        self, item: Mapping[NodeName, T | Silence], mismatch_description: Description
    ) -> None:
        if not item:
            mismatch_description.append_text("no node was asked")
            return
        dissenters = self._dissenters(item)
        if not dissenters:
            mismatch_description.append_text(f"only {', '.join(in_order(item))} were asked")
            return
        verb = "disagrees" if len(dissenters) == 1 else "disagree"
        mismatch_description.append_text(f"{len(dissenters)} of {len(item)} nodes {verb}: ")
        for position, node in enumerate(dissenters):
            mismatch_description.append_text(f"{'; ' if position else ''}{node} ")
            answer = item[node]
            if isinstance(answer, Silence):
                mismatch_description.append_text(str(answer))
            else:
                self._matcher.describe_mismatch(answer, mismatch_description)

    def _dissenters(self, item: Mapping[NodeName, T | Silence]) -> list[NodeName]:
        return [
            node
            for node in in_order(item)
            if isinstance(answer := item[node], Silence) or not self._matcher.matches(answer)
        ]


class _Simple(BaseMatcher[T]):
    """A matcher of one value that is described by a phrase."""

    def __init__(self, phrase: str) -> None:
        self._phrase = phrase

    def describe_to(self, description: Description) -> None:
        description.append_text(self._phrase)


class _Holds(_Simple[Coins]):
    def __init__(self, whose: str, expected: Coins) -> None:
        super().__init__(f"{whose} {expected}")
        self._expected = expected

    def _matches(self, item: Coins) -> bool:
        return item == self._expected

    def describe_mismatch(self, item: Coins, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"shows {item}")


class _Circulates(_Simple[Coins]):
    def __init__(self, before: Coins, change: int) -> None:
        how = "more" if change > 0 else "fewer"
        super().__init__(f"{abs(change)} {how} coins are in circulation than {before}")
        self._expected = before.value + change

    def _matches(self, item: Coins) -> bool:
        return item.value == self._expected

    def describe_mismatch(self, item: Coins, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"shows {item}")


class _IsAbove(_Simple[Height]):
    def __init__(self, floor: Height) -> None:
        super().__init__(f"a block after block {floor}")
        self._floor = floor

    def _matches(self, item: Height) -> bool:
        return item > self._floor

    def describe_mismatch(self, item: Height, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"is at block {item}")


class _IsStill(_Simple[Height]):
    def __init__(self, height: Height) -> None:
        super().__init__(f"no block after block {height}")
        self._height = height

    def _matches(self, item: Height) -> bool:
        return item <= self._height

    def describe_mismatch(self, item: Height, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"has made block {item}")


class _IsReadyAt(_Simple[NodeStatus]):
    def __init__(self, height: Height) -> None:
        super().__init__(f"ready to serve customers, with block {height}")
        self._height = height

    def _matches(self, item: NodeStatus) -> bool:
        return item.height >= self._height and not item.catching_up

    def describe_mismatch(self, item: NodeStatus, mismatch_description: Description) -> None:
        still = ", still catching up" if item.catching_up else ""
        mismatch_description.append_text(f"is at block {item.height}{still}")


class _IsStillBehind(_Simple[NodeStatus]):
    def __init__(self, height: Height) -> None:
        super().__init__(f"no block after block {height}, and not ready to serve customers")
        self._height = height

    def _matches(self, item: NodeStatus) -> bool:
        return item.height <= self._height and item.catching_up

    def describe_mismatch(self, item: NodeStatus, mismatch_description: Description) -> None:
        ready = "" if item.catching_up else ", and says that it is ready"
        mismatch_description.append_text(f"is at block {item.height}{ready}")


class _IsDatedRight(_Simple[float]):
    def __init__(self, give_or_take: float) -> None:
        super().__init__(f"a date that is right to within {give_or_take:.1f} s")
        self._give_or_take = give_or_take

    def _matches(self, item: float) -> bool:
        return abs(item) <= self._give_or_take

    def describe_mismatch(self, item: float, mismatch_description: Description) -> None:
        where = "the past" if item > 0 else "the future"
        mismatch_description.append_text(f"shows a block from {abs(item):.1f} s in {where}")


class _HasNoPeerLike(_Simple[frozenset[NodeName]]):
    def __init__(self, strangers: frozenset[NodeName]) -> None:
        super().__init__("no connection to a node of another network")
        self._strangers = strangers

    def _matches(self, item: frozenset[NodeName]) -> bool:
        return not item & self._strangers

    def describe_mismatch(
        self, item: frozenset[NodeName], mismatch_description: Description
    ) -> None:
        mismatch_description.append_text(
            f"is connected to {', '.join(in_order(item & self._strangers))}"
        )


class _IsEmptyForEveryNode(BaseMatcher[Mapping[NodeName, frozenset[NodeName] | Silence]]):
    def _matches(self, item: Mapping[NodeName, frozenset[NodeName] | Silence]) -> bool:
        return bool(item) and not any(item.values())

    def describe_to(self, description: Description) -> None:
        description.append_text("every node is connected to every other")

    def describe_mismatch(
        self,
        item: Mapping[NodeName, frozenset[NodeName] | Silence],
        mismatch_description: Description,
    ) -> None:
        words = [
            f"{node} {missing}"
            if isinstance(missing, Silence)
            else f"{node} is not connected to {', '.join(in_order(missing))}"
            for node, missing in item.items()
            if missing
        ]
        mismatch_description.append_text("; ".join(words) or "no node was asked")


class _NobodyAnswers(BaseMatcher[Mapping[NodeName, Any]]):
    def _matches(self, item: Mapping[NodeName, Any]) -> bool:
        return bool(item) and all(isinstance(answer, Silence) for answer in item.values())

    def describe_to(self, description: Description) -> None:
        description.append_text("no answer")

    def describe_mismatch(
        self, item: Mapping[NodeName, Any], mismatch_description: Description
    ) -> None:
        answered = [n for n, answer in item.items() if not isinstance(answer, Silence)]
        told = f"{', '.join(in_order(answered))} answered" if item else "no node was asked"
        mismatch_description.append_text(told)


class _HaveTakenBack(BaseMatcher[Mapping[NodeName, int]]):
    """Blocks in a row that each node was seen with and has no more."""

    def __init__(self, phrase: str, fits: Callable[[int], bool]) -> None:
        self._phrase = phrase
        self._fits = fits

    def _matches(self, item: Mapping[NodeName, int]) -> bool:
        return bool(item) and all(map(self._fits, item.values()))

    def describe_to(self, description: Description) -> None:
        description.append_text(f"every one of them has taken {self._phrase} back")

    def describe_mismatch(
        self, item: Mapping[NodeName, int], mismatch_description: Description
    ) -> None:
        words = [f"{node} has taken {count} back" for node, count in item.items()]
        mismatch_description.append_text("; ".join(words) or "no node was looked at")


class _Follow(BaseMatcher[Mapping[NodeName, NodeName | Silence | None]]):
    """All follow the same leader, who is one of those named."""

    def __init__(self, leaders: Iterable[NodeName]) -> None:
        self._leaders = frozenset(leaders)

    def _matches(self, item: Mapping[NodeName, NodeName | Silence | None]) -> bool:
        return len(set(item.values())) == 1 and set(item.values()) <= self._leaders

    def describe_to(self, description: Description) -> None:
        which = " or ".join(in_order(self._leaders))
        description.append_text(f"all follow the same leader, {which}")

    def describe_mismatch(
        self,
        item: Mapping[NodeName, NodeName | Silence | None],
        mismatch_description: Description,
    ) -> None:
        words = [f"{node} {_following(leader)}" for node, leader in item.items()]
        mismatch_description.append_text("; ".join(words) or "no node was asked")


class _IsSlowerBy(BaseMatcher[float]):
    def __init__(self, delay: Milliseconds, before: float) -> None:
        self._delay = delay
        self._before = before

    def _matches(self, item: float) -> bool:
        return item >= self._before + self._delay.seconds

    def describe_to(self, description: Description) -> None:
        description.append_text(
            f"a block takes {self._delay.value} ms longer than {self._before:.2f} s"
        )

    def describe_mismatch(self, item: float, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"it took {item:.2f} s")


class _TellTheSame(BaseMatcher[Mapping[NodeName, Told | Silence]]):
    def __init__(self, beyond: Height) -> None:
        self._beyond = beyond

    def _matches(self, item: Mapping[NodeName, Told | Silence]) -> bool:
        stories = [told for told in item.values() if isinstance(told, Told)]
        return (
            bool(stories)
            and len(stories) == len(item)
            and all(told.last > self._beyond for told in stories)
            and len(set(stories)) == 1
        )

    def describe_to(self, description: Description) -> None:
        description.append_text(
            f"every node tells the same history, with a block after block {self._beyond}"
        )

    def describe_mismatch(
        self, item: Mapping[NodeName, Told | Silence], mismatch_description: Description
    ) -> None:
        words = [f"{node} {told}" for node, told in item.items() if isinstance(told, Silence)]
        stories = {node: told for node, told in item.items() if isinstance(told, Told)}
        words += [first_difference(stories)] if len(set(stories.values())) > 1 else []
        if not words:
            last = min((told.last for told in stories.values()), default=0)
            words = [f"the newest block that all have is block {last}"]
        mismatch_description.append_text("; ".join(words))


class _IsConfirmed(_Simple[Outcome | Pending]):
    def _matches(self, item: Outcome | Pending) -> bool:
        return isinstance(item, Confirmed)

    def describe_mismatch(self, item: Outcome | Pending, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"says that it {in_words(item)}")


class _IsNotConfirmed(_Simple[Outcome | Pending]):
    def _matches(self, item: Outcome | Pending) -> bool:
        return not isinstance(item, Confirmed)

    def describe_mismatch(self, item: Outcome | Pending, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"says that it {in_words(item)}")


class _IsStillOpen(_Simple[Outcome]):
    def _matches(self, item: Outcome) -> bool:
        return isinstance(item, Unknown) and item.taken

    def describe_mismatch(self, item: Outcome, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"it {in_words(item)}")


class _IsSettled(_Simple[Outcome]):
    def _matches(self, item: Outcome) -> bool:
        return isinstance(item, Confirmed | Refused)

    def describe_mismatch(self, item: Outcome, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"it {in_words(item)}")


class _HasNoFork(BaseMatcher[_Forks]):
    def _matches(self, item: _Forks) -> bool:
        return not item

    def describe_to(self, description: Description) -> None:
        description.append_text("one block at each height")

    def describe_mismatch(self, item: _Forks, mismatch_description: Description) -> None:
        height, shown = item[0]
        mismatch_description.append_text(
            f"had two final blocks at height {height}: {who_shows_which(shown)}"
        )


class _HasConfirmed(BaseMatcher[int]):
    def __init__(self, count: int) -> None:
        self._count = count

    def _matches(self, item: int) -> bool:
        return item >= self._count

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._count} of the payments that flow are confirmed")

    def describe_mismatch(self, item: int, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"{item} were")


class _IsRefusedBecause(_Simple[Outcome]):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"a refusal because {reason.value}")
        self._reason = reason

    def _matches(self, item: Outcome) -> bool:
        return isinstance(item, Refused) and item.reason is self._reason

    def describe_mismatch(self, item: Outcome, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"it {in_words(item)}")


class _EachLedgerIs(BaseMatcher[Mapping[AccountName, Mapping[NodeName, Coins | Silence]]]):
    """Several accounts at once, on every node."""

    def __init__(self, expected: Mapping[AccountName, Coins]) -> None:
        self._each = {name: on_every_node(holds(name, coins)) for name, coins in expected.items()}

    def _matches(self, item: Mapping[AccountName, Mapping[NodeName, Coins | Silence]]) -> bool:
        return all(matcher.matches(item[name]) for name, matcher in self._each.items())

    def describe_to(self, description: Description) -> None:
        for position, matcher in enumerate([*self._each.values()][:_MOST_TOLD]):
            description.append_text(", and " if position else "").append_description_of(matcher)
        if len(self._each) > _MOST_TOLD:
            description.append_text(f", and so on for {len(self._each)} accounts")

    def describe_mismatch(
        self,
        item: Mapping[AccountName, Mapping[NodeName, Coins | Silence]],
        mismatch_description: Description,
    ) -> None:
        wrong = [name for name, matcher in self._each.items() if not matcher.matches(item[name])]
        if len(wrong) > _MOST_TOLD:
            mismatch_description.append_text(f"{len(wrong)} accounts are wrong, such as: ")
        for position, name in enumerate(wrong[:_MOST_TOLD]):
            mismatch_description.append_text(f"{'; ' if position else ''}as for {name}, ")
            self._each[name].describe_mismatch(item[name], mismatch_description)


class _OfEveryPayment(BaseMatcher[Mapping[Receipt, T]]):
    """Several payments at once, each by its receipt."""

    def __init__(self, matcher: Matcher[T]) -> None:
        self._matcher = matcher

    def _matches(self, item: Mapping[Receipt, T]) -> bool:
        return all(self._matcher.matches(told) for told in item.values())

    def describe_to(self, description: Description) -> None:
        description.append_description_of(self._matcher)

    def describe_mismatch(
        self, item: Mapping[Receipt, T], mismatch_description: Description
    ) -> None:
        wrong = [receipt for receipt, told in item.items() if not self._matcher.matches(told)]
        if len(wrong) > _MOST_TOLD:
            mismatch_description.append_text(f"{len(wrong)} payments are wrong, such as: ")
        for position, receipt in enumerate(wrong[:_MOST_TOLD]):
            before = "; " if position else ""
            mismatch_description.append_text(f"{before}as for payment {receipt[:12]}, ")
            self._matcher.describe_mismatch(item[receipt], mismatch_description)


def of_every_payment(matcher: Matcher[T]) -> Matcher[Mapping[Receipt, T]]:
    """Match readings of several payments when each one satisfies ``matcher``."""
    return _OfEveryPayment(matcher)


def on_every_node(matcher: Matcher[T]) -> Matcher[Mapping[NodeName, T | Silence]]:
    """Match readings keyed by node when each one satisfies ``matcher``; silence never does."""
    return _OnNodes("on every node", matcher)


def on_these_nodes(
    nodes: Sequence[NodeName], matcher: Matcher[T]
) -> Matcher[Mapping[NodeName, T | Silence]]:
    """As :func:`on_every_node`, for readings taken from some nodes only."""
    return _OnNodes(f"on {', '.join(nodes)}", matcher, nodes)


def holds(account: AccountName, expected: Coins) -> Matcher[Coins]:
    """Match a balance of exactly ``expected`` coins."""
    return _Holds(f"{account} holds", expected)


def circulate(before: Coins, *, change: int) -> Matcher[Coins]:
    """Match a circulation that differs from ``before`` by exactly ``change`` coins."""
    return _Circulates(before, change)


def exist(expected: Coins) -> Matcher[Coins]:
    """Match a supply of exactly ``expected`` coins."""
    return _Holds("no coin is made or lost:", expected)


def has_a_block_after(height: Height) -> Matcher[Height]:
    """Match a node that has made a block above ``height``."""
    return _IsAbove(height)


def has_no_block_after(height: Height) -> Matcher[Height]:
    """Match a node that still stands at ``height`` or below."""
    return _IsStill(height)


def is_dated_right(give_or_take: float) -> Matcher[float]:
    """Match the seconds from the date of a block to its making, when there are no more than so."""
    return _IsDatedRight(give_or_take)


def is_ready_at(height: Height) -> Matcher[NodeStatus]:
    """Match a node that has the block at ``height`` and says that it has caught up."""
    return _IsReadyAt(height)


def is_still_behind(height: Height) -> Matcher[NodeStatus]:
    """Match a node that has no block after ``height`` and says that it has not caught up."""
    return _IsStillBehind(height)


def is_not_connected_to(strangers: frozenset[NodeName]) -> Matcher[frozenset[NodeName]]:
    """Match a node's peers when none of ``strangers`` is among them."""
    return _HasNoPeerLike(strangers)


def is_empty_for_every_node() -> Matcher[Mapping[NodeName, frozenset[NodeName] | Silence]]:
    """Match when no node misses a connection."""
    return _IsEmptyForEveryNode()


def nobody_answers() -> Matcher[Mapping[NodeName, Any]]:
    """Match a reading in which every node was asked and none has answered."""
    return _NobodyAnswers()


def have_given_up_a_history(confirmed: Blocks) -> Matcher[Mapping[NodeName, int]]:
    """Match numbers of blocks taken back, by node: so many each that payments were confirmed."""
    least = confirmed.count
    return _HaveTakenBack(f"at least {confirmed}", lambda count: count >= least)


def have_kept_their_history(confirmed: Blocks) -> Matcher[Mapping[NodeName, int]]:
    """Match numbers of blocks taken back, by node: so few each that nothing was confirmed yet."""
    least = confirmed.count
    return _HaveTakenBack(f"fewer than {confirmed}", lambda count: count < least)


def follow_one_of(
    leaders: Iterable[NodeName],
) -> Matcher[Mapping[NodeName, NodeName | Silence | None]]:
    """Match a reading in which all nodes follow the same leader, one of these."""
    return _Follow(leaders)


def is_slower_by(delay: Milliseconds, before: float) -> Matcher[float]:
    """Match seconds per block that are more than ``before`` by at least this much."""
    return _IsSlowerBy(delay, before)


def tell_the_same_history(*, beyond: Height) -> Matcher[Mapping[NodeName, Told | Silence]]:
    """Match when all nodes tell of the same blocks, one above ``beyond`` among them."""
    return _TellTheSame(beyond)


def is_confirmed() -> Matcher[Any]:
    """Match the outcome of a payment that the network has agreed on."""
    return _IsConfirmed("the payment is confirmed")


def is_not_confirmed() -> Matcher[Any]:
    """Match anything but the outcome of a payment that the network has agreed on."""
    return _IsNotConfirmed("the payment is not confirmed")


def is_still_open() -> Matcher[Any]:
    """Match the outcome of a payment that a node took in and that nobody has decided on."""
    return _IsStillOpen("the payment was taken in, and nothing is decided")


def is_settled() -> Matcher[Any]:
    """Match an outcome that will not change any more: confirmed or refused."""
    return _IsSettled("it is known whether the payment has happened")


def has_no_fork() -> Matcher[_Forks]:
    """Match what a history knows of heights with more than one final block: nothing."""
    return _HasNoFork()


def has_confirmed(count: int) -> Matcher[int]:
    """Match a number of confirmed payments that is ``count`` at least."""
    return _HasConfirmed(count)


def is_refused_because(reason: Refusal) -> Matcher[Outcome]:
    """Match a refusal for exactly this reason."""
    return _IsRefusedBecause(reason)


def each_ledger_is(
    expected: Mapping[AccountName, Coins],
) -> Matcher[Mapping[AccountName, Mapping[NodeName, Coins | Silence]]]:
    """Match when every node shows what the confirmed payments add up to, for every account."""
    return _EachLedgerIs(expected)


def in_words(outcome: Outcome | Pending) -> str:
    """An outcome as the end of a sentence."""
    match outcome:
        case Confirmed(height=height):
            return f"was confirmed in block {height}"
        case Refused(reason=reason, words=words):
            return f"was refused because {reason.value}" + (f" (“{words}”)" if words else "")
        case Unknown(why=why):
            return f"had no answer in time ({why})"
        case Pending():
            return "is not confirmed"


def who_shows_which(blocks: Mapping[AnId, Iterable[NodeName]]) -> str:
    """``0A1B by node-1, node-2; 0C2D by node-3``; ids are cut as long as they stay different."""
    shown = 12 if len({block[:12] for block in blocks}) == len(blocks) else None
    return "; ".join(
        f"{block[:shown]} by {', '.join(in_order(nodes))}" for block, nodes in blocks.items()
    )


def first_difference(stories: Mapping[NodeName, Told]) -> str:
    """The first height at which histories differ, and who says what there."""
    longest = max((len(told.blocks) for told in stories.values()), default=0)
    first = next(iter(stories.values())).first if stories else Height(0)
    for position in range(longest):
        blocks = {
            node: str(told.blocks[position]) if position < len(told.blocks) else "nothing"
            for node, told in stories.items()
        }
        if len(set(blocks.values())) > 1:
            said = Counter(blocks.values())
            by_block = {
                block: [node for node in blocks if blocks[node] == block]
                for block, _ in said.most_common()
            }
            return f"histories differ at block {first + position}: {who_shows_which(by_block)}"
    return "all histories are the same"


def _following(leader: NodeName | Silence | None) -> str:
    if isinstance(leader, Silence):
        return str(leader)
    return "follows nobody" if leader is None else f"follows {leader}"
