"""Shortens a list that fails to a shorter one that still fails (delta debugging). Pure.

After A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), with
complements only: what fails after many actions seldom fails after a small part of them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Shortened(Generic[T]):
    """The shortest list that was found, and what it took.

    ``is_minimal``: without any single one of its items it does not fail; otherwise there was no
    more time to find out.
    """

    items: tuple[T, ...]
    tries: int
    is_minimal: bool


class _OutOfTries(Exception):
    """As many lists were tried as may be."""


def shortened(
    items: Sequence[T],
    still_fails: Callable[[tuple[T, ...]], bool],
    *,
    may_try: Callable[[int], bool],
) -> Shortened[T]:
    """The same items in the same order, without as many as can be spared.

    ``items`` is known to fail and is not tried again; no list is tried twice. ``may_try`` is asked
    before each try, with how many there were.
    """
    known: dict[tuple[T, ...], bool] = {}

    def fails(candidate: tuple[T, ...]) -> bool:
        if candidate not in known:
            if not may_try(len(known)):
                raise _OutOfTries
            known[candidate] = still_fails(candidate)
        return known[candidate]

    shortest = tuple(items)
    size = max(1, len(shortest) // 2)
    try:
        while True:
            before = shortest
            at = 0
            while at < len(shortest):
                candidate = shortest[:at] + shortest[at + size :]
                if fails(candidate):
                    shortest = candidate
                else:
                    at += size
            if size == 1 and shortest == before:
                return Shortened(shortest, len(known), is_minimal=True)
            size = max(1, size // 2)
    except _OutOfTries:
        return Shortened(shortest, len(known), is_minimal=False)
