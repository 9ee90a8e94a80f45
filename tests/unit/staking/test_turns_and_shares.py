"""Shares of blocks and of earnings, and what is said of those that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription
from hypothesis import given
from hypothesis import strategies as st

from support.domain import AccountName, Height, NodeName, Percent, Votes, node_named
from support.implementations.stakes import Income, StakeRules
from support.staking.earning_matchers import earns_its_part, has_collected, is_shared_out
from support.staking.earnings import Part, Shares
from support.staking.matchers import (
    counts,
    hardly_any_was_lost,
    has_delegated,
    have_made_their_shares,
    made_all,
    made_none,
    made_some,
)
from support.staking.turns import Turns

ONE, TWO, THREE = (node_named(number) for number in range(1, 4))
ALICE = AccountName("Alice")
RULES = StakeRules(60.0, Percent(1), Percent(5), Percent(2), Percent(10), Votes.of(1, per=10**18))


def why_not(matcher: Matcher[object], value: object) -> str:
    assert not matcher.matches(value)
    description = StringDescription()
    matcher.describe_mismatch(value, description)
    return str(description)


def turns(
    makers: Sequence[NodeName], lost: int = 0, weights: Mapping[NodeName, int] | None = None
) -> Turns:
    return Turns(Height(5), makers, lost, weights or {ONE: 3, TWO: 1})


@given(st.integers(min_value=1, max_value=40))
def test_exact_shares_are_right_without_a_lost_turn(rounds: int) -> None:
    assert have_made_their_shares().matches(turns([ONE, ONE, ONE, TWO] * rounds))


@pytest.mark.parametrize("lost", [0, 1])
def test_a_block_that_somebody_else_made_needs_a_lost_turn(lost: int) -> None:
    shifted = turns([ONE, ONE, TWO, TWO], lost)
    assert have_made_their_shares().matches(shifted) is (lost == 1)


def test_lost_turns_do_not_excuse_one_who_makes_nothing() -> None:
    assert not have_made_their_shares().matches(turns([ONE] * 4, lost=10))


def test_who_has_no_votes_has_no_share() -> None:
    words = why_not(have_made_their_shares(), turns([ONE, ONE, ONE, THREE]))
    assert "node-3 made 1 and its share is 0" in words
    assert "of 4 blocks from 5, with 0 turns lost" in words


def test_who_made_what() -> None:
    seen = turns([ONE, ONE, TWO])
    assert made_none([THREE]).matches(seen)
    assert made_some([ONE, TWO]).matches(seen)
    assert made_all([ONE, TWO]).matches(seen)
    assert not made_all([ONE]).matches(seen)
    assert not made_all([ONE, TWO, THREE]).matches(seen)
    assert why_not(made_none([TWO]), seen) == "of 3 from 5 on, node-1 made 2, node-2 made 1"


def test_nothing_is_proved_by_no_blocks_at_all() -> None:
    assert not made_none([ONE]).matches(turns([]))
    assert not hardly_any_was_lost().matches(turns([]))


def test_who_has_turns_and_is_away_costs_more_than_a_busy_host() -> None:
    others = [ONE, TWO, THREE] * 12
    assert hardly_any_was_lost().matches(turns(others))
    assert hardly_any_was_lost().matches(turns(others, lost=6))
    words = why_not(hardly_any_was_lost(), turns(others, lost=12))
    assert words == "of 36 blocks from 5, 12 turns were lost"


def test_who_is_not_in_the_set_counts_with_nothing() -> None:
    assert counts(TWO, with_votes=0).matches({ONE: 5})
    assert why_not(counts(TWO, with_votes=4), {ONE: 5}) == "counts it with 0 votes"


def test_a_delegation_is_right_to_the_last_part() -> None:
    matcher = has_delegated(ALICE, Votes.of(5))
    assert matcher.matches(Votes.of(5))
    assert why_not(matcher, Votes.of(49, per=10)) == "shows 4.9 votes"


def income(
    one: int | Fraction, two: int | Fraction, *, common: int = 0, existing: int = 0, fees: int = 0
) -> Income:
    shared = {ONE: Votes.of(one), TWO: Votes.of(two)}
    return Income(Votes.of(fees), shared, Votes.of(common), Votes.of(existing))


def shares(before: Income, after: Income) -> Shares:
    return Shares(Height(7), before, after, {ONE: 3, TWO: 1}, RULES)


def test_what_is_new_goes_to_votes_and_to_all() -> None:
    right = shares(
        income(10, 10, common=5, existing=1000), income(10 + 294, 10 + 98, common=13, existing=1400)
    )
    assert right.to_share == Votes.of(400)
    assert is_shared_out().matches(right)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (income(98, 294, common=8, existing=400), "node-1 got 98 votes and should have got 294"),
        (income(294, 98, common=7, existing=400), "399 votes arrived somewhere"),
        (income(300, 100, common=0, existing=400), "node-1 got 300 votes and should have got 294"),
    ],
)
def test_whatever_goes_elsewhere_is_told(after: Income, words: str) -> None:
    assert words in why_not(is_shared_out(), shares(income(0, 0), after))


def test_nothing_new_is_nothing_shared_out() -> None:
    assert not is_shared_out().matches(shares(income(0, 0), income(0, 0)))


def test_fees_that_are_shared_out_count_as_well() -> None:
    paid = shares(income(0, 0, fees=400), income(294, 98, common=8))
    assert is_shared_out().matches(paid)


def test_a_fee_is_collected_to_the_last_part() -> None:
    paid = shares(income(0, 0), income(0, 0, fees=3))
    assert has_collected(Votes.of(3)).matches(paid)
    assert why_not(has_collected(Votes.of(4)), paid) == "collected 3 votes in block 8"


def test_a_fee_shows_after_a_quiet_block_whether_earlier_ones_are_still_there_or_not() -> None:
    in_a_basket = shares(income(0, 0, fees=3), income(0, 0, fees=6))
    shared_out_since = shares(income(0, 0), income(0, 0, fees=3))
    assert has_collected(Votes.of(3)).matches(in_a_basket)
    assert has_collected(Votes.of(3)).matches(shared_out_since)


def test_a_fee_is_hidden_by_one_of_the_block_before_that_is_shared_out() -> None:
    at_once = shares(income(0, 0, fees=3), income(3, 0, fees=3))
    assert why_not(has_collected(Votes.of(3)), at_once) == "collected 0 votes in block 8"


def test_who_delegates_gets_a_part_without_that_of_the_operator() -> None:
    part = Part(Votes.of(100), Votes.of(45), Votes.of(50), Votes.of(100), RULES)
    assert part.due == Votes.of(45)
    assert earns_its_part(ALICE).matches(part)
    short = Part(Votes.of(100), Votes.of(44), Votes.of(50), Votes.of(100), RULES)
    assert "Alice got 44 votes" in why_not(earns_its_part(ALICE), short)


def test_a_part_of_nothing_proves_nothing() -> None:
    part = Part(Votes.of(0), Votes.of(0), Votes.of(50), Votes.of(100), RULES)
    assert not earns_its_part(ALICE).matches(part)
