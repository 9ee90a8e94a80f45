"""What is expected of cheats and absentees, and what is said when it is otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription

from support.domain import BlockId, Height, NodeName, Votes
from support.implementations.stakes import Candidate
from support.implementations.twins import DoubleVote
from support.staking.verdicts import (
    has_staked,
    is_banned,
    is_jailed,
    part,
    prove_a_double_vote_of,
)

ONE, TWO, THREE = (NodeName(f"node-{number}") for number in (1, 2, 3))


def candidate(**how: bool) -> Candidate:
    usual = {"is_active": False, "is_jailed": True, "is_banned": False}
    return Candidate(stake=Votes.of(10), **{**usual, **how})


def words_about(matcher: Matcher[Any], value: object) -> str:
    description = StringDescription()
    matcher.describe_mismatch(value, description)
    return str(description)


def test_who_is_banned_is_jailed_as_well_and_votes_no_more() -> None:
    assert is_banned(ONE).matches({ONE: candidate(is_banned=True)})


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {ONE: candidate()},
        {ONE: candidate(is_banned=True, is_active=True)},
        {ONE: candidate(is_banned=True, is_jailed=False)},
        {TWO: candidate(is_banned=True)},
    ],
)
def test_anything_less_is_no_ban(shown: dict[NodeName, Candidate]) -> None:
    assert not is_banned(ONE).matches(shown)
    assert "shows" in words_about(is_banned(ONE), shown)


def test_who_is_jailed_is_not_banned() -> None:
    assert is_jailed(ONE).matches({ONE: candidate()})
    assert not is_jailed(ONE).matches({ONE: candidate(is_banned=True)})
    assert not is_jailed(ONE).matches({ONE: candidate(is_jailed=False)})
    assert not is_jailed(ONE).matches({})


def test_exactly_one_double_vote_is_proved_and_nothing_against_others() -> None:
    against = [DoubleVote(ONE, Height(7)), DoubleVote(TWO, Height(8))]
    assert prove_a_double_vote_of(ONE).matches(against[:1])
    assert not prove_a_double_vote_of(ONE).matches([])
    assert not prove_a_double_vote_of(ONE).matches(against)
    assert not prove_a_double_vote_of(TWO).matches(against[:1])
    assert words_about(prove_a_double_vote_of(ONE), []) == "has proof of nothing"
    assert "node-2 at height 8" in words_about(prove_a_double_vote_of(ONE), against)


def test_nodes_have_parted_where_each_shows_a_block_that_the_other_does_not() -> None:
    parted = (Height(4), {BlockId("a"): {ONE, THREE}, BlockId("b"): {TWO}})
    assert part([ONE, TWO]).matches([parted])
    assert not part([ONE, THREE]).matches([parted])
    assert not part([ONE, TWO]).matches([])
    assert words_about(part([ONE, TWO]), []) == "nobody has seen two final blocks"
    assert "at height 4" in words_about(part([ONE, THREE]), [parted])


def test_a_node_that_only_changed_its_own_mind_has_not_parted_from_another() -> None:
    fork = (Height(4), {BlockId("a"): {ONE, TWO}, BlockId("b"): {ONE}})
    assert not part([ONE, TWO]).matches([fork])


def test_a_stake_is_right_to_the_last_part_of_a_vote() -> None:
    assert has_staked(ONE, Votes.of(95, 10)).matches(Votes.of(19, 2))
    assert not has_staked(ONE, Votes.of(9)).matches(Votes.of(95, 10))
    assert words_about(has_staked(ONE, Votes.of(9)), Votes.of(95, 10)) == "shows 9.5 votes"
