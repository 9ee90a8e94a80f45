"""Every refusal is for the reason that features have words for, also where hsd says none."""

from __future__ import annotations

import pytest

from support.domain import AccountName, Amount, Receipt, Refusal, Refused
from support.implementations.contract import Account, Payment, SignedPayment, Taken
from support.implementations.handshake.coins import COIN
from support.implementations.handshake.refusals import refused, why_left_out
from support.implementations.handshake.transactions import Outpoint, Output, Transaction
from support.implementations.handshake.unspent import Unspent


@pytest.mark.parametrize(
    ("occasion", "amount", "reason", "words"),
    [
        ("nothing", 0, Refusal.AMOUNT_NOT_VALID, "(no word; the amount is dust)"),
        ("a negative amount", -5, Refusal.AMOUNT_NOT_VALID, "Number exceeds 2^53-1"),
        ("more than can exist", 2**256, Refusal.AMOUNT_NOT_VALID, "bad-txns-vout-toolarge"),
        ("one coin too many", 101, Refusal.BALANCE_TOO_LOW, "(no word; it pays more than it"),
        ("signed by someone else", 5, Refusal.NOT_THE_OWNER, "mandatory-script-verify-flag"),
        ("altered on the way", 5, Refusal.SIGNATURE_DOES_NOT_FIT, "mandatory-script-verify-flag"),
        ("spent twice", 50, Refusal.BALANCE_TOO_LOW, "(no word; the coins that it spends are"),
        ("again, in a block", 60, Refusal.ALREADY_MADE, "(no word; it has this payment)"),
    ],
)
def test_refused(client, says, sent, occasion, amount, reason, words):
    says(occasion)
    payment = sent(occasion, amount)
    submission = client.submit(payment)
    assert isinstance(submission, Refused)
    assert submission.reason is reason
    assert words in submission.words
    assert submission.receipt == payment.receipt


def test_made_again_while_it_waits(client, says, sent):
    says("again, while it waits")
    submission = client.submit(sent("again", 60))
    assert isinstance(submission, Refused)
    assert submission.reason is Refusal.ALREADY_MADE


def test_taken_is_what_the_node_has_afterwards(node, client, says, sent):
    says("taken")
    payment = sent("again", 60)
    assert client.submit(payment) == Taken(payment.receipt)
    assert node.paths == ["/", "/broadcast", "/"]
    assert node.questions[1] == {"tx": payment.wire.hex()}


def test_garbage_has_no_words(node, client, says, alice):
    says("garbage")
    payment = SignedPayment(Payment(alice, alice, Amount(1)), Receipt("cd" * 32), bytes(4))
    submission = client.submit(payment)
    assert isinstance(submission, Refused)
    assert submission.reason is Refusal.SOMETHING_ELSE
    assert submission.words == "Out of bounds read (offset=4)."


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("bad-txns-in-belowout", Refusal.BALANCE_TOO_LOW),
        ("bad-txns-txouttotal-toolarge", Refusal.AMOUNT_NOT_VALID),
        ("bad-txns-vin-empty", Refusal.SOMETHING_ELSE),
        ("non-final", Refusal.SOMETHING_ELSE),
    ],
)
def test_reasons_of_hsd(sent, words, reason):
    said = f"Verification failure: {words} (code=invalid score=100 hash=ab)"
    assert refused(sent("again", 60), said).reason is reason


COINS = Unspent(Outpoint(b"\x01" * 32, 0), 100 * COIN, waiting=False)
LEFT = Unspent(Outpoint(b"\x02" * 32, 0), 40 * COIN, waiting=False)
PURSE = Unspent(Outpoint(b"\x03" * 32, 0), 500 * COIN, waiting=False, purse=True)


def paying(coins):
    inputs = (COINS.outpoint, PURSE.outpoint)
    return Transaction(inputs, (Output(coins * COIN, bytes(20)), Output(499 * COIN, bytes(20))))


@pytest.mark.parametrize(
    ("coins", "spendable", "reason"),
    [
        (30, [COINS, PURSE], Refusal.SOMETHING_ELSE),
        (0, [COINS, PURSE], Refusal.AMOUNT_NOT_VALID),
        (102, [COINS, PURSE], Refusal.BALANCE_TOO_LOW),
        (50, [LEFT, PURSE], Refusal.BALANCE_TOO_LOW),
        (30, [LEFT, PURSE], Refusal.SOMETHING_ELSE),
        (30, [PURSE], Refusal.BALANCE_TOO_LOW),
        (30, [], Refusal.BALANCE_TOO_LOW),
    ],
    ids=[
        "nothing is wrong",
        "dust",
        "more than it spends",
        "spent, and the rest is too little",
        "spent, and the rest would do",
        "nothing left, as the purse has no coins",
        "never heard of",
    ],
)
def test_why_a_node_leaves_a_payment_out(coins, spendable, reason):
    alice = Account(AccountName("Alice"), "rs1qalice")
    payment = Payment(alice, alice, Amount(coins))
    assert why_left_out(paying(coins), payment, spendable)[0] is reason
