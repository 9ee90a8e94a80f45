"""Every standing promise, when it is broken, is reported with a sentence that names the node."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from support.domain import (
    AccountName,
    Amount,
    BlockId,
    Blocks,
    Coins,
    Confirmed,
    EnvironmentProblem,
    Family,
    Height,
    Instruction,
    NetworkFailure,
    NodeStatus,
    Pending,
    Silence,
)
from support.history import History, Sample
from support.implementations.contract import Taken
from support.invariants import Promises, backward_steps
from support.journal import Journal
from support.payments import Payments
from support.waiting import CONFIRMATION
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, PlayedImplementation, Stage

ALICE, BOB = AccountName("Alice"), AccountName("Bob")

Judge = Callable[[], list[str]]


@pytest.fixture
def payments(stage: Stage, journal: Journal) -> Payments:
    return Payments(stage.network, journal)


@pytest.fixture
def judge(stage: Stage, payments: Payments) -> Judge:
    """An example in which Alice has paid Bob and one payment was refused; then it is judged."""
    stage.blocks_pass(5)
    promises = Promises(stage.network)
    payments.deposit(ALICE, Coins(100))
    payments.pay(Instruction(ALICE, BOB, Amount(30), NODE_1))
    payments.pay(Instruction(ALICE, BOB, Amount(1000), NODE_1))
    assert len(payments.book.confirmed()) == 2
    assert len(payments.book.refused()) == 1
    return lambda: promises.broken(payments)


def sample(t: float, height: int, tip: str = "b") -> Sample:
    return Sample(t, NodeStatus(Height(height), BlockId(tip), False))


def test_a_network_that_kept_its_promises_has_broken_none(judge: Judge) -> None:
    assert judge() == []


def test_a_network_that_makes_no_more_blocks(stage: Stage, judge: Judge) -> None:
    stage.ledger.moves = False
    (sentence,) = judge()
    assert "Expected: every node tells the same history, with a block after block" in sentence
    assert "gave up because the network has stalled at height" in sentence


def test_a_node_that_does_not_answer(stage: Stage, judge: Judge) -> None:
    stage.nodes[NODE_3].silent = "connection refused"
    sentences = judge()
    assert "node-3 does not answer (connection refused)" in sentences[0]
    assert all("node-3" in sentence for sentence in sentences)
    assert not any("node-2 does not answer" in sentence for sentence in sentences)


def test_a_node_that_stays_behind(stage: Stage, judge: Judge) -> None:
    stage.nodes[NODE_2].behind = 10**6
    sentence = judge()[0]
    assert "Expected: every node tells the same history" in sentence
    assert "node-2 at 0" in sentence


def test_a_node_that_tells_another_history(stage: Stage, judge: Judge) -> None:
    height = stage.ledger.height
    stage.nodes[NODE_4].rewritten[height] = BlockId("forged")
    sentences = judge()
    assert len(sentences) == 1, "it is not the newest block any more when it is looked at"
    assert f"histories differ at block {height}: " in sentences[0]
    assert "forged by node-4" in sentences[0]


def test_two_blocks_that_were_final_at_one_height(stage: Stage, judge: Judge) -> None:
    """Seen during the example only: at its end all tell the same again."""
    height = stage.ledger.height
    stage.nodes[NODE_4].rewritten[height] = BlockId("forged")
    stage.look()
    stage.nodes[NODE_4].rewritten.clear()
    assert judge() == [
        f"two blocks were final at height {height}: "
        f"block-{height} by node-1, node-2, node-3, node-4; forged by node-4"
    ]


def test_two_final_blocks_that_begin_alike_are_told_apart(stage: Stage, judge: Judge) -> None:
    """The ids of proof-of-work blocks begin with zeros."""
    height = stage.ledger.height
    for number, node in enumerate(stage.nodes.values()):
        node.rewritten[height] = BlockId("0" * 12 + ("a1" if number else "b2"))
    stage.look()
    for node in stage.nodes.values():
        node.rewritten.clear()
    sentence = next(each for each in judge() if each.startswith("two blocks were final"))
    assert "000000000000b2 by node-1" in sentence


def test_a_node_that_went_back(stage: Stage, judge: Judge) -> None:
    stage.nodes[NODE_2].behind = 3
    stage.look()
    stage.nodes[NODE_2].behind = 0
    top = stage.ledger.height
    assert judge() == [f"node-2 went back from block {top} to block {top - 3}"]


def test_a_confirmed_payment_that_a_node_has_lost(
    stage: Stage, payments: Payments, judge: Judge
) -> None:
    stage.nodes[NODE_2].known[payments.book.confirmed()[1]] = Pending()
    (sentence,) = judge()
    assert "Expected: on every node, the payment is confirmed" in sentence
    assert "1 of 4 nodes disagrees: node-2 says that it is not confirmed" in sentence


def test_many_payments_that_a_node_has_lost_are_waited_for_together(
    stage: Stage, payments: Payments, judge: Judge
) -> None:
    for _ in range(30):
        payments.pay(Instruction(ALICE, BOB, Amount(1), NODE_1))
    for receipt in payments.book.confirmed():
        stage.nodes[NODE_2].known[receipt] = Pending()
    started = stage.clock.now
    (sentence,) = judge()
    assert "32 payments are wrong, such as: as for payment " in sentence
    assert stage.clock.now - started < 3 * stage.network.seconds(CONFIRMATION)


def test_a_refused_payment_that_happened_all_the_same(
    stage: Stage, payments: Payments, judge: Judge
) -> None:
    receipt = payments.book.refused()[0]
    stage.nodes[NODE_4].known[receipt] = Confirmed(receipt, Height(7))
    (sentence,) = judge()
    assert sentence.startswith("a payment was refused, and happened all the same:")
    assert "1 of 4 nodes disagrees: node-4 says that it was confirmed in block 7" in sentence


@pytest.mark.parametrize(("account", "right"), [("Alice", "70"), ("Bob", "30")])
def test_a_node_that_lies_about_a_balance(
    stage: Stage, judge: Judge, account: str, right: str
) -> None:
    stage.nodes[NODE_3].balances[account] = Coins(12)
    (sentence,) = judge()
    assert f"on every node, {account} holds {right} coins" in sentence
    assert f"as for {account}, 1 of 4 nodes disagrees: node-3 shows 12 coins" in sentence


def test_a_payment_that_was_debited_and_not_credited(
    stage: Stage, payments: Payments, judge: Judge
) -> None:
    stage.ledger.held[payments.account(BOB).address] = 0
    words = "\n".join(judge())
    assert "as for Bob, 4 of 4 nodes disagree: node-1 shows nothing" in words
    assert "as for Alice" not in words


@pytest.mark.parametrize("coins", [999, 1001])
def test_coins_that_were_made_or_lost(stage: Stage, judge: Judge, coins: int) -> None:
    stage.nodes[NODE_2].coins_in_all = Coins(coins)
    (sentence,) = judge()
    assert "no coin is made or lost: 1000 coins" in sentence
    assert f"1 of 4 nodes disagrees: node-2 shows {coins} coins" in sentence


def test_every_broken_promise_is_told(stage: Stage, payments: Payments, judge: Judge) -> None:
    stage.nodes[NODE_1].coins_in_all = Coins(1)
    stage.nodes[NODE_2].balances["Bob"] = Coins(0)
    stage.nodes[NODE_3].known[payments.book.confirmed()[0]] = Pending()
    sentences = judge()
    assert len(sentences) == 3
    for node in ("node-1", "node-2", "node-3"):
        assert any(f": {node} s" in sentence for sentence in sentences)


def test_a_confirmed_overdraft(stage: Stage, payments: Payments, judge: Judge) -> None:
    """The supply stays what it was: it is a number of its own on a real chain."""
    alice, bob = payments.account(ALICE), payments.account(BOB)
    signed = payments.sign(Instruction(ALICE, BOB, Amount(500), NODE_1))
    stage.ledger.outcomes[signed.receipt] = Confirmed(signed.receipt, stage.ledger.height)
    stage.ledger.held[alice.address] = 0
    stage.ledger.held[bob.address] += 500
    for node in stage.nodes.values():
        node.coins_in_all = Coins(1000)
    stage.nodes[NODE_1].takes = lambda again: Taken(again.receipt)
    assert isinstance(payments.send(signed, NODE_1), Confirmed)
    assert judge() == ["Alice was let spend 430 coins more than the account held"]


def test_a_payment_of_which_nobody_can_tell(
    stage: Stage, payments: Payments, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.nodes[NODE_1].takes = lambda signed: Taken(signed.receipt)
    payments.pay(Instruction(ALICE, BOB, Amount(5), NODE_1))
    monkeypatch.setattr(payments, "settle", lambda: None)
    (sentence,) = judge()
    assert sentence.startswith(
        "nobody can tell whether Alice has paid Bob 5 coins: had no answer in time"
    )


def test_a_payment_that_was_dropped_is_settled_as_refused(
    stage: Stage, payments: Payments, judge: Judge
) -> None:
    stage.nodes[NODE_1].takes = lambda signed: Taken(signed.receipt)
    payments.pay(Instruction(ALICE, BOB, Amount(5), NODE_1))
    assert judge() == []
    assert payments.book.unsettled() == []


def test_what_was_wrong_before_the_example_is_not_its_fault(
    stage: Stage, payments: Payments
) -> None:
    for t, height, tip in ((900.0, 50, "x"), (901.0, 40, "y")):
        stage.network.history.add(NODE_1, sample(t, height, tip))
        stage.network.history.add(NODE_2, sample(t, height, "z"))
    stage.ledger.blocks += [BlockId(f"block-{n}") for n in range(2, 60)]
    stage.look()
    stage.blocks_pass(2)
    assert Promises(stage.network).broken(payments) == []


def test_an_example_without_payments_keeps_books_as_well(stage: Stage, payments: Payments) -> None:
    promises = Promises(stage.network)
    payments.account(ALICE)
    stage.nodes[NODE_3].balances["Alice"] = Coins(5)
    (sentence,) = promises.broken(payments)
    assert "node-3 shows 5 coins" in sentence


def test_a_host_that_gives_up_is_no_broken_promise(
    stage: Stage, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stories(*args: object) -> object:
        raise EnvironmentProblem("the Docker Engine stopped answering")

    monkeypatch.setattr(stage.network, "stories", stories)
    with pytest.raises(EnvironmentProblem):
        judge()


def test_an_example_cannot_begin_when_no_node_answers(stage: Stage) -> None:
    for node in stage.nodes.values():
        node.silent = "connection refused"
    with pytest.raises(NetworkFailure, match="no node answers"):
        Promises(stage.network)


def test_an_example_begins_when_every_node_can_tell_what_exists(stage: Stage) -> None:
    """A node shows its first block before it has executed it; a moment later it knows."""
    stage.nodes[NODE_3].silent = "it has no first block yet"
    stage.clock.on_each_sleep(lambda: setattr(stage.nodes[NODE_3], "silent", None))
    Promises(stage.network)
    assert not any(isinstance(coins, Silence) for coins in stage.network.supply().values())


# -- steps backwards


def test_every_step_back_is_told_and_silence_is_none() -> None:
    history = History()
    for t, height in ((1, 5), (2, 6), (4, 6), (5, 4), (6, 5), (7, 3)):
        history.add(NODE_1, sample(t, height))
    history.add(NODE_1, Sample(8, None))
    history.add(NODE_1, sample(9, 3))
    assert list(backward_steps(history, 0)) == [
        "node-1 went back from block 6 to block 4",
        "node-1 went back from block 5 to block 3",
    ]
    assert list(backward_steps(history, 6)) == ["node-1 went back from block 5 to block 3"]


def test_a_node_with_an_empty_disk_may_begin_anew_and_go_back_no_more() -> None:
    history = History()
    for t, height in ((1, 5), (2, 6), (4, 1), (5, 3), (6, 2)):
        history.add(NODE_1, sample(t, height))
    history.begins_anew(NODE_1, 3)
    history.begins_anew(NODE_2, 5.5)
    assert list(backward_steps(history, 0)) == ["node-1 went back from block 3 to block 2"]


def test_a_disk_may_be_emptied_in_the_middle_of_a_look() -> None:
    history = History()
    history.add(NODE_1, sample(1, 5))
    history.add(NODE_1, Sample(2, sample(2, 0).status, over=4))
    assert list(backward_steps(history, 0)) == ["node-1 went back from block 5 to block 0"]
    history.begins_anew(NODE_1, 3)
    assert list(backward_steps(history, 0)) == []


def test_a_sentence_has_no_blank_lines_around_it(stage: Stage, judge: Judge) -> None:
    stage.nodes[NODE_3].balances["Bob"] = Coins(12)
    (sentence,) = judge()
    assert sentence == sentence.strip("\n")
    assert not re.search(r"\n\n", sentence)


# -- where the longest history wins


@pytest.fixture
def longest(stage: Stage, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """After the payments, a network of the other family: three blocks confirm a payment."""
    monkeypatch.setattr(PlayedImplementation, "family", Family.LONGEST_CHAIN)
    monkeypatch.setattr(PlayedImplementation, "confirmations", Blocks(3))
    return stage


def seen_with_other_blocks(stage: Stage, count: int) -> None:
    """Node 4 was seen with ``count`` newest blocks that nobody has any more."""
    node = stage.nodes[NODE_4]
    for _ in range(count):
        node.rewritten[stage.ledger.height + 1] = BlockId(f"orphan-{stage.ledger.height}")
        stage.blocks_pass(1)
    node.rewritten.clear()


def test_what_is_not_confirmed_yet_may_be_taken_back(longest: Stage, judge: Judge) -> None:
    seen_with_other_blocks(longest, 2)
    assert judge() == []


def test_what_is_confirmed_may_not_be_taken_back(longest: Stage, judge: Judge) -> None:
    seen_with_other_blocks(longest, 3)
    assert judge() == [
        "node-4 took 3 blocks back, though all nodes could talk to one another; "
        "no more than 2 may be"
    ]


def test_a_side_that_was_cut_off_may_take_everything_back(longest: Stage, judge: Judge) -> None:
    longest.network.faults.cuts += 1
    seen_with_other_blocks(longest, 5)
    assert judge() == []


def test_a_confirmed_payment_that_was_taken_back(longest: Stage, judge: Judge) -> None:
    take_back_the_last_payment(longest)
    sentences = judge()
    assert "Alice was told that Bob has 30 coins, and it was taken back" in sentences[0]
    assert len(sentences) == 1


def test_a_payment_may_be_taken_back_by_the_other_side_of_a_cut(
    longest: Stage, judge: Judge
) -> None:
    longest.network.faults.cuts += 1
    take_back_the_last_payment(longest)
    assert judge() == []


def take_back_the_last_payment(stage: Stage) -> None:
    """Bob's 30 coins are Alice's again, and no node knows of the payment."""
    ledger = stage.ledger
    receipt = [r for r, o in ledger.outcomes.items() if isinstance(o, Confirmed)][-1]
    ledger.outcomes[receipt] = Pending()  # type: ignore[assignment]
    alice, bob = (address for address in ledger.held if address != "treasury")
    ledger.held[alice] += 30
    ledger.held[bob] -= 30
