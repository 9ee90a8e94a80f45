"""What is expected of a network in which somebody cheats or is away, and how a mismatch is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import NodeName, Votes, in_numbers
from support.history import Fork
from support.implementations.stakes import Candidate
from support.implementations.twins import DoubleVote
from support.matchers import who_shows_which


class _IsBanned(BaseMatcher[Mapping[NodeName, Candidate]]):
    def __init__(self, node: NodeName) -> None:
        self._node = node

    def _matches(self, item: Mapping[NodeName, Candidate]) -> bool:
        shown = item.get(self._node)
        return shown is not None and shown.is_banned and shown.is_jailed and not shown.is_active

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._node} is banned for good")

    def describe_mismatch(
        self, item: Mapping[NodeName, Candidate], mismatch_description: Description
    ) -> None:
        mismatch_description.append_text(f"shows {item.get(self._node, 'nothing of it')}")


class _ProveADoubleVote(BaseMatcher[Sequence[DoubleVote]]):
    def __init__(self, node: NodeName) -> None:
        self._node = node

    def _matches(self, item: Sequence[DoubleVote]) -> bool:
        return [proved.node for proved in item] == [self._node]

    def describe_to(self, description: Description) -> None:
        description.append_text(f"it is proved that {self._node} has voted twice, and nobody else")

    def describe_mismatch(
        self, item: Sequence[DoubleVote], mismatch_description: Description
    ) -> None:
        proved = [f"{each.node} at height {each.height}" for each in item]
        mismatch_description.append_text(f"has proof of {', '.join(proved) or 'nothing'}")


class _Part(BaseMatcher[Sequence[Fork]]):
    def __init__(self, nodes: Collection[NodeName]) -> None:
        self._nodes = frozenset(nodes)

    def _matches(self, item: Sequence[Fork]) -> bool:
        return any(self._is_parted(fork) for fork in item)

    def _is_parted(self, fork: Fork) -> bool:
        _, shown = fork
        sides = [self._nodes & who for who in shown.values()]
        return sum(len(side) == 1 for side in sides) == len(self._nodes)

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{in_numbers(self._nodes)} show different blocks at one height")

    def describe_mismatch(self, item: Sequence[Fork], mismatch_description: Description) -> None:
        seen = [f"at height {height}: {who_shows_which(shown)}" for height, shown in item]
        mismatch_description.append_text("; ".join(seen) or "nobody has seen two final blocks")


class _IsJailed(BaseMatcher[Mapping[NodeName, Candidate]]):
    def __init__(self, node: NodeName) -> None:
        self._node = node

    def _matches(self, item: Mapping[NodeName, Candidate]) -> bool:
        shown = item.get(self._node)
        return shown is not None and shown.is_jailed and not shown.is_banned

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._node} is jailed, and not banned")

    def describe_mismatch(
        self, item: Mapping[NodeName, Candidate], mismatch_description: Description
    ) -> None:
        mismatch_description.append_text(f"shows {item.get(self._node, 'nothing of it')}")


class _Stakes(BaseMatcher[Votes]):
    def __init__(self, node: NodeName, votes: Votes) -> None:
        self._node = node
        self._votes = votes

    def _matches(self, item: Votes) -> bool:
        return item == self._votes

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._votes} are staked on {self._node}")

    def describe_mismatch(self, item: Votes, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"shows {item}")


def is_banned(node: NodeName) -> Matcher[Mapping[NodeName, Candidate]]:
    """The node shows that another one may not vote any more, whatever it does."""
    return _IsBanned(node)


def is_jailed(node: NodeName) -> Matcher[Mapping[NodeName, Candidate]]:
    """The node shows that another one may not vote for a while."""
    return _IsJailed(node)


def prove_a_double_vote_of(node: NodeName) -> Matcher[Sequence[DoubleVote]]:
    """Exactly one is proved, and nothing against anybody else."""
    return _ProveADoubleVote(node)


def part(nodes: Collection[NodeName]) -> Matcher[Sequence[Fork]]:
    """At some height each of these nodes has shown a block that no other of them has."""
    return _Part(nodes)


def has_staked(node: NodeName, votes: Votes) -> Matcher[Votes]:
    """The node shows that so many votes are staked on another, to the last part of one."""
    return _Stakes(node, votes)
