"""Many payments at the same moment: several customers, each with a row of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Coins,
    Confirmed,
    Instruction,
    NetworkFailure,
    NodeName,
    Receipt,
)
from support.gossip import HandedIn
from support.implementations.contract import SignedPayment
from support.matchers import in_words
from support.network import Network
from support.parallel import side_by_side
from support.payments import Payments


class Burst:
    """``customers`` customers who make ``each`` payments of one coin each, to one another.

    Each of them hands the whole row in at one node, one payment after the other, and waits for no
    block. Raises :class:`BadRequest` where payments have no number, so that nobody could sign
    one before the last is in a block.
    """

    def __init__(self, network: Network, payments: Payments, *, customers: int, each: int) -> None:
        if customers < 2:
            raise BadRequest("a burst needs two customers or more: they pay one another")
        self._network = network
        self._payments = payments
        self._names = [AccountName(f"Customer {n + 1} of a burst") for n in range(customers)]
        self._each = each
        self._rows: Sequence[Sequence[SignedPayment]] = ()

    @property
    def rows(self) -> Sequence[Sequence[Receipt]]:
        """What each customer has signed, in that order."""
        return [[signed.receipt for signed in row] for row in self._rows]

    def prepare(self) -> None:
        """Give every customer the coins that are needed, and sign all payments."""
        coins = Coins(self._each)
        outcomes = self._payments.deposit_at_once(dict.fromkeys(self._names, coins))
        for name, outcome in outcomes.items():
            if not isinstance(outcome, Confirmed):
                raise NetworkFailure(f"{name} has no coins to pay with: {in_words(outcome)}")
        pairs = pairwise([*self._names, self._names[0]])
        self._rows = [
            self._payments.sign_row([Instruction(payer, payee, Amount(1))] * self._each)
            for payer, payee in pairs
        ]

    def hand_in(self) -> HandedIn:
        """All rows at once, each at one of the nodes that are up, in turn."""
        before = self._network.top()
        up = self._network.up
        where = {number: up[number % len(up)] for number in range(len(self._rows))}
        side_by_side(lambda number: self._hand_in_row(number, where), where)
        return HandedIn(frozenset(r for row in self.rows for r in row), before)

    def _hand_in_row(self, number: int, where: Mapping[int, NodeName]) -> None:
        for signed in self._rows[number]:
            self._payments.hand_in(signed, where[number])
