"""Matchers say yes and no, and say no in the words of the features, node by node."""

from __future__ import annotations

from typing import Any

import pytest
from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription

from support.domain import (
    AccountName,
    BlockId,
    Coins,
    Confirmed,
    Height,
    Milliseconds,
    NodeName,
    NodeStatus,
    Pending,
    Receipt,
    Refusal,
    Refused,
    Silence,
    Told,
    Unknown,
)
from support.matchers import (
    circulate,
    each_ledger_is,
    exist,
    first_difference,
    has_a_block_after,
    has_no_block_after,
    holds,
    in_words,
    is_confirmed,
    is_dated_right,
    is_empty_for_every_node,
    is_not_confirmed,
    is_not_connected_to,
    is_ready_at,
    is_refused_because,
    is_slower_by,
    is_still_behind,
    is_still_open,
    nobody_answers,
    on_every_node,
    on_these_nodes,
    tell_the_same_history,
)
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4

ALICE, BOB = AccountName("Alice"), AccountName("Bob")
RECEIPT = Receipt("r")
CONFIRMED = Confirmed(RECEIPT, Height(7))
TOO_LOW = Refused(Refusal.BALANCE_TOO_LOW, "insufficient funds")
UNKNOWN = Unknown(RECEIPT, "connection refused")


def described(matcher: Matcher[Any]) -> str:
    return str(StringDescription().append_description_of(matcher))


def mismatch(matcher: Matcher[Any], item: object) -> str:
    assert not matcher.matches(item)
    description = StringDescription()
    matcher.describe_mismatch(item, description)
    return str(description)


def status(height: int, *, catching_up: bool = False) -> NodeStatus:
    return NodeStatus(Height(height), BlockId(f"block-{height}"), catching_up)


def story(*blocks: str, first: int = 1) -> Told:
    return Told(Height(first), tuple(map(BlockId, blocks)))


# -- one value

ONE_VALUE = [
    (holds(ALICE, Coins(70)), Coins(70), Coins(100), "Alice holds 70 coins", "shows 100 coins"),
    (holds(ALICE, Coins(0)), Coins(0), Coins(1), "Alice holds nothing", "shows 1 coin"),
    (
        circulate(Coins(140), change=-100),
        Coins(40),
        Coins(41),
        "100 fewer coins are in circulation than 140 coins",
        "shows 41 coins",
    ),
    (
        circulate(Coins(40), change=2),
        Coins(42),
        Coins(41),
        "2 more coins are in circulation than 40 coins",
        "shows 41 coins",
    ),
    (
        exist(Coins(9)),
        Coins(9),
        Coins(8),
        "no coin is made or lost: 9 coins",
        "shows 8 coins",
    ),
    (
        has_a_block_after(Height(9)),
        Height(10),
        Height(9),
        "a block after block 9",
        "is at block 9",
    ),
    (
        has_no_block_after(Height(9)),
        Height(9),
        Height(10),
        "no block after block 9",
        "has made block 10",
    ),
    (
        is_ready_at(Height(5)),
        status(5),
        status(4),
        "ready to serve customers, with block 5",
        "is at block 4",
    ),
    (
        is_ready_at(Height(5)),
        status(6),
        status(5, catching_up=True),
        "ready to serve customers, with block 5",
        "is at block 5, still catching up",
    ),
    (
        is_still_behind(Height(5)),
        status(5, catching_up=True),
        status(5),
        "no block after block 5, and not ready to serve customers",
        "is at block 5, and says that it is ready",
    ),
    (
        is_still_behind(Height(5)),
        status(4, catching_up=True),
        status(6, catching_up=True),
        "no block after block 5, and not ready to serve customers",
        "is at block 6",
    ),
    (
        is_not_connected_to(frozenset({NodeName("stranger-5")})),
        frozenset({NODE_2}),
        frozenset({NODE_2, NodeName("stranger-5")}),
        "no connection to a node of another network",
        "is connected to stranger-5",
    ),
    (
        is_confirmed(),
        CONFIRMED,
        Pending(),
        "the payment is confirmed",
        "says that it is not confirmed",
    ),
    (
        is_not_confirmed(),
        UNKNOWN,
        CONFIRMED,
        "the payment is not confirmed",
        "says that it was confirmed in block 7",
    ),
    (
        is_refused_because(Refusal.BALANCE_TOO_LOW),
        TOO_LOW,
        Refused(Refusal.ALREADY_MADE),
        "a refusal because the balance is too low",
        "it was refused because this payment has already been made",
    ),
]


@pytest.mark.parametrize(("matcher", "fits", "fits_not", "expected", "but"), ONE_VALUE)
def test_a_matcher_of_one_value(
    matcher: Matcher[Any], fits: object, fits_not: object, expected: str, but: str
) -> None:
    assert described(matcher) == expected
    assert matcher.matches(fits)
    if fits_not is not None:
        assert mismatch(matcher, fits_not) == but


@pytest.mark.parametrize("outcome", [Pending(), UNKNOWN, TOO_LOW])
def test_only_a_confirmation_is_a_confirmation(outcome: object) -> None:
    assert not is_confirmed().matches(outcome)
    assert is_not_confirmed().matches(outcome)


@pytest.mark.parametrize("outcome", [CONFIRMED, UNKNOWN])
def test_what_had_no_answer_or_was_confirmed_is_no_refusal(outcome: Any) -> None:
    assert not is_refused_because(Refusal.BALANCE_TOO_LOW).matches(outcome)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (CONFIRMED, "was confirmed in block 7"),
        (TOO_LOW, "was refused because the balance is too low (“insufficient funds”)"),
        (Refused(Refusal.OTHER_NETWORK), "was refused because it belongs to another network"),
        (UNKNOWN, "had no answer in time (connection refused)"),
        (Pending(), "is not confirmed"),
    ],
)
def test_an_outcome_ends_a_sentence(outcome: Any, words: str) -> None:
    assert in_words(outcome) == words


# -- node by node


def test_all_nodes_must_agree() -> None:
    matcher = on_every_node(holds(ALICE, Coins(70)))
    assert described(matcher) == "on every node, Alice holds 70 coins"
    assert matcher.matches({NODE_1: Coins(70), NODE_2: Coins(70)})
    assert (
        mismatch(matcher, {NODE_1: Coins(70), NODE_2: Coins(100), NODE_3: Coins(70)})
        == "1 of 3 nodes disagrees: node-2 shows 100 coins"
    )
    assert (
        mismatch(matcher, {NODE_2: Coins(100), NODE_1: Coins(0), NODE_3: Coins(70)})
        == "2 of 3 nodes disagree: node-1 shows nothing; node-2 shows 100 coins"
    )


def test_dissenters_are_told_in_the_order_of_their_numbers() -> None:
    item = {NodeName(f"node-{n}"): Coins(n) for n in (10, 9, 2)}
    words = mismatch(on_every_node(holds(ALICE, Coins(0))), item)
    assert words.endswith("node-2 shows 2 coins; node-9 shows 9 coins; node-10 shows 10 coins")


@pytest.mark.parametrize("matcher", [holds(ALICE, Coins(0)), is_not_confirmed()])
def test_silence_agrees_to_nothing(matcher: Matcher[Any]) -> None:
    silence = Silence("connection refused")
    assert (
        mismatch(on_every_node(matcher), {NODE_3: silence})
        == "1 of 1 nodes disagrees: node-3 does not answer (connection refused)"
    )


def test_a_reading_of_no_node_proves_nothing() -> None:
    assert mismatch(on_every_node(is_not_confirmed()), {}) == "no node was asked"


def test_nodes_that_are_asked_are_named() -> None:
    matcher = on_these_nodes([NODE_1, NODE_3], holds(ALICE, Coins(70)))
    assert described(matcher) == "on node-1, node-3, Alice holds 70 coins"


def test_a_ledger_is_wrong_account_by_account() -> None:
    matcher = each_ledger_is({ALICE: Coins(70), BOB: Coins(30)})
    right = {ALICE: {NODE_1: Coins(70)}, BOB: {NODE_1: Coins(30)}}
    assert matcher.matches(right)
    assert described(matcher) == (
        "on every node, Alice holds 70 coins, and on every node, Bob holds 30 coins"
    )
    assert (
        mismatch(matcher, right | {BOB: {NODE_1: Coins(30), NODE_2: Coins(0)}})
        == "as for Bob, 1 of 2 nodes disagrees: node-2 shows nothing"
    )
    both = mismatch(matcher, {ALICE: {NODE_1: Coins(1)}, BOB: {NODE_1: Coins(2)}})
    assert both == (
        "as for Alice, 1 of 1 nodes disagrees: node-1 shows 1 coin; "
        "as for Bob, 1 of 1 nodes disagrees: node-1 shows 2 coins"
    )


# -- histories


def test_all_must_tell_the_same_with_a_block_that_is_new() -> None:
    matcher = tell_the_same_history(beyond=Height(2))
    assert described(matcher) == ("every node tells the same history, with a block after block 2")
    assert matcher.matches({NODE_1: story("a", "b", "c"), NODE_2: story("a", "b", "c")})


def test_an_old_block_is_no_recovery() -> None:
    item = {NODE_1: story("a", "b"), NODE_2: story("a", "b")}
    words = mismatch(tell_the_same_history(beyond=Height(2)), item)
    assert words == "the newest block that all have is block 2"


def test_the_first_difference_is_told_with_who_says_what() -> None:
    item = {
        NODE_1: story("a", "b", "c"),
        NODE_2: story("a", "b", "c"),
        NODE_3: story("a", "x", "c"),
        NODE_4: story("a"),
    }
    words = mismatch(tell_the_same_history(beyond=Height(0)), item)
    assert words == (
        "histories differ at block 2: b by node-1, node-2; x by node-3; nothing by node-4"
    )


def test_the_height_of_a_difference_is_counted_from_where_the_story_begins() -> None:
    stories = {NODE_1: story("a", "b", first=40), NODE_2: story("a", "c", first=40)}
    assert first_difference(stories).startswith("histories differ at block 41: ")


def test_a_silent_node_tells_no_history() -> None:
    item = {NODE_1: story("a", "b"), NODE_2: Silence("connection refused")}
    words = mismatch(tell_the_same_history(beyond=Height(1)), item)
    assert words == "node-2 does not answer (connection refused)"


def test_nobody_tells_no_history() -> None:
    assert not tell_the_same_history(beyond=Height(0)).matches({})


def test_the_same_histories_have_no_difference() -> None:
    assert first_difference({NODE_1: story("a"), NODE_2: story("a")}) == (
        "all histories are the same"
    )
    assert first_difference({}) == "all histories are the same"


def test_blocks_that_begin_alike_are_different_all_the_same() -> None:
    """The ids of proof-of-work blocks begin with zeros."""
    stories = {NODE_1: story("000000000000a1"), NODE_2: story("000000000000b2")}
    assert first_difference(stories) == (
        "histories differ at block 1: 000000000000a1 by node-1; 000000000000b2 by node-2"
    )


def test_a_long_id_is_shown_as_far_as_it_takes_to_tell_it_apart() -> None:
    stories = {NODE_1: story("a" * 64), NODE_2: story("b" * 64)}
    assert first_difference(stories) == (
        f"histories differ at block 1: {'a' * 12} by node-1; {'b' * 12} by node-2"
    )


def test_everyone_is_connected_when_nobody_misses_anybody() -> None:
    whole = {NODE_1: frozenset[NodeName](), NODE_2: frozenset[NodeName]()}
    assert is_empty_for_every_node().matches(whole)
    assert not is_empty_for_every_node().matches({})


def test_a_missing_connection_is_told_with_both_ends() -> None:
    description = StringDescription()
    readings = {NODE_1: frozenset({NODE_2}), NODE_2: Silence("refused"), NODE_3: frozenset()}
    assert not is_empty_for_every_node().matches(readings)
    is_empty_for_every_node().describe_mismatch(readings, description)
    assert str(description) == (
        "node-1 is not connected to node-2; node-2 does not answer (refused)"
    )


def test_a_node_that_was_not_asked_has_not_agreed() -> None:
    asked = on_these_nodes([NODE_1, NODE_2], holds(ALICE, Coins(1)))
    assert asked.matches({NODE_1: Coins(1), NODE_2: Coins(1)})
    assert not asked.matches({NODE_1: Coins(1)})


def test_only_a_payment_that_was_taken_in_is_still_open() -> None:
    assert is_still_open().matches(Unknown(Receipt("r"), "late", taken=True))
    assert not is_still_open().matches(Unknown(Receipt("r"), "nobody took it"))
    assert not is_still_open().matches(Confirmed(Receipt("r"), Height(1)))


# -- pace


def test_a_pace_is_slower_by_what_a_link_takes() -> None:
    slower = is_slower_by(Milliseconds(100), 0.5)
    assert slower.matches(0.61)
    assert not slower.matches(0.55)
    assert described(slower) == "a block takes 100 ms longer than 0.50 s"
    assert "0.55" in mismatch(slower, 0.55)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (3600.4, "shows a block from 3600.4 s in the past"),
        (-3600.4, "shows a block from 3600.4 s in the future"),
    ],
)
def test_a_date_is_right_when_it_is_about_now(age: float, words: str) -> None:
    right = is_dated_right(5.0)
    assert right.matches(2.0)
    assert right.matches(-2.0)
    assert not right.matches(age)
    assert mismatch(right, age) == words
    assert described(right) == "a date that is right to within 5.0 s"


# -- silence


def test_nobody_answers_when_everybody_is_silent() -> None:
    silent = Silence("no answer in time")
    assert nobody_answers().matches({NODE_1: silent, NODE_2: silent})
    assert mismatch(nobody_answers(), {NODE_1: silent, NODE_2: 3}) == "node-2 answered"
    assert mismatch(nobody_answers(), {}) == "no node was asked"
