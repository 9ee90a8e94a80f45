"""The books of one scenario: every payment that was sent, and what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from support.domain import Coins, Confirmed, NetworkFailure, Outcome, Receipt, Refused, Unknown
from support.implementations.contract import Account, SignedPayment


@dataclass
class Entry:
    """One signed payment and what became of it."""

    signed: SignedPayment
    outcome: Outcome


class Book:
    """Entries by receipt; safe to write from several threads."""

    def __init__(self) -> None:
        self._entries: dict[Receipt, Entry] = {}
        self._lock = threading.Lock()

    @property
    def entries(self) -> list[Entry]:
        """All payments, oldest first."""
        return list(self._entries.values())

    def note(self, signed: SignedPayment, outcome: Outcome) -> None:
        """Write down what one node said about a payment.

        A later word about the same payment never takes back that it was confirmed, and does not
        turn into a refusal what somebody else may still confirm.
        """
        with self._lock:
            known = self._entries.get(signed.receipt)
            final = known is not None and isinstance(known.outcome, Confirmed)
            if known is None or (not final and isinstance(outcome, Confirmed | Unknown)):
                self._entries[signed.receipt] = Entry(signed, outcome)

    def unsettled(self) -> list[Entry]:
        """Payments of which nobody knows yet whether they happened."""
        return [entry for entry in self.entries if isinstance(entry.outcome, Unknown)]

    def confirmed(self) -> list[Receipt]:
        """The receipts that the network gave its word for."""
        return [r for r, entry in self._entries.items() if isinstance(entry.outcome, Confirmed)]

    def refused(self) -> list[Receipt]:
        """The receipts of payments that must never happen."""
        return [r for r, entry in self._entries.items() if isinstance(entry.outcome, Refused)]

    def balances(self, accounts: Iterable[Account]) -> dict[Account, Coins]:
        """What each account must hold, by the confirmed payments.

        Raises :class:`NetworkFailure` when the network let somebody spend what was not there.
        """
        held = dict.fromkeys(accounts, 0)
        for entry in self.entries:
            if isinstance(entry.outcome, Confirmed):
                payment = entry.signed.payment
                for account, sign in ((payment.payer, -1), (payment.payee, 1)):
                    if account in held:
                        held[account] += sign * payment.amount.value
        for account, coins in held.items():
            if coins < 0:
                raise NetworkFailure(
                    f"{account.name} was let spend {Coins(-coins)} more than the account held"
                )
        return {account: Coins(coins) for account, coins in held.items()}
