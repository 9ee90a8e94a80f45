"""Real nodes with a defect of configuration turn the examples red that are about it.

These start containers and wait for what never comes, so they run only when asked for:
``make real``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.planted.runs import Result, run_features

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("ACCORD_PLANTED"), reason="asked for by `make real`"),
]

TRANSFER = "features/payments/transfer.feature"
START = "features/membership/network_start.feature"
CRASH = "features/resilience/node_crash.feature"
DOUBLE_VOTES = "features/misbehaviour/double_votes.feature"
TWINS = "features/misbehaviour/twins.feature"
ABSENCE = "features/staking/absence.feature"
DELEGATION = "features/staking/delegation.feature"
CANDIDATES = "features/staking/candidates.feature"
TURNS = "features/consensus/turns.feature"
PROPOSALS = "features/upgrade/proposals.feature"
STALE = "features/consistency/stale_answers.feature"

DUPLICATES = "features/gossip/duplicates.feature"
NEWS_OF_PAYMENTS = "features/gossip/news_of_payments.feature"
WITHOUT_BLOCKS = tuple(f"{NEWS_OF_PAYMENTS}:{at}" for at in (24, 32, 49))
BURST = "features/consensus/burst.feature"
RHYTHM = "features/consensus/rhythm.feature"
LONG_LIFE = "features/endurance/long_life.feature"

AT_THE_SAME_MOMENT = {
    "Alice and Bob pay each other through different nodes",
    "Everybody pays Dave through a node of their own",
}


def run_with(defect: str, folder: Path, *features: str, only: Iterable[str] = ()) -> Result:
    """The features on real nodes with the defect; nothing may be broken but the network.

    ``only`` names the examples that run, where not all of them do; long ones are run as well then.
    """
    chosen = [f"--name=^{name}$" for name in only]
    result = run_features(
        folder,
        *features,
        *(["--tags=not @wip and not @quarantine", *chosen] if chosen else []),
        f"-Dimplementation=tests.planted.{defect}",
        f"-Devidence={folder}",
    )
    assert not result.broken, result.printed
    return result


def test_a_node_with_another_genesis_keeps_the_network_from_starting(tmp_path: Path) -> None:
    result = run_with("another_genesis", tmp_path, f"{START}:10")
    assert result.red == {"Four nodes start together"}, result.printed
    assert "node-4" in result.printed


def test_payments_through_a_node_that_gossips_nothing_are_never_confirmed(tmp_path: Path) -> None:
    result = run_with("gossips_nothing", tmp_path, TRANSFER)
    assert result.red == {
        "Alice pays through the last node",
        "Everybody pays Dave through a node of their own",
    }, result.printed
    assert len(result.green) == 7


def test_a_validator_that_votes_no_more_is_missed_when_another_one_is_down(tmp_path: Path) -> None:
    result = run_with("clock_of_blocks_stands_still", tmp_path, CRASH)
    assert result.red == {
        "Node 2 crashes",
        "Node 2 is shut down in order",
        "Node 2 comes back after a crash",
        "Node 2 comes back after a shutdown",
    }, result.printed
    assert "The survivors make no block" in result.green
    assert "Node 2 takes payments again" in result.green


def test_a_bank_that_compares_nothing_loses_what_is_paid_at_the_same_moment(
    tmp_path: Path,
) -> None:
    result = run_with("etcd_compares_nothing", tmp_path, TRANSFER)
    assert result.red <= AT_THE_SAME_MOMENT | {"Alice hands the same signed payment to two nodes"}
    assert result.red & AT_THE_SAME_MOMENT, result.printed


def test_a_node_that_never_asks_the_others_tells_as_sure_what_is_old(tmp_path: Path) -> None:
    result = run_with("etcd_never_asks_the_others", tmp_path, STALE)
    assert result.red == {
        "Something has changed meanwhile",
        "Nothing has changed meanwhile",
        "No side is large enough",
    }, result.printed
    assert len(result.green) == 3


def test_an_adapter_that_confirms_at_once_is_found_out_by_every_payment(tmp_path: Path) -> None:
    result = run_with("handshake_confirms_at_once", tmp_path, TRANSFER)
    assert len(result.red) == 9, result.printed
    assert "a payment is confirmed when 3 blocks have it" in result.printed


def test_a_miner_on_a_stale_tip_leaves_the_others(tmp_path: Path) -> None:
    result = run_with("handshake_mines_on_a_stale_tip", tmp_path, f"{START}:22")
    assert result.red == {"Nobody pays anybody"}, result.printed
    assert "by node-1, node-2, node-3; " in result.printed


def test_a_node_that_keeps_payments_to_itself(tmp_path: Path) -> None:
    """Where blocks come, its next turn may come before two of them are made."""
    result = run_with("keeps_payments_to_itself", tmp_path, *WITHOUT_BLOCKS, DUPLICATES)
    assert result.red == {
        "The nodes that are left are too few to make a block",
        "It goes from hand to hand",
        "No block takes them along",
        "Mallory repeats a payment that waits for a block",
    }, result.printed
    assert len(result.green) == 4


def test_news_of_payments_that_a_node_keeps_to_itself_do_not_travel(tmp_path: Path) -> None:
    result = run_with("gossips_nothing", tmp_path, NEWS_OF_PAYMENTS, DUPLICATES)
    assert result.red == {
        "Bob gives his to the last node",
        "Every node is given 20 payments at the same moment",
    }, result.printed
    assert len(result.green) == 9


def test_a_turn_that_is_waited_for_long_breaks_the_rhythm(tmp_path: Path) -> None:
    result = run_with(
        "waits_long_for_a_turn", tmp_path, f"{RHYTHM}:10", f"{BURST}:9", "--tags=not @wip"
    )
    assert result.red == {"Nobody pays anybody"}, result.printed
    assert result.green == {"Fifty payments at every node"}


def test_a_double_vote_that_costs_nothing_is_found_by_what_is_staked(tmp_path: Path) -> None:
    result = run_with("punishes_nobody", tmp_path, DOUBLE_VOTES, TWINS)
    assert result.red == {
        "Nobody but its operator has staked on it",
        "Alice has delegated votes to it",
        "A fifth has voted on both sides",
    }, result.printed
    assert len(result.green) == 10


def test_proofs_for_which_blocks_have_no_room_ban_nobody(tmp_path: Path) -> None:
    result = run_with("no_room_for_proofs", tmp_path, DOUBLE_VOTES)
    assert result.green == {"Alice pays while node 4 votes twice"}, result.printed
    assert len(result.red) == 6
    assert "has proof of nothing" in result.printed


def test_a_twin_that_never_votes_is_found_out_before_anything_is_said_of_it(tmp_path: Path) -> None:
    result = run_with("twins_have_other_keys", tmp_path, TWINS)
    assert not result.green, result.printed
    assert len(result.red) == 6
    assert "no vote with the key of node-5 has reached node-3, node-4" in result.printed


def test_absence_that_costs_double_is_found_to_the_coin(tmp_path: Path) -> None:
    result = run_with("absence_costs_double", tmp_path, ABSENCE)
    assert result.red == {
        "Alice and the operator lose the same share",
        "Its time in jail is over",
        "Alice takes her votes away from it meanwhile",
    }, result.printed
    assert len(result.green) == 3


def test_whoever_is_jailed_for_an_hour_does_not_return_to_duty(tmp_path: Path) -> None:
    result = run_with("jails_for_an_hour", tmp_path, ABSENCE)
    assert result.red == {
        "Its time in jail is over",
        "Nobody returns it to duty",
        "Alice takes her votes away from it meanwhile",
    }, result.printed
    assert len(result.green) == 3


def test_a_validator_that_never_votes_gets_no_turn(tmp_path: Path) -> None:
    result = run_with("clock_of_blocks_stands_still", tmp_path, TURNS)
    assert result.red == {
        "All have as many votes",
        "Some have more votes than others",
        "Node 4 has come back",
        "Node 4 is heard again",
    }, result.printed
    assert result.green == {"Node 4 has crashed", "Node 4 is frozen", "Node 4 is cut off"}


def test_a_newcomer_that_never_votes_is_missed_among_those_who_make_blocks(tmp_path: Path) -> None:
    result = run_with("newcomer_never_votes", tmp_path, f"{CANDIDATES}:8", f"{CANDIDATES}:14")
    assert result.red == {"Node 5 makes blocks"}, result.printed
    assert result.green == {"Node 5 had no say before"}


def test_half_of_what_was_taken_back_is_found_where_it_counts_and_when_it_is_returned(
    tmp_path: Path,
) -> None:
    result = run_with("takes_back_half", tmp_path, DELEGATION)
    assert result.red == {
        "Alice takes them back",
        "Alice waits for it",
        "Alice had moved them to another node before",
        "Alice takes back more than she has delegated",
    }, result.printed
    assert len(result.green) == 4


def test_half_of_what_was_taken_back_does_not_go_unnoticed_in_a_long_life(tmp_path: Path) -> None:
    customers, delegators = (
        "Customers pay, deposit and withdraw",
        "Votes are delegated, moved and taken back as well",
    )
    result = run_with(
        "takes_back_half", tmp_path, LONG_LIFE, "-Dseed=1", only=(customers, delegators)
    )
    assert result.red == {delegators}, result.printed
    assert result.green == {customers}
    (told,) = tmp_path.rglob("actions.txt")
    assert "The shortest list that fails" in told.read_text()


def test_a_network_in_which_a_fifth_decides_accepts_what_most_are_not_for(tmp_path: Path) -> None:
    result = run_with("decides_by_a_fifth", tmp_path, PROPOSALS)
    assert result.red == {
        "One node of four votes",
        "As many are against it as are for it",
        "It is voted down",
    }, result.printed
    assert len(result.green) == 4


def test_a_node_that_gets_its_old_program_again_never_joins(tmp_path: Path) -> None:
    upgraded, rolled = "Alice had coins before", "Every node is put on the same release again"
    result = run_with("leaves_one_behind", tmp_path, "features/upgrade", only=(upgraded, rolled))
    assert result.red == {upgraded}, result.printed
    assert result.green == {rolled}
    assert "node-4" in result.printed
