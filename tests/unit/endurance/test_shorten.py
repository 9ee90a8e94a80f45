"""A list that fails is shortened, in order, to one that still fails."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from support.endurance.shorten import shortened

LISTS = st.lists(st.integers(0, 50), max_size=40, unique=True)


def in_order(part: tuple[int, ...], whole: list[int]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in part)


@given(LISTS, st.data())
def test_what_is_needed_is_left_and_nothing_else(items: list[int], data: st.DataObject) -> None:
    needed = set(data.draw(st.lists(st.sampled_from(items), max_size=4)) if items else [])
    found = shortened(items, lambda part: needed <= set(part), may_try=lambda _: True)
    assert set(found.items) == needed
    assert found.is_minimal
    assert in_order(found.items, items)


@given(LISTS, st.integers(0, 10))
def test_it_still_fails_however_few_tries_there_are(items: list[int], most: int) -> None:
    tried: list[tuple[int, ...]] = []

    def fails(part: tuple[int, ...]) -> bool:
        tried.append(part)
        return sum(part) >= sum(items) / 2

    found = shortened(items, fails, may_try=lambda tries: tries < most)
    assert sum(found.items) >= sum(items) / 2
    assert in_order(found.items, items)
    assert found.tries == len(tried) == len(set(tried)) <= most


def test_a_hundred_become_a_handful() -> None:
    found = shortened(range(100), lambda part: {7, 60, 99} <= set(part), may_try=lambda _: True)
    assert found.items == (7, 60, 99)
    assert found.tries < 60
