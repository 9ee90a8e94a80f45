"""On the fake network, each planted defect turns exactly the examples red that are about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import pytest

from tests.planted.runs import ROOT, Result, run_features

#: Runs that mostly wait, 14 s of 200 are work: so many leave something of two cores to other tests.
SIDE_BY_SIDE = 24
#: A run of everything is begun in so many parts: examples that are red wait for their deadlines.
PARTS = 3
#: So many actions can be read at a glance.
HANDFUL = 5

FAKE = (
    "-Dengine=tests.fake.engine",
    "-Dimplementation=tests.fake.implementation",
    "-Dblock_time=0.05",
    "--tags=not @wip and not @quarantine",  # the long ones as well: here they are not long
    "-Dseed=1",  # what is left to chance decides who can notice: here node 1 is in the smaller half
)

#: Long lives that fail are lived again and again to find a shorter one: they have their own cases.
#: Where so many runs share two cores, the rhythm of blocks is that of the host: see `stumbles`.
#: Where a block takes a second, who waits in vain waits for minutes: see `trails`.
EVERYTHING = tuple(
    sorted(
        str(path.relative_to(ROOT))
        for path in (ROOT / "features").rglob("*.feature")
        if path.parent.name != "endurance" and path.stem not in ("rhythm", "common_prefix")
    )
)
ENDURANCE = ("features/endurance",)
WITH_A_CUT = (
    "features/resilience/partition_heal.feature",
    "features/membership/network_start.feature",
)


@dataclass(frozen=True)
class Case:
    """A defect of tests/fake/defects.py, the features it is let loose on, and who must notice."""

    defect: str
    features: tuple[str, ...]
    red: frozenset[str]

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.defect}-life" if self.features == ENDURANCE else self.defect


HEALED_LATE = {
    "A payment was waiting on the smaller side",
    "Alice used both sides for the same coins",
    "Another node is lost after the first one is back",
    "The larger side carries on",
    "The smaller side learns what it missed",
    "The smaller side makes no promise it cannot keep",
    "The smaller side stands still",
    "The smaller side was away for a long while",
}


#: Examples in which a customer is sent more than two payments.
BURSTS = {
    "There is much to put into the blocks",
    "Every node is given 20 payments at the same moment",
    "No block takes them along",
    "Fifty payments at every node",
    "A thousand payments",
    "One node is away",
}
#: Examples in which no block is made while news of a payment spread.
NO_BLOCKS = tuple(f"features/gossip/news_of_payments.feature:{line}" for line in (24, 49))
NO_BLOCK_TAKES_IT_ALONG = {
    "The nodes that are left are too few to make a block",
    "No block takes them along",
    "Mallory repeats a payment that waits for a block",
}
LITTERED = {
    f"Somebody throws {litter} at the door for peers -- @1.{row} what people throw"
    for row, litter in enumerate(
        ("noise", "oversized messages", "malformed messages", "silence"), start=1
    )
}
#: Whoever joins or comes back has to learn something first.
FOLLOWED = {
    "A follower comes while customers pay",
    "A follower does not stand in for members that are down",
    "A follower gets to know everybody",
    "A follower learns what happened before it came",
    "A follower takes payments",
    "It has lost its disk",
    "It still has its disk",
    "It takes payments after its return",
    "Nobody misses a follower",
}
REPLAYED = {
    "A node has joined since",
    "All of it is the same",
    "All of it is the same on the member",
    "It remembers what it had forgotten",
    "The balances of the past are the same",
    "The balances of today are the same",
}

REPLACED = {"Node 2 is lost and replaced", "One member after the other is replaced"}


#: Long lives: everybody pays, deposits and withdraws, also more than they have; nodes crash.
LIFE_OF_CUSTOMERS = "Customers pay, deposit and withdraw"
LIFE_WITH_OPERATORS = "Nodes crash, freeze, are shut down and are cut off"
LIVES = {LIFE_OF_CUSTOMERS, LIFE_WITH_OPERATORS}


def case(defect: str, *red: str, on: tuple[str, ...] = EVERYTHING) -> Case:
    """A defect and exactly the examples that it must turn red."""
    return Case(defect, on, frozenset(red))


CASES = [
    case("payment_lost", "Everybody pays Dave through a node of their own", *BURSTS),
    case(
        "applied_twice",
        "Alice hands the same signed payment to two nodes",
        "Mallory repeats a payment of Alice through another node",
        "Alice asks two nodes at the same moment",
        "Alice asks every node",
        "Mallory repeats it once a block has it",
        "Mallory repeats a payment that waits for a block",
        "The payment waited, and was repeated meanwhile",
    ),
    case("replay_accepted", "Mallory repeats a payment of Alice through the same node"),
    case(
        "debited_not_credited",
        "Alice pays somebody whom the network has never heard of",
        "Dave had never been heard of",
    ),
    case(
        "wrong_reason",
        "Alice tries to pay with coins that have left",
        "Alice, holding 100 coins, tries to pay Bob 101 coins -- @1.1 one coin past the limit",
        "Alice, holding 100 coins, tries to withdraw 101 coins -- @1.2 one coin past the limit",
    ),
    case(
        "minority_confirms",
        "The smaller side makes no promise it cannot keep",
        "Alice pays through a node that is not heard",
        "A payment was waiting on the smaller side",
        "Alice used both sides for the same coins",
        "A payment was waiting on one half",
        "One node is cut off",
    ),
    case(
        "even_split_confirms",
        "Alice asks the first half",
        "Alice asks the second half",
        "A payment was waiting on one side",
        "No side is large enough to go on",
    ),
    case(
        "supply_leak",
        "Alice withdraws some of her coins",
        "Alice empties her account",
        "Everything that Alice withdraws is missing from circulation",
        "Coins that change hands before they leave are counted once",
        "Alice tries to pay with coins that have left",
        "Coins have come and gone",
    ),
    case(
        "late_double",
        "A payment was waiting on the smaller side",
        "A payment was waiting on one side",
        "A payment was waiting on one half",
        # by the books, which are closed after the links are healed
        "The smaller side makes no promise it cannot keep",
        "Alice pays through a node that is not heard",
        "Alice asks the first half",
        "Alice asks the second half",
        "The larger part is still too small",
        "One node is cut off",
        "No side is large enough to go on",
    ),
    case(
        "deaf_after_crash",
        "Node 2 crashes",
        "Node 2 comes back after a crash",
        "Node 2 takes payments again",
        "The survivors make no block",
        "The survivors confirm nothing",
        "All goes on when they are back",
        "One node crashes",
        "A follower does not stand in for members that are down",
        "A node was down meanwhile",
        "A node was down when it happened",
        "The first and the last are lost",
        "Three are lost",
        *NO_BLOCK_TAKES_IT_ALONG,
        "The payment waited, and was repeated meanwhile",
        "One node is away",
    ),
    case(
        "newcomer_ignored",
        "The fresh node learns what happened before",
        "The fresh node takes payments",
        "It knows what happened before",
        "It learns what happened meanwhile",
        "It takes payments again",
        *REPLACED,
        *FOLLOWED,
        *REPLAYED,
    ),
    case("dated_by_one", "One clock is fast", "One clock is slow", "It was fast"),
    case(
        "refuses_by_the_clock",
        "The clock of the node that Alice asks is fast",
        "The clock of the node that Alice asks is slow",
    ),
    case(
        "rewrites_the_past",
        "A node has joined since",
        "A node was down meanwhile",
        "A node was down when it happened",
        "Alice has paid since",
        "Bob pays everything back",
        "Coins have come and gone",
        "Customers have paid one another",
        "Dave had never been heard of",
        "It remembers what it had forgotten",
        on=("features/history",),
    ),
    case(
        "replays_otherwise",
        "A node has joined since",
        "All of it is the same",
        on=("features/history/adding_up.feature", "features/history/replay.feature"),
    ),
    case(
        "trails",
        "Nobody pays",
        "Customers pay all the time",
        "One node was down",
        on=("features/history/common_prefix.feature", "features/payments/deposit.feature"),
    ),
    case(
        "quorum_too_large",
        "The first and the last are lost",
        "Every two of them, one pair after the other",
        # it confirms nothing while anybody is away, and goes on when all are back
        "Money stays where it was",
        "It learns what happened meanwhile",
        "One member after the other is replaced",
        on=(
            "features/topology",
            "features/resilience/maintenance.feature",
            "features/membership/exchanged_members.feature",
        ),
    ),
    case(
        "counts_everybody",
        "A follower does not stand in for members that are down",
        on=("features/membership/followers.feature",),
    ),
    case("fork", *HEALED_LATE, on=WITH_A_CUT),
    case("no_reconnect", *HEALED_LATE, on=WITH_A_CUT),
    case(
        "lying_balance",
        "Bob spends some of what he has just deposited",
        "Bob spends the last coin of it through a node he has not used before",
        "Alice withdraws some of her coins",
        "Alice empties her account",
        "Everything that Alice withdraws is missing from circulation",
        "Coins that change hands before they leave are counted once",
        "Alice tries to pay with coins that have left",
        on=("features/payments/deposit.feature", "features/payments/withdraw.feature"),
    ),
    # Where blocks come, a payment that nobody passes on may be in the next one all the same.
    case(
        "keeps_to_itself",
        *NO_BLOCK_TAKES_IT_ALONG,
        on=(*NO_BLOCKS, "features/gossip/duplicates.feature"),
    ),
    case(
        "reverses_rows",
        "Fifty payments at every node",
        "A thousand payments",
        "One node is away",
        on=("features/consensus/burst.feature", "features/payments/deposit.feature"),
    ),
    case(
        "stumbles",
        "Nobody pays anybody",
        "There is a burst of payments to put into them",
        "Payments keep flowing for a hundred blocks",
        "A node that is away misses its turns",
        on=("features/consensus",),
    ),
    case("dies_of_litter", *LITTERED, on=("features/misbehaviour",)),
    case(
        "takes_forgeries",
        "Alice pays through the node that is flooded",
        "Alice pays through another node",
        "Mallory signs for Alice",
        on=("features/misbehaviour", "features/payments/refused_payments.feature"),
    ),
    case("payment_lost", *LIVES, on=ENDURANCE),
    case("deaf_after_crash", LIFE_WITH_OPERATORS, on=ENDURANCE),
    # nothing holds in a network one of whose nodes sleeps: it shows in whatever is run
    case(
        "stalled_node",
        "Four nodes start together",
        "Five nodes start together",
        "Nobody pays anybody",
        "A node knocks on the wrong door",
        "The members carry on while a stranger keeps knocking",
        *REPLACED,
        *FOLLOWED,
        on=("features/membership",),
    ),
]


#: Cases on features of which every example is red.
NOTHING_ELSE = {"stalled_node", "payment_lost-life"}


class Runs:
    """The parts of one run, which go on in the background."""

    def __init__(self, parts: Sequence[Future[Result]]) -> None:
        self._parts = parts

    def result(self) -> Result:
        """What all of them said, when the last one has ended."""
        return reduce(or_, (part.result() for part in self._parts))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Runs]:
    """All runs, a few at a time, each begun before the first result is asked for."""
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    def part(defect: str, features: tuple[str, ...]) -> Future[Result]:
        folder: Path = tmp_path_factory.mktemp(defect or "honest")
        return pool.submit(
            run_features,
            folder,
            *features,
            *FAKE,
            f"-Devidence={folder}",
            ACCORD_FAKE_DEFECT=defect,
        )

    def started(defect: str, features: tuple[str, ...]) -> Runs:
        parts = PARTS if features is EVERYTHING else 1
        return Runs([part(defect, features[number::parts]) for number in range(parts)])

    slow_ones_first = sorted(CASES, key=lambda c: (c.features != EVERYTHING, -len(c.red)))
    return {
        "": started("", EVERYTHING),
        "life": started("", ENDURANCE),
        **{case.name: started(case.defect, case.features) for case in slow_ones_first},
    }


def test_an_honest_network_turns_nothing_red(runs: Mapping[str, Runs]) -> None:
    for name, least in (("", 60), ("life", 2)):
        honest = runs[name].result()
        assert not honest.red | honest.broken, honest.printed
        assert len(honest.green) >= least


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_defect_turns_exactly_its_examples_red(case: Case, runs: Mapping[str, Runs]) -> None:
    result = runs[case.name].result()
    assert not result.broken, result.printed
    assert {name.strip() for name in result.red} == case.red, result.printed
    assert result.green | result.red > case.red or case.name in NOTHING_ELSE


def test_a_long_list_is_shortened_to_a_handful(tmp_path: Path) -> None:
    result = run_features(
        tmp_path,
        "features/endurance/long_life.feature:10",
        *FAKE,
        f"-Devidence={tmp_path}",
        ACCORD_FAKE_DEFECT="wrong_reason",
    )
    assert result.red == {LIFE_OF_CUSTOMERS}, result.printed
    found = re.search(r"A list of (\d+) fails as well, .*\((\d+) tries", result.printed)
    done = re.search(r"What people did, (\d+) things; -D seed=1 ", result.printed)
    assert found is not None, result.printed
    assert done is not None, result.printed
    assert int(found[1]) <= HANDFUL < int(done[1])
    (told,) = tmp_path.rglob("actions.txt")
    assert "The shortest list that fails" in told.read_text()
