"""Payments end as outcomes, and the books know what the network gave its word for."""

from __future__ import annotations

import threading

import pytest

from support.domain import (
    AccountName,
    Amount,
    Blocks,
    Coins,
    Confirmed,
    Height,
    Instruction,
    NetworkFailure,
    NodeName,
    Pending,
    Receipt,
    Refusal,
    Refused,
    Unknown,
)
from support.faults.grudges import between
from support.implementations.contract import (
    Payment,
    SignedPayment,
    Submission,
    Taken,
    Unanswered,
    Unreachable,
)
from support.journal import Journal
from support.payments import Payments
from support.waiting import CONFIRMATION, DROPPED
from tests.unit.played import (
    BLOCK_TIME,
    NODE_1,
    NODE_2,
    NODE_3,
    NODE_4,
    PlayedImplementation,
    PlayedTime,
    Stage,
    journalled,
)

ALICE, BOB, MALLORY = AccountName("Alice"), AccountName("Bob"), AccountName("Mallory")


@pytest.fixture
def payments(stage: Stage, journal: Journal) -> Payments:
    return Payments(stage.network, journal)


@pytest.fixture
def rich_alice(payments: Payments) -> None:
    assert isinstance(payments.deposit(ALICE, Coins(100)), Confirmed)


def pays(amount: int, through: NodeName | None = NODE_1, payee: AccountName = BOB) -> Instruction:
    return Instruction(ALICE, payee, Amount(amount), through)


def holdings(payments: Payments) -> dict[str, int]:
    return {account.name: coins.value for account, coins in payments.expected().items()}


def never_confirms(signed: SignedPayment) -> Submission:
    return Taken(signed.receipt)


# -- accounts


def test_a_name_is_one_account_of_one_scenario(
    stage: Stage, payments: Payments, journal: Journal
) -> None:
    assert payments.account(ALICE) is payments.account(ALICE)
    assert payments.account(ALICE) != payments.account(BOB)
    assert Payments(stage.network, journal).account(ALICE) != payments.account(ALICE)


def test_a_newcomer_takes_the_place_of_an_account(payments: Payments) -> None:
    payments.account(ALICE)
    newcomer = payments.newcomer(ALICE)
    assert newcomer.address.startswith("unheard-of")
    assert payments.account(ALICE) is newcomer
    assert list(payments.expected()) == [newcomer]


# -- what is expected


def test_who_has_done_nothing_holds_nothing(payments: Payments) -> None:
    payments.account(ALICE)
    assert holdings(payments) == {"Alice": 0}


@pytest.mark.usefixtures("rich_alice")
def test_confirmed_payments_add_up(stage: Stage, payments: Payments) -> None:
    payments.pay(pays(30))
    payments.pay(pays(5, through=NODE_3))
    payments.withdraw(BOB, Amount(10))
    assert holdings(payments) == {"Alice": 65, "Bob": 25}
    assert {a.address: c.value for a, c in payments.expected().items()} == {
        address: coins for address, coins in stage.ledger.held.items() if address != "treasury"
    }


@pytest.mark.usefixtures("rich_alice")
def test_a_payment_to_oneself_changes_nothing(payments: Payments) -> None:
    payments.pay(pays(30, payee=ALICE))
    assert holdings(payments) == {"Alice": 100}


@pytest.mark.usefixtures("rich_alice")
def test_a_refused_payment_changes_nothing(payments: Payments) -> None:
    outcome = payments.pay(pays(101))
    assert outcome == Refused(Refusal.BALANCE_TOO_LOW)
    assert holdings(payments) == {"Alice": 100, "Bob": 0}
    assert payments.book.refused() == [payments.book.entries[-1].signed.receipt]
    assert payments.book.refused()[0] not in payments.book.confirmed()


@pytest.mark.usefixtures("rich_alice")
def test_a_payment_without_an_answer_is_not_counted_yet(stage: Stage, payments: Payments) -> None:
    stage.nodes[NODE_1].takes = never_confirms
    outcome = payments.pay(pays(30))
    assert isinstance(outcome, Unknown)
    assert outcome.taken
    assert outcome.why.startswith("node-1 was waited for, the network at height ")
    assert holdings(payments) == {"Alice": 100, "Bob": 0}
    assert payments.book.confirmed() == [payments.book.entries[0].signed.receipt]
    assert payments.book.refused() == []


# -- outcomes


@pytest.mark.usefixtures("rich_alice")
def test_a_payment_goes_through_the_node_that_was_named(stage: Stage, payments: Payments) -> None:
    outcome = payments.pay(pays(30, through=NODE_3))
    assert isinstance(outcome, Confirmed)
    assert stage.nodes[NODE_3].submitted == [outcome.receipt]
    assert stage.ledger.outcomes[outcome.receipt] == outcome


@pytest.mark.usefixtures("rich_alice")
def test_without_a_name_it_goes_through_one_that_is_up_to_date(
    stage: Stage, payments: Payments
) -> None:
    stage.blocks_pass(10)
    stage.nodes[NODE_1].silent = "connection refused"
    stage.nodes[NODE_2].behind = 9
    outcome = payments.pay(pays(30, through=None))
    assert isinstance(outcome, Confirmed)
    assert stage.nodes[NODE_3].submitted == [outcome.receipt]


@pytest.mark.usefixtures("rich_alice")
def test_a_node_that_hangs_up_leaves_the_payment_unknown(stage: Stage, payments: Payments) -> None:
    node = stage.nodes[NODE_1]

    def hang_up(signed: SignedPayment) -> Submission:
        node.silent = "connection reset"
        return Taken(signed.receipt)

    node.takes = hang_up
    outcome = payments.pay(pays(30))
    assert isinstance(outcome, Unknown)
    assert outcome.taken
    assert "node-1 does not answer" in outcome.why


@pytest.mark.usefixtures("rich_alice")
def test_one_answer_that_does_not_come_decides_nothing(
    stage: Stage, payments: Payments, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = stage.network.client(NODE_1)
    outcome, asked = client.outcome, 0

    def silent_at_first(receipt: Receipt) -> object:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise Unreachable("timed out")
        return outcome(receipt)

    monkeypatch.setattr(client, "outcome", silent_at_first)
    assert isinstance(payments.pay(pays(30)), Confirmed)


@pytest.mark.usefixtures("rich_alice")
def test_a_node_that_does_not_take_it_in_leaves_it_unknown(
    stage: Stage, payments: Payments
) -> None:
    signed = payments.sign(pays(30))
    stage.nodes[NODE_1].silent = "connection refused"
    assert payments.send(signed, NODE_1) == Unknown(signed.receipt, "connection refused")


@pytest.mark.usefixtures("rich_alice")
def test_a_node_that_is_down_fails_the_payment_in_words(stage: Stage, payments: Payments) -> None:
    stage.nodes[NODE_1].silent = "connection refused"
    with pytest.raises(NetworkFailure) as failed:
        payments.pay(pays(30))
    assert str(failed.value) == (
        "nothing can be paid through node-1: it does not answer (connection refused)"
    )


@pytest.mark.usefixtures("rich_alice")
def test_an_answer_is_waited_for_as_long_as_was_said(
    clock: PlayedTime, stage: Stage, payments: Payments
) -> None:
    stage.nodes[NODE_1].takes = never_confirms
    began = clock.now
    payments.pay(pays(30))
    limit = CONFIRMATION.count * BLOCK_TIME
    assert limit < clock.now - began < limit + 1


@pytest.mark.usefixtures("rich_alice")
def test_who_signs_has_seen_the_payers_last_payment(stage: Stage, payments: Payments) -> None:
    node_2 = stage.nodes[NODE_2]
    node_2.behind = 4
    confirmed = payments.pay(pays(30, through=NODE_1))
    assert isinstance(confirmed, Confirmed)
    assert node_2.height < confirmed.height
    payments.pay(pays(5, through=NODE_2))
    assert node_2.stood_at[-1] >= confirmed.height


@pytest.mark.usefixtures("rich_alice")
def test_who_signs_waits_until_a_node_has_executed_the_block_that_it_shows(
    clock: PlayedTime, stage: Stage, payments: Payments
) -> None:
    confirmed = payments.pay(pays(30, through=NODE_1))
    assert isinstance(confirmed, Confirmed)
    node_2, began, told = stage.nodes[NODE_2], clock.now, []

    def executed() -> Height:
        """What the node shows at once is executed half a block later."""
        assert node_2.height >= confirmed.height
        late = clock.now < began + BLOCK_TIME / 2
        told.append(Height(confirmed.height - 1) if late else node_2.height)
        return told[-1]

    node_2.executed = executed  # type: ignore[attr-defined]
    payments.pay(pays(5, through=NODE_2))
    assert len(told) > 1
    assert max(told[:-1]) < confirmed.height <= told[-1]


def halted(stage: Stage) -> None:
    """A partition is in force, and node-4 is on the side that can make no blocks."""
    stage.network.faults.cut(between([NODE_4], [NODE_1, NODE_2, NODE_3]))
    stage.ledger.moves = False
    stage.nodes[NODE_4].behind = 5
    stage.nodes[NODE_4].takes = never_confirms


@pytest.mark.usefixtures("rich_alice")
def test_who_tries_gives_up_on_a_node_that_a_fault_has_halted(
    clock: PlayedTime, stage: Stage, payments: Payments
) -> None:
    halted(stage)
    began = clock.now
    assert isinstance(payments.try_to_pay(pays(5, through=NODE_4)), Unknown)
    assert clock.now - began < CONFIRMATION.count * BLOCK_TIME / 2


@pytest.mark.usefixtures("rich_alice")
def test_who_pays_insists(clock: PlayedTime, stage: Stage, payments: Payments) -> None:
    halted(stage)
    began = clock.now
    assert isinstance(payments.pay(pays(5, through=NODE_4)), Unknown)
    assert clock.now - began > CONFIRMATION.count * BLOCK_TIME


@pytest.mark.usefixtures("rich_alice")
def test_who_tries_waits_for_a_network_without_a_fault(
    clock: PlayedTime, stage: Stage, payments: Payments
) -> None:
    stage.ledger.moves = False
    stage.nodes[NODE_4].takes = never_confirms
    began = clock.now
    assert isinstance(payments.try_to_pay(pays(5, through=NODE_4)), Unknown)
    assert clock.now - began > CONFIRMATION.count * BLOCK_TIME


# -- several at once


@pytest.mark.usefixtures("rich_alice")
def test_a_payment_that_a_node_has_not_indexed_is_looked_up_in_its_block(
    stage: Stage, payments: Payments
) -> None:
    confirmed = payments.pay(pays(30))
    assert isinstance(confirmed, Confirmed)
    for node, height in ((NODE_2, confirmed.height), (NODE_3, Height(confirmed.height + 1))):
        stage.nodes[node].unindexed[confirmed.receipt] = height
    told = payments.outcomes(confirmed.receipt)
    assert told[NODE_2] == confirmed
    assert told[NODE_3] == Pending()
    assert list(told) == [NODE_1, NODE_2, NODE_3, NODE_4]


@pytest.mark.usefixtures("rich_alice")
def test_payments_at_the_same_moment_each_have_an_outcome(payments: Payments) -> None:
    payments.deposit(BOB, Coins(50))
    outcomes = payments.pay_at_once(
        [
            Instruction(ALICE, BOB, Amount(60), NODE_1),
            Instruction(BOB, ALICE, Amount(20), NODE_3),
            Instruction(ALICE, BOB, Amount(1000), NODE_2),
        ]
    )
    assert [type(outcome) for outcome in outcomes] == [Confirmed, Confirmed, Refused]
    assert holdings(payments) == {"Alice": 60, "Bob": 90}


def test_the_treasury_pays_one_after_another(stage: Stage, payments: Payments) -> None:
    queue = stage.network.treasury_queue
    in_queue: dict[str, bool] = {}

    def note(payment: Payment) -> None:
        in_queue[f"{payment.payer.name} pays {payment.payee.name}"] = queue.locked()

    stage.wallet.on_sign = note
    payments.deposit(ALICE, Coins(100))
    payments.pay(pays(30))
    payments.withdraw(ALICE, Amount(10))
    assert in_queue == {
        "the treasury pays Alice": True,
        "Alice pays Bob": False,
        "Alice pays the treasury": False,
    }


def test_a_deposit_waits_until_the_one_before_is_settled(stage: Stage, payments: Payments) -> None:
    entered = threading.Event()
    stage.wallet.on_sign = lambda payment: entered.set()
    payments.account(ALICE)
    depositor = threading.Thread(target=payments.deposit, args=(ALICE, Coins(100)))
    with stage.network.treasury_queue:
        depositor.start()
        assert not entered.wait(0.05)
    depositor.join(30)
    assert entered.is_set()


def test_the_treasury_can_pay_again_after_a_deposit_that_went_wrong(
    stage: Stage, payments: Payments
) -> None:
    for node in stage.nodes.values():
        node.silent = "connection refused"
    with pytest.raises(NetworkFailure, match="no node answers"):
        payments.deposit(ALICE, Coins(100))
    for node in stage.nodes.values():
        node.silent = None
    assert isinstance(payments.deposit(ALICE, Coins(100)), Confirmed)


# -- the same payment again


@pytest.mark.usefixtures("rich_alice")
@pytest.mark.parametrize(
    "second",
    [Refused(Refusal.ALREADY_MADE), Refused(Refusal.SOMETHING_ELSE, "who knows")],
)
def test_a_replay_never_takes_a_confirmation_back(
    stage: Stage, payments: Payments, second: Refused
) -> None:
    signed = payments.sign(pays(30))
    first = payments.send(signed, NODE_1)
    assert isinstance(first, Confirmed)
    stage.nodes[NODE_2].takes = lambda again: second
    assert payments.send(signed, NODE_2) == second
    assert payments.book.entries[-1].outcome == first
    assert holdings(payments) == {"Alice": 70, "Bob": 30}
    assert payments.book.refused() == []


@pytest.mark.usefixtures("rich_alice")
def test_a_replay_that_has_no_answer_takes_nothing_back(stage: Stage, payments: Payments) -> None:
    signed = payments.sign(pays(30))
    first = payments.send(signed, NODE_1)
    stage.nodes[NODE_2].silent = "connection refused"
    assert isinstance(payments.send(signed, NODE_2), Unknown)
    assert payments.book.entries[-1].outcome == first


@pytest.mark.usefixtures("rich_alice")
def test_a_refusal_of_one_node_is_not_the_last_word(stage: Stage, payments: Payments) -> None:
    signed = payments.sign(pays(30))
    stage.nodes[NODE_2].takes = lambda again: Refused(Refusal.NODE_OVERLOADED)
    assert isinstance(payments.send(signed, NODE_2), Refused)
    assert payments.book.refused() == [signed.receipt]
    assert isinstance(payments.send(signed, NODE_1), Confirmed)
    assert payments.book.refused() == []
    assert holdings(payments) == {"Alice": 70, "Bob": 30}


@pytest.mark.usefixtures("rich_alice")
def test_a_refusal_after_no_answer_leaves_the_payment_unknown(
    stage: Stage, payments: Payments
) -> None:
    """The second node may refuse it for no other reason than that the first one has it."""
    signed = payments.sign(pays(30))
    stage.nodes[NODE_1].silent = "connection reset"
    payments.send(signed, NODE_1)
    stage.nodes[NODE_2].takes = lambda again: Refused(Refusal.ALREADY_MADE)
    payments.send(signed, NODE_2)
    assert isinstance(payments.book.entries[-1].outcome, Unknown)


@pytest.mark.usefixtures("rich_alice")
def test_one_payment_through_several_nodes_is_one_entry(stage: Stage, payments: Payments) -> None:
    before = len(payments.book.entries)
    signed = payments.sign(pays(30))
    outcomes = payments.send_through_all(signed, [NODE_1, NODE_3])
    assert len(outcomes) == 2
    assert len(payments.book.entries) == before + 1
    for node in (NODE_1, NODE_3):
        assert stage.nodes[node].submitted[-1] == signed.receipt
    assert holdings(payments) == {"Alice": 70, "Bob": 30}


# -- forgeries


@pytest.mark.usefixtures("rich_alice")
def test_a_forged_payment_is_signed_by_somebody_else(stage: Stage, payments: Payments) -> None:
    forged = payments.sign(pays(30), signer=MALLORY, network="another-network")
    assert forged.payment.payer == payments.account(ALICE)
    assert stage.wallet.signers[forged.receipt] == payments.account(MALLORY)
    assert forged.wire == b"another-network"


@pytest.mark.usefixtures("rich_alice")
def test_an_altered_payment_is_another_payment(payments: Payments) -> None:
    signed = payments.sign(pays(30))
    altered = payments.alter(signed, MALLORY)
    assert altered.payment.payee == payments.account(MALLORY)
    assert altered.receipt != signed.receipt
    assert altered.wire == signed.wire


# -- settling


def left_unknown(stage: Stage, payments: Payments) -> SignedPayment:
    """A payment that node-1 took in, and of which nothing was heard in time."""
    stage.nodes[NODE_1].takes = never_confirms
    payments.pay(pays(30))
    signed = payments.book.entries[-1].signed
    assert isinstance(payments.book.entries[-1].outcome, Unknown)
    return signed


@pytest.mark.usefixtures("rich_alice")
def test_a_late_confirmation_is_found_on_any_node(stage: Stage, payments: Payments) -> None:
    signed = left_unknown(stage, payments)
    confirmed = Confirmed(signed.receipt, Height(9))
    stage.nodes[NODE_4].known[signed.receipt] = confirmed
    payments.settle()
    assert payments.book.entries[-1].outcome == confirmed
    assert holdings(payments) == {"Alice": 70, "Bob": 30}


@pytest.mark.usefixtures("rich_alice")
def test_a_late_confirmation_is_waited_for(stage: Stage, payments: Payments) -> None:
    signed = left_unknown(stage, payments)
    confirmed = Confirmed(signed.receipt, Height(stage.ledger.height + 3))

    def appear() -> None:
        if stage.ledger.height >= confirmed.height:
            stage.ledger.outcomes[signed.receipt] = confirmed

    stage.clock.on_each_sleep(appear)
    payments.settle()
    assert payments.book.entries[-1].outcome == confirmed


@pytest.mark.usefixtures("rich_alice")
def test_what_many_new_blocks_do_not_have_was_dropped(
    stage: Stage, payments: Payments, journal: Journal
) -> None:
    signed = left_unknown(stage, payments)
    start = stage.ledger.height
    payments.settle()
    assert DROPPED.count < stage.ledger.height - start < DROPPED.count + 3
    assert payments.book.refused() == [signed.receipt]
    settled = journalled(journal.path)[-1]
    assert (settled["kind"], settled["late"]) == ("payment settled", True)
    assert (settled["receipt"], settled["outcome"]) == (signed.receipt, "refused")


@pytest.mark.usefixtures("rich_alice")
def test_only_what_is_unknown_is_settled(payments: Payments, journal: Journal) -> None:
    payments.pay(pays(30))
    before = len(journalled(journal.path))
    payments.settle()
    assert len(journalled(journal.path)) == before


@pytest.mark.usefixtures("rich_alice")
def test_a_network_that_stands_still_has_refused_nothing(stage: Stage, payments: Payments) -> None:
    left_unknown(stage, payments)
    stage.ledger.moves = False
    payments.settle()
    assert not isinstance(payments.book.entries[-1].outcome, Refused)


# -- the record


@pytest.mark.usefixtures("rich_alice")
def test_a_payment_stands_in_the_journal(payments: Payments, journal: Journal) -> None:
    payments.pay(pays(30, through=NODE_3))
    payments.pay(pays(101, through=NODE_2))
    sent, settled, _, refused = journalled(journal.path)[-4:]
    assert (sent["kind"], sent["node"]) == ("payment sent", "node-3")
    assert (sent["payer"], sent["payee"], sent["amount"]) == ("Alice", "Bob", 30)
    assert (settled["kind"], settled["outcome"]) == ("payment settled", "confirmed")
    assert settled["receipt"] == sent["receipt"]
    assert settled["height"] > 0
    assert (refused["outcome"], refused["reason"]) == ("refused", "the balance is too low")


@pytest.mark.usefixtures("rich_alice")
def test_nothing_that_could_be_sent_again_is_in_the_journal(
    payments: Payments, journal: Journal
) -> None:
    payments.pay(pays(30))
    assert "this network" not in journal.path.read_text(), "that is what goes over the wire"


@pytest.mark.usefixtures("rich_alice")
def test_every_node_can_be_asked_about_a_payment(stage: Stage, payments: Payments) -> None:
    outcome = payments.pay(pays(30))
    assert isinstance(outcome, Confirmed)
    stage.nodes[NODE_4].known[outcome.receipt] = Pending()
    said = payments.outcomes(outcome.receipt, [NODE_1, NODE_4])
    assert said == {NODE_1: outcome, NODE_4: Pending()}


@pytest.mark.usefixtures("rich_alice")
def test_a_node_that_answers_nonsense_to_a_payment_has_failed(
    stage: Stage, payments: Payments
) -> None:
    stage.nodes[NODE_1].nonsense = "<html>"
    with pytest.raises(NetworkFailure, match="node-1"):
        payments.pay(pays(30))


@pytest.mark.usefixtures("rich_alice")
def test_the_payers_last_payment_is_the_one_in_the_highest_block(
    stage: Stage, payments: Payments
) -> None:
    for height in (9, 8):
        signed = payments.sign(pays(1))
        stage.ledger.outcomes[signed.receipt] = Confirmed(signed.receipt, Height(height))
        stage.nodes[NODE_1].takes = never_confirms
        payments.send(signed, NODE_1)
    assert stage.network.payer_moved_at(payments.account(ALICE)) == 9


# -- where a payment is confirmed by several blocks


@pytest.mark.usefixtures("rich_alice")
def test_what_can_be_taken_back_is_not_confirmed(
    payments: Payments, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The played node says that it is confirmed as soon as one block has it."""
    monkeypatch.setattr(PlayedImplementation, "confirmations", Blocks(3))
    with pytest.raises(NetworkFailure, match="a payment is confirmed when 3 blocks have it"):
        payments.pay(pays(30))


@pytest.mark.usefixtures("rich_alice")
def test_a_payment_that_is_deep_enough_is_confirmed(
    stage: Stage, payments: Payments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlayedImplementation, "confirmations", Blocks(3))
    node = stage.nodes[NODE_1]

    def has_it_in_an_old_block(signed: SignedPayment) -> Submission:
        deep = Height(stage.ledger.height - 2)
        node.known[signed.receipt] = Confirmed(signed.receipt, deep)
        return Taken(signed.receipt)

    stage.blocks_pass(5)
    node.takes = has_it_in_an_old_block
    assert isinstance(payments.pay(pays(30)), Confirmed)


# -- answers that do not come


@pytest.mark.usefixtures("rich_alice")
def test_who_gets_no_answer_sends_the_same_payment_again(stage: Stage, payments: Payments) -> None:
    node = stage.nodes[NODE_1]
    sent: list[Receipt] = []

    def answers_the_third_time(signed: SignedPayment) -> Submission:
        sent.append(signed.receipt)
        if len(sent) < 3:
            raise Unanswered("no answer in time")
        node.takes = None
        return node.submit(signed)

    node.takes = answers_the_third_time
    assert isinstance(payments.pay(pays(30)), Confirmed)
    assert len(sent) == 3
    assert len(set(sent)) == 1


@pytest.mark.usefixtures("rich_alice")
def test_a_node_that_had_taken_it_the_first_time_has_not_refused_it(
    stage: Stage, payments: Payments
) -> None:
    node = stage.nodes[NODE_1]

    def does_it_and_falls_silent(signed: SignedPayment) -> Submission:
        node.takes = None
        node.submit(signed)
        stage.blocks_pass(1)
        raise Unanswered("no answer in time")

    node.takes = does_it_and_falls_silent
    assert isinstance(payments.pay(pays(30)), Confirmed)
    assert holdings(payments) == {"Alice": 70, "Bob": 30}


@pytest.mark.usefixtures("rich_alice")
def test_who_gives_up_without_an_answer_has_tried(stage: Stage, payments: Payments) -> None:
    def silent(signed: SignedPayment) -> Submission:
        raise Unanswered("no answer in time")

    stage.nodes[NODE_1].takes = silent
    outcome = payments.pay(pays(30))
    assert isinstance(outcome, Unknown)
    assert outcome.taken
