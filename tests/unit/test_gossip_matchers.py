"""What is expected of news, bursts and rhythm, and how a mismatch is told."""

from __future__ import annotations

from typing import Any

import pytest
from hamcrest import assert_that

from support.domain import Height, Receipt, Silence
from support.gossip import known_to_all, known_to_some
from support.gossip_matchers import (
    are_in_exactly_one_block,
    are_in_no_block,
    are_in_the_order_of,
    are_seen_by_all_within,
    keep_their_rhythm,
    know_all,
    know_at_least,
    share_what_they_know,
)
from tests.unit.played import NODE_1, NODE_2

A, B, C, D = (Receipt(letter) for letter in "ABCD")
ALL = frozenset({A, B, C, D})


def complaint(value: Any, matcher: Any) -> str:
    with pytest.raises(AssertionError) as raised:
        assert_that(value, matcher)
    return str(raised.value)


def test_every_node_knows_every_payment() -> None:
    assert_that({NODE_1: ALL, NODE_2: ALL}, know_all(ALL))
    told = complaint({NODE_1: ALL, NODE_2: frozenset({A})}, know_all(ALL))
    assert "every node knows of all 4 payments" in told
    assert "node-1 knows of 4 of 4; node-2 knows of 1 of 4" in told


def test_who_does_not_answer_knows_nothing() -> None:
    silent = {NODE_1: ALL, NODE_2: Silence("it is down")}
    assert "node-2 does not answer (it is down)" in complaint(silent, know_all(ALL))
    assert known_to_all(silent) == 0
    assert known_to_some(silent) == 4
    complaint(silent, share_what_they_know(0.1, ALL))
    complaint({}, know_all(ALL))


def test_a_share_is_of_what_some_node_knows() -> None:
    shared = {NODE_1: frozenset({A, B, C}), NODE_2: frozenset({B, C, D})}
    assert (known_to_some(shared), known_to_all(shared)) == (4, 2)
    assert_that(shared, share_what_they_know(0.5, ALL))
    assert "at least 51% of the payments" in complaint(shared, share_what_they_know(0.51, ALL))


def test_nothing_that_nobody_knows_is_shared() -> None:
    complaint({NODE_1: frozenset(), NODE_2: frozenset()}, share_what_they_know(0.95, ALL))


def test_a_share_of_all_counts_those_that_nobody_knows() -> None:
    forgotten = {NODE_1: frozenset({A, B}), NODE_2: frozenset({A, B})}
    assert_that(forgotten, share_what_they_know(1.0, ALL))
    told = complaint(forgotten, know_at_least(0.75, ALL))
    assert "at least 75% of 4 payments are known to all" in told
    assert "node-1 knows of 2 of 4" in told
    assert_that(forgotten, know_at_least(0.5, ALL))
    complaint({NODE_1: ALL, NODE_2: frozenset({A, B, C})}, know_at_least(1.0, ALL))
    complaint({}, know_at_least(0.5, ALL))


def test_no_block_has_any() -> None:
    assert_that({NODE_1: [], NODE_2: []}, are_in_no_block())
    told = complaint({NODE_1: [], NODE_2: [A, B, A]}, are_in_no_block())
    assert "node-2 has 2 of them in its blocks" in told
    assert "node-1" not in told
    complaint({NODE_1: [], NODE_2: Silence("it is down")}, are_in_no_block())
    complaint({}, are_in_no_block())


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([A, B, C], "node-2 misses 1 of 4, and has 0 of them more than once"),
        ([A, B, C, D, A], "node-2 misses 0 of 4, and has 1 of them more than once"),
        (Silence("it is down"), "node-2 does not answer (it is down)"),
    ],
)
def test_each_payment_is_in_one_block(found: Any, words: str) -> None:
    assert_that({NODE_1: [D, C, B, A]}, are_in_exactly_one_block(ALL))
    told = complaint({NODE_1: [A, B, C, D], NODE_2: found}, are_in_exactly_one_block(ALL))
    assert words in told
    assert "node-1" not in told


def test_every_row_is_there_in_its_order() -> None:
    rows = [[A, B], [C, D]]
    assert_that({NODE_1: [C, A, D, B]}, are_in_the_order_of(rows))
    assert "1 of 2 rows" in complaint({NODE_1: [B, C, D, A]}, are_in_the_order_of(rows))
    assert "2 of 2 rows" in complaint({NODE_1: [A, C]}, are_in_the_order_of(rows))


def test_a_block_that_is_seen_late_is_named() -> None:
    assert_that({Height(5): 0.9, Height(6): 0.0}, are_seen_by_all_within(1.0))
    told = complaint({Height(5): 0.9, Height(6): 1.25}, are_seen_by_all_within(1.0))
    assert "block 6 took 1.25 s" in told
    assert "block 5" not in told
    complaint({}, are_seen_by_all_within(1.0))


def test_the_slowest_block_is_compared_with_a_usual_one() -> None:
    assert_that([0.2, 0.2, 2.0], keep_their_rhythm(10))
    told = complaint([0.2, 0.2, 0.2, 2.1], keep_their_rhythm(10))
    assert "the slowest of 4 took 2.10 s, and a usual one 0.20 s" in told
    complaint([], keep_their_rhythm(10))
