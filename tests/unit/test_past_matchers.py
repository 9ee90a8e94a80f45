"""What is said of the past is matched, and a mismatch is told in the words of features."""

from __future__ import annotations

import pytest
from hamcrest.core.string_description import StringDescription

from support.domain import (
    AccountName,
    BlockId,
    Blocks,
    Coins,
    Computed,
    Forgotten,
    Height,
    NodeName,
    Silence,
    StateId,
    Told,
)
from support.past import Beside, Ledger, Spread, Sum
from support.past_matchers import (
    adds_up,
    has_the_agreed_ledger,
    is_within,
    no_longer_knows,
    remembers,
    shares_no_block_with,
)

ALICE = AccountName("Alice")
AT = Height(7)
LIAR, ONE = NodeName("impostor-5"), NodeName("node-1")
GONE = Forgotten("gone")


def wrong(matcher, item):
    words = StringDescription()
    matcher.describe_mismatch(item, words)
    return str(words)


def told(*blocks):
    return Told(Height(1), tuple(map(BlockId, blocks)))


@pytest.mark.parametrize(
    ("matcher", "fits", "does_not", "words"),
    [
        (remembers(ALICE, Coins(3), AT), Coins(3), Coins(4), "remembers 4 coins"),
        (
            remembers(ALICE, Coins(3), AT),
            Coins(3),
            GONE,
            "says that it no longer knows (“gone”)",
        ),
        (no_longer_knows(ALICE, AT), GONE, Coins(0), "remembers nothing"),
        (
            adds_up(),
            (Sum(AT, Coins(5), Coins(5)),),
            (Sum(Height(6), Coins(5), Coins(5)), Sum(AT, Coins(4), Coins(5))),
            "is wrong at 1 of 2 blocks; after block 7 all accounts together: remembers 4 coins, "
            "and of all coins it remembers 5 coins",
        ),
        (adds_up(), (Sum(AT, Coins(5), Coins(5)),), (), "was asked about no block"),
        (
            adds_up(),
            (Sum(AT, Coins(5), Coins(5)),),
            (Sum(AT, GONE, GONE),),
            "is wrong at 1 of 1 blocks; after block 7 all accounts together: says that it no "
            "longer knows (“gone”), and of all coins it says that it no longer knows (“gone”)",
        ),
        (
            has_the_agreed_ledger(AT),
            Ledger(Computed(AT, StateId("A")), {ONE: StateId("A")}),
            Ledger(Computed(AT, StateId("A")), {ONE: StateId("B")}),
            "has computed A after block 7; node-1 has B",
        ),
        (
            has_the_agreed_ledger(AT),
            Ledger(Computed(AT, StateId("A")), {ONE: StateId("A")}),
            Ledger(Computed(AT, StateId("A")), {ONE: Silence("down")}),
            "has computed A after block 7; node-1 has does not answer (down)",
        ),
        (
            has_the_agreed_ledger(AT),
            Ledger(Computed(AT, StateId("A")), {ONE: StateId("A")}),
            Ledger(Computed(Height(6), StateId("A")), {ONE: StateId("A")}),
            "has computed A after block 6; node-1 has A",
        ),
        (
            is_within(Blocks(1)),
            Spread(Height(8), Height(7)),
            Spread(Height(9), Height(7)),
            "had nodes that agree up to block 7, and one with block 9",
        ),
        (
            is_within(Blocks(1)),
            Spread(Height(8), Height(8)),
            Silence("node-4 is down"),
            "could not be seen at one moment: node-4 is down",
        ),
        (
            shares_no_block_with(LIAR),
            Beside(told("a", "b"), told("x", "y", "z")),
            Beside(told("a", "y", "z"), told("x", "y", "z")),
            "has 2 of them, the first at height 2",
        ),
        (
            shares_no_block_with(LIAR),
            Beside(told("a"), told("x")),
            Beside(told(), told("x")),
            "has none to compare",
        ),
        (
            shares_no_block_with(LIAR),
            Beside(told("a"), told("x")),
            Beside(told("a"), told()),
            "was compared with nothing",
        ),
    ],
)
def test_what_fits_and_what_does_not(matcher, fits, does_not, words) -> None:
    assert matcher.matches(fits)
    assert not matcher.matches(does_not)
    assert wrong(matcher, does_not) == words
