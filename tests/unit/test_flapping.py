"""A cut that comes and goes is measured each time, and what goes wrong meanwhile is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.domain import EnvironmentProblem
from support.faults.flapping import Flapping
from support.faults.grudges import Grudge, between
from support.journal import Journal
from support.waiting import until
from tests.unit.played import NODE_1, NODE_2, journalled

LINK = between([NODE_1], [NODE_2])


class Filter:
    """Remembers what it was told; ``fails`` is raised instead, at the call of that number."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails: dict[int, EnvironmentProblem] = {}

    def cut(self, grudge: Grudge) -> int:
        assert grudge == LINK
        self._do("cut")
        return len(self.done)

    def heal(self, number: int) -> None:
        assert self.done[number - 1] == "cut"
        self._do("heal")

    def _do(self, what: str) -> None:
        problem = self.fails.pop(len(self.done), None)
        if problem:
            raise problem
        self.done.append(what)


@pytest.fixture
def links() -> Filter:
    return Filter()


@pytest.fixture
def flapping(links: Filter, journal: Journal) -> Callable[[float], Flapping]:
    return lambda every: Flapping(LINK, every, cut=links.cut, heal=links.heal, journal=journal)


def test_it_is_cut_before_the_example_goes_on_and_open_when_it_stops(
    links: Filter, flapping: Callable[[float], Flapping], journal: Journal
) -> None:
    slow = flapping(60)
    slow.start()
    assert links.done == ["cut"]
    slow.stop()
    assert links.done == ["cut", "heal"]
    asked, undone = (r for r in journalled(journal.path) if r.get("what") == "flapping")
    assert (asked["kind"], undone["kind"]) == ("fault asked for", "fault undone")
    assert undone["times"] == 1


def test_it_comes_and_goes_in_turn(links: Filter, flapping: Callable[[float], Flapping]) -> None:
    fast = flapping(0.01)
    fast.start()
    assert until(lambda: len(links.done) >= 9 or None, seconds=lambda: 60.0)
    fast.stop()
    assert links.done[::2] == ["cut"] * fast.times
    assert links.done[1::2] == ["heal"] * fast.times


def test_a_first_cut_that_fails_is_told_at_once(
    links: Filter, flapping: Callable[[float], Flapping]
) -> None:
    links.fails[0] = EnvironmentProblem("no such table")
    broken = flapping(0.01)
    with pytest.raises(EnvironmentProblem, match="no such table"):
        broken.start()
    broken.stop()
    assert links.done == []


def test_what_goes_wrong_in_the_background_is_told_at_the_end_and_all_is_open(
    links: Filter, flapping: Callable[[float], Flapping]
) -> None:
    links.fails[3] = EnvironmentProblem("the heal had no effect")
    broken = flapping(0.01)
    broken.start()
    assert until(lambda: None if links.fails else True, seconds=lambda: 60.0)
    with pytest.raises(EnvironmentProblem, match="the heal had no effect"):
        broken.stop()
    assert links.done == ["cut", "heal", "cut", "heal"]
