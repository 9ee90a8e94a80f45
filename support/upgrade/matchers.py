"""What is expected of proposals and releases, and how a mismatch is told."""

from __future__ import annotations

from typing import Generic, TypeVar

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.domain import Height, NodeState, ProposalState, Silence
from support.implementations.governance import Plan

T = TypeVar("T")


class _Says(BaseMatcher[T], Generic[T]):
    """Accepts one value, and tells of another one in the words of ``told``."""

    def __init__(self, what: str, expected: T) -> None:
        self._what = what
        self._expected = expected

    def _matches(self, item: T) -> bool:
        return item == self._expected

    def describe_to(self, description: Description) -> None:
        description.append_text(f"{self._what} {_told(self._expected)}")

    def describe_mismatch(self, item: T, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"says that {self._what} {_told(item)}")


class _ComesToTheHeight(BaseMatcher[Height]):
    """Accepts the heights of a node that waits: the last that it may execute, or the next one."""

    def __init__(self, agreed: Height) -> None:
        self._agreed = agreed

    def _matches(self, item: Height) -> bool:
        return item <= self._agreed

    def describe_to(self, description: Description) -> None:
        description.append_text(f"a node goes no further than the agreed block {self._agreed}")

    def describe_mismatch(self, item: Height, mismatch_description: Description) -> None:
        mismatch_description.append_text(f"has block {item}")


class _WaitsBefore(BaseMatcher[Height | Silence | NodeState]):
    """Accepts the last height but the agreed one, and a node that has ended by itself."""

    def __init__(self, agreed: Height) -> None:
        self._last = Height(agreed - 1)

    def _matches(self, item: Height | Silence | NodeState) -> bool:
        return item is NodeState.STOPPED or (isinstance(item, int) and item >= self._last)

    def describe_to(self, description: Description) -> None:
        description.append_text(f"a node has block {self._last}, or has ended at the next one")

    def describe_mismatch(
        self, item: Height | Silence | NodeState, mismatch_description: Description
    ) -> None:
        mismatch_description.append_text(
            str(item) if isinstance(item, Silence) else f"has block {item}"
        )


def is_at(state: ProposalState | None) -> Matcher[ProposalState | None]:
    """The proposal is so far; None for one that is not known any more."""
    return _Says("the proposal", state)


def waits_for(plan: Plan | None) -> Matcher[Plan | None]:
    """The node is going to stop for this upgrade, or for none."""
    return _Says("the upgrade that it waits for", plan)


def runs(version: str) -> Matcher[str]:
    """The node says that it is this release."""
    return _Says("its release", version)


def waits_before(agreed: Height) -> Matcher[Height | Silence | NodeState]:
    """The node can go no further without the release that begins with this block."""
    return _WaitsBefore(agreed)


def goes_no_further_than(height: Height) -> Matcher[Height]:
    """The node has no block after the one that was agreed on."""
    return _ComesToTheHeight(height)


def _told(value: object) -> str:
    match value:
        case None:
            return "is none that it knows"
        case ProposalState():
            return value.value
        case Plan(name=name, height=height):
            return f"is {name} at block {height}"
        case _:
            return f"is {value}"
