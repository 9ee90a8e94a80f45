"""What people do at random: the same for the same seed, and never two nodes away at once."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import BadRequest, Doer, node_named
from support.endurance.actions import Action, Leave, Return
from support.endurance.plan import mended, plan

NODES = [node_named(number) for number in range(1, 5)]
EVERYBODY = frozenset(Doer)


def most_away(actions: Sequence[Action]) -> int:
    away, most = set(), 0
    for action in actions:
        if isinstance(action, Leave):
            away.add(action.node)
        elif isinstance(action, Return):
            away.remove(action.node)
        elif away:
            assert getattr(action, "through", None) not in away
        most = max(most, len(away))
    assert not away
    return most


@given(st.integers(), st.integers(0, 80))
def test_the_same_seed_makes_the_same_list(seed: int, count: int) -> None:
    made = plan(NODES, EVERYBODY, Random(seed), count)
    assert made == plan(NODES, EVERYBODY, Random(seed), count)
    assert count <= len(made) <= count + 1
    assert most_away(made) <= 1


@given(st.integers(), st.data())
def test_a_part_of_a_list_makes_sense_once_it_is_mended(seed: int, data: st.DataObject) -> None:
    made = plan(NODES, EVERYBODY, Random(seed), 40)
    kept = data.draw(st.lists(st.booleans(), min_size=len(made), max_size=len(made)))
    part = mended(action for action, stays in zip(made, kept, strict=True) if stays)
    assert most_away(part) <= 1
    assert mended(part) == part


def test_everything_that_people_can_do_is_done() -> None:
    kinds = {type(action).__name__ for action in plan(NODES, EVERYBODY, Random(1), 400)}
    assert kinds == {
        *("Pay", "Deposit", "Withdraw"),
        *("Lend", "TakeBack", "Move", "CollectEarnings"),
        *("Leave", "Return"),
    }


def test_customers_alone_touch_neither_stakes_nor_nodes() -> None:
    made = plan(NODES, frozenset({Doer.CUSTOMERS}), Random(1), 200)
    assert {type(action).__name__ for action in made} == {"Pay", "Deposit", "Withdraw"}


def test_three_nodes_cannot_spare_one() -> None:
    with pytest.raises(BadRequest, match="a network of 3 nodes cannot spare one"):
        plan(NODES[:3], EVERYBODY, Random(1), 10)
