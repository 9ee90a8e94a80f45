"""Who owns what, as one simulated node sees it after the blocks that it knows."""

from __future__ import annotations

import hashlib
import json

from support.domain import Refusal, StateId
from tests.fake.defects import Defects
from tests.fake.genesis import OPENED, Genesis
from tests.fake.transfer import Transfer


class Ledger:
    """Balances and sequences. Two ledgers that applied the same transfers are equal."""

    def __init__(self, genesis: Genesis, defects: Defects) -> None:
        self._treasury = genesis.treasury
        self._defects = defects
        self._balances = {genesis.treasury: genesis.supply}
        self._sequences: dict[str, int] = {}
        self._have_paid: set[str] = set()
        self.supply = genesis.supply

    def copy(self) -> Ledger:
        """One that can be written to without touching this one."""
        other = Ledger.__new__(Ledger)
        other._treasury, other._defects = self._treasury, self._defects
        other._balances, other._sequences = dict(self._balances), dict(self._sequences)
        other._have_paid = set(self._have_paid)
        other.supply = self.supply
        return other

    def balance(self, address: str) -> int:
        """Coins; none for an address that was never heard of."""
        return self._balances.get(address, 0)

    def sequence(self, address: str) -> int:
        """How many payments of this account have been executed, refused ones among them."""
        return self._sequences.get(address, 0)

    def is_customer_who_paid(self, address: str) -> bool:
        """Whether it is not the treasury and has made a payment that was not refused."""
        return address != self._treasury and address in self._have_paid

    @property
    def digest(self) -> StateId:
        """The same for the same balances and sequences, whatever their order."""
        content = [sorted(self._balances.items()), sorted(self._sequences.items()), self.supply]
        return StateId(hashlib.sha256(json.dumps(content).encode()).hexdigest())

    def add(self, address: str, coins: int) -> None:
        """Coins out of nothing, for planted defects."""
        self._balances[address] = self.balance(address) + coins

    def apply(self, transfer: Transfer, *, repeated: bool = False) -> Refusal | None:
        """Move coins, or say why not. A refused transfer uses up its sequence, as on real chains.

        ``repeated`` is for planted defects: a transfer that was executed before, and is again.
        """
        if not repeated:
            expected = self.sequence(transfer.payer)
            if transfer.sequence != expected:
                early = transfer.sequence > expected
                return Refusal.SOMETHING_ELSE if early else Refusal.ALREADY_MADE
            self._sequences[transfer.payer] = expected + 1
        if self.balance(transfer.payer) < transfer.amount:
            return Refusal.BALANCE_TOO_LOW
        self._have_paid.add(transfer.payer)
        self._balances[transfer.payer] -= transfer.amount
        if self._is_known(transfer.payee) or self._defects.credits_newcomers():
            self._balances[transfer.payee] = self.balance(transfer.payee) + transfer.amount
        if transfer.payee == self._treasury and transfer.payer != self._treasury:
            self.supply -= self._defects.burnt_by_a_withdrawal()
        return None

    def _is_known(self, address: str) -> bool:
        return address in self._balances or address.startswith(f"{OPENED}-")
