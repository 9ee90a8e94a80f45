"""Why a node said no: from hsd's reasons to the words of the features."""

from __future__ import annotations

import re
from collections.abc import Sequence

from support.domain import Refusal, Refused
from support.implementations.contract import Payment, SignedPayment
from support.implementations.handshake.coins import COIN, DUST
from support.implementations.handshake.keys import address_hash, read
from support.implementations.handshake.transactions import Transaction, understood
from support.implementations.handshake.unspent import Unspent

#: hsd's own words for what is wrong with a transaction (``lib/mempool``, ``lib/primitives/tx.js``).
_REASONS = {
    "bad-txns-in-belowout": Refusal.BALANCE_TOO_LOW,
    "bad-txns-vout-toolarge": Refusal.AMOUNT_NOT_VALID,
    "bad-txns-vout-negative": Refusal.AMOUNT_NOT_VALID,
    "bad-txns-txouttotal-toolarge": Refusal.AMOUNT_NOT_VALID,
}
_REASON = re.compile(r"Verification failure: (?P<reason>[\w-]+) \(code=")
#: A script that does not agree: the key is not the owner's, or the signature not the key's.
_SCRIPT_FAILED = "mandatory-script-verify-flag"
#: An amount of more than 53 bits is not even read, so it has no reason of its own.
_TOO_LARGE_TO_READ = "Number exceeds 2^53-1"


def refused(payment: SignedPayment, words: str) -> Refused:
    """The refusal behind what hsd says instead of taking a payment in."""
    return Refused(_reason(payment, words), words, payment.receipt)


def refused_silently(payment: SignedPayment, reason: Refusal, seen: str) -> Refused:
    """The refusal of a payment that the node left out without a word; ``seen`` tells why."""
    return Refused(reason, f"(no word; {seen})", payment.receipt)


def why_left_out(
    transaction: Transaction, payment: Payment, spendable: Sequence[Unspent]
) -> tuple[Refusal, str]:
    """Why a node leaves a payment out without a word, and what of it can be seen.

    ``spendable`` is what it then lets the payer spend. hsd leaves out what spends outputs that are
    not there, what pays too small a fee (more coins than there are make a negative one), and dust.
    """
    values = {output.outpoint: output.value for output in spendable}
    if not set(transaction.inputs) <= set(values):
        left = sum(output.value for output in spendable if not output.purse)
        covered = left >= payment.amount.value * COIN
        reason = Refusal.SOMETHING_ELSE if covered else Refusal.BALANCE_TOO_LOW
        return reason, "the coins that it spends are not there"
    paid = [output.value for output in transaction.outputs]
    if sum(paid) > sum(values[spent] for spent in transaction.inputs):
        return Refusal.BALANCE_TOO_LOW, "it pays more than it spends"
    if min(paid) < DUST:
        return Refusal.AMOUNT_NOT_VALID, "the amount is dust"
    return Refusal.SOMETHING_ELSE, "nothing is wrong with it"


def _reason(payment: SignedPayment, words: str) -> Refusal:
    if _TOO_LARGE_TO_READ in words:
        return Refusal.AMOUNT_NOT_VALID
    found = _REASON.search(words)
    reason = found["reason"] if found else ""
    if reason == _SCRIPT_FAILED:
        return _what_script_failed(payment)
    return _REASONS.get(reason, Refusal.SOMETHING_ELSE)


def _what_script_failed(payment: SignedPayment) -> Refusal:
    # The script compares the key with the owner's hash first, and then the signature with the key.
    # hsd has the same words for both.
    owner = read(payment.payment.payer.address)
    keys = [key for _, key in understood(payment.wire).witnesses]
    if any(address_hash(key) == owner for key in keys):
        return Refusal.SIGNATURE_DOES_NOT_FIT
    return Refusal.NOT_THE_OWNER
