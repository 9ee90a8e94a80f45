"""The words of the features as values: what they allow, and how they read."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import (
    MORE_THAN_CAN_EXIST,
    Amount,
    BadRequest,
    BlockId,
    Blocks,
    Capability,
    Coins,
    EnvironmentProblem,
    Family,
    Height,
    NetworkFailure,
    NodeName,
    Percent,
    Refusal,
    Silence,
    Skew,
    Told,
    Votes,
    in_numbers,
    in_order,
    node_named,
    node_number,
    twin_named,
)

some_coins = st.integers(min_value=0, max_value=2**256)


@given(some_coins, some_coins)
def test_what_is_added_can_be_taken_away_again(one: int, other: int) -> None:
    assert Coins(one) + Coins(other) - Coins(other) == Coins(one)


@given(some_coins, some_coins)
def test_coins_are_ordered_by_their_number(one: int, other: int) -> None:
    assert (Coins(one) < Coins(other)) == (one < other)


@pytest.mark.parametrize("make", [lambda: Coins(-1), lambda: Coins(2) - Coins(3)])
def test_nobody_holds_less_than_nothing(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="coins cannot be negative: -1"):
        make()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Coins(0), "nothing"),
        (Coins(1), "1 coin"),
        (Coins(70), "70 coins"),
        (Amount(0), "0 coins"),
        (Amount(-5), "-5 coins"),
        (Amount(1), "1 coin"),
        (Blocks(1), "1 block"),
        (Blocks(10), "10 blocks"),
        (Silence("connection refused"), "does not answer (connection refused)"),
    ],
)
def test_a_value_reads_as_it_does_in_a_feature(value: object, words: str) -> None:
    assert str(value) == words


def test_an_amount_may_be_one_that_makes_no_sense() -> None:
    assert Amount(-5).value == -5
    assert MORE_THAN_CAN_EXIST.value.bit_length() == 257


def test_values_cannot_be_changed() -> None:
    coins = Coins(3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        coins.value = 4  # type: ignore[misc]


@given(st.lists(st.integers(min_value=1, max_value=999), unique=True))
def test_nodes_are_in_the_order_of_their_numbers(numbers: list[int]) -> None:
    ordered = in_order({node_named(number) for number in numbers})
    assert [node_number(node) for node in ordered] == sorted(numbers)


def test_node_10_comes_after_node_9() -> None:
    assert in_order(["node-10", "node-9", "node-1"]) == ["node-1", "node-9", "node-10"]


def test_a_stranger_has_a_number_too() -> None:
    assert in_order(["stranger-5", "node-4"]) == ["node-4", "stranger-5"]


def test_a_story_ends_with_its_last_block() -> None:
    assert Told(Height(5), (BlockId("a"), BlockId("b"))).last == 6
    assert Told(Height(5), ()).last == 4


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3600, "1 hour fast"),
        (-600, "10 minutes slow"),
        (90, "90 seconds fast"),
        (-172800, "2 days slow"),
        (0, "0 seconds fast"),
    ],
)
def test_a_skew_is_told_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    assert str(Skew(seconds)) == words


def test_no_two_refusals_read_the_same() -> None:
    assert len({refusal.value for refusal in Refusal}) == len(Refusal)


def test_what_a_family_promises_can_be_asked_for() -> None:
    assert {family.value for family in Family} <= {capability.value for capability in Capability}


def test_only_the_network_can_fail_an_example() -> None:
    """Behave tells by the type: an AssertionError is ``failed``, anything else is ``error``."""
    assert issubclass(NetworkFailure, AssertionError)
    assert issubclass(BadRequest, EnvironmentProblem)
    assert not issubclass(EnvironmentProblem, AssertionError)


@pytest.mark.parametrize(
    ("votes", "words"),
    [
        (Votes.of(1), "1 vote"),
        (Votes.of(5000), "5000 votes"),
        (Votes.of(999_995, per=10), "99999.5 votes"),
        (Votes.of(1, per=10**18), "0.000000000000000001 votes"),
    ],
)
def test_votes_are_told_to_the_last_part(votes: Votes, words: str) -> None:
    assert str(votes) == words


def test_a_part_of_a_vote_does_not_count() -> None:
    assert Votes.of(99_999_9, per=10).whole == 99_999


def test_a_share_of_votes_is_exact() -> None:
    assert Votes.of(100_001).part(Percent(5)) == Votes.of(500_005, per=100)


def test_a_twin_is_named_after_no_node_and_told_as_the_twin_of_one() -> None:
    assert twin_named(NodeName("node-4")) == "twin-44"
    assert in_numbers(["twin-44"]) == "the twin of node 4"
    assert in_numbers(["node-3", "twin-44", "node-1"]) == "nodes 1 and 3 and the twin of node 4"
    assert in_numbers(["node-3", "node-1", "node-2"]) == "nodes 1, 2 and 3"


def test_only_small_networks_have_twins() -> None:
    with pytest.raises(BadRequest, match="only the first 12 nodes"):
        twin_named(NodeName("node-13"))
