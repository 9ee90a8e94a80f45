"""How a payment becomes a transaction: which outputs it spends, and who gets what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support.implementations.contract import Payment
from support.implementations.handshake.coins import COIN
from support.implementations.handshake.keys import read
from support.implementations.handshake.transactions import Output, Transaction, writable
from support.implementations.handshake.unspent import Unspent

#: Where the payee's output stands.
PAYEES = 0

#: Dollarydoos for each input and output. A node asks for one for each byte of its virtual size: 66
#: for an input with its signature, 32 for an output, 10 for the rest.
_FEE_PER_PART = 100
#: Below this an output is dust to a node, which asks for about 300.
_NO_DUST = 1_000
#: So many inputs at most, which keeps the fee below one coin.
_MOST_INPUTS = 90


@dataclass(frozen=True)
class Spending:
    """A payment before it is signed, and the outputs it spends in the order of its inputs."""

    transaction: Transaction
    spent: tuple[Unspent, ...]


def spending(payment: Payment, outputs: Sequence[Unspent], purse: str) -> Spending:
    """The transaction behind a payment; what is left goes back to the payer and to the purse.

    The fee is taken from ``purse``, the address of the payer's, and never from coins: outputs of
    the purse go in and come out, less the fee. An amount that the coins do not cover is written
    all the same, and so is one that makes no sense.
    """
    wanted = payment.amount.value * COIN
    coins = _enough([output for output in outputs if not output.purse], wanted)
    purses = _enough([output for output in outputs if output.purse], 1)
    left = sum(coin.value for coin in coins) - wanted
    made = [Output(writable(wanted), read(payment.payee.address))]
    if left >= COIN:
        made.append(Output(left, read(payment.payer.address)))
    fee = _FEE_PER_PART * (len(coins) + len(purses) + len(made) + 1)
    for_fees = sum(output.value for output in purses) - fee
    if for_fees >= _NO_DUST:
        made.append(Output(for_fees, read(purse)))
    spent = (*coins, *purses)
    inputs = tuple(output.outpoint for output in spent)
    return Spending(Transaction(inputs, tuple(made)), spent)


def _enough(outputs: Sequence[Unspent], wanted: int) -> list[Unspent]:
    """As many as it takes, at least one: small ones first, so that they become fewer.

    What a waiting payment brings is spent last: that payment may yet be lost. Where the small ones
    are too many, the largest are taken.
    """
    smallest_first = sorted(outputs, key=lambda output: (output.waiting, output.value))
    taken: list[Unspent] = []
    for output in smallest_first:
        if taken and sum(one.value for one in taken) >= wanted:
            break
        taken.append(output)
    if len(taken) <= _MOST_INPUTS:
        return taken
    return sorted(outputs, key=lambda output: output.value)[-_MOST_INPUTS:]
