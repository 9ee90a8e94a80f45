"""Every refusal is for the reason that features have words for."""

from __future__ import annotations

import pytest

from support.domain import (
    AccountName,
    Amount,
    Confirmed,
    Height,
    Pending,
    Receipt,
    Refusal,
    Refused,
)
from support.implementations.contract import Account, Payment, SignedPayment, Taken

RECEIPT = Receipt("AB" * 32)
ALICE = Account(AccountName("Alice"), "inj1alice")
SIGNED = SignedPayment(Payment(ALICE, ALICE, Amount(1)), RECEIPT, b"wire")


@pytest.mark.parametrize(
    ("occasion", "reason"),
    [
        ("more than can exist", Refusal.AMOUNT_NOT_VALID),
        ("again, still remembered", Refusal.ALREADY_MADE),
        ("sequence used up", Refusal.ALREADY_MADE),
        ("sequence ahead", Refusal.SOMETHING_ELSE),
        ("altered on the way", Refusal.SIGNATURE_DOES_NOT_FIT),
        ("signed for another network", Refusal.SIGNATURE_DOES_NOT_FIT),
        ("signed by someone else", Refusal.NOT_THE_OWNER),
        ("mempool full", Refusal.NODE_OVERLOADED),
        ("payer unheard of", Refusal.SOMETHING_ELSE),
        ("garbage", Refusal.SOMETHING_ELSE),
    ],
)
def test_refused_at_the_door(node, client, recorded, occasion, reason):
    node.says(recorded[occasion])
    submission = client.submit(SIGNED)
    assert isinstance(submission, Refused)
    assert submission.reason is reason
    assert submission.receipt == RECEIPT
    assert submission.words.isprintable()


@pytest.mark.parametrize(
    ("occasion", "reason"),
    [
        ("one coin too many, in a block", Refusal.BALANCE_TOO_LOW),
        ("nothing, in a block", Refusal.AMOUNT_NOT_VALID),
        ("a negative amount, in a block", Refusal.AMOUNT_NOT_VALID),
    ],
)
def test_refused_in_a_block(node, client, recorded, occasion, reason):
    node.says(recorded[occasion])
    outcome = client.outcome(RECEIPT)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


def test_a_code_of_another_module_has_no_words(node, client, recorded):
    answer = {"code": 5, "codespace": "wasm", "log": "contract not happy"}
    node.says({"id": 0, "result": {"height": "7", "tx_result": answer}})
    assert client.outcome(RECEIPT) == Refused(Refusal.SOMETHING_ELSE, "contract not happy", RECEIPT)


def test_taken_confirmed_and_not_known_yet(node, client, recorded):
    for occasion in ("taken", "confirmed", "tx not found"):
        node.says(recorded[occasion])
    assert client.submit(SIGNED) == Taken(RECEIPT)
    assert client.outcome(RECEIPT) == Confirmed(RECEIPT, Height(3))
    assert client.outcome(RECEIPT) == Pending()
