"""The keys of a simulated network's customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from support.domain import AccountName
from support.implementations.contract import Account, Payment, SignedPayment, Standing
from tests.fake.genesis import OPENED, TREASURY, UNHEARD_OF
from tests.fake.transfer import Transfer, address_of, receipt_of, signed_transfer

#: Of all accounts that this process has opened, so that no scenario sees another one's coins.
_numbers = count(1)


class FakeWallet:
    """See :class:`~support.implementations.contract.Wallet`."""

    def __init__(self, network: str) -> None:
        self._network = network
        self._keys: dict[str, str] = {}
        self._treasury = self._account(AccountName("Treasury"), TREASURY, treasury_key(network))

    @property
    def treasury(self) -> Account:
        """See the contract."""
        return self._treasury

    def open_account(self, name: AccountName) -> Account:
        """See the contract."""
        return self._new_account(name, OPENED)

    def unheard_of_account(self, name: AccountName) -> Account:
        """See the contract."""
        return self._new_account(name, UNHEARD_OF)

    def sign(
        self,
        payment: Payment,
        standing: Standing,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """See the contract."""
        (sequence,) = standing.facts
        transfer = signed_transfer(
            key=self._keys[(signer or payment.payer).address],
            network=network or self._network,
            payer=payment.payer.address,
            payee=payment.payee.address,
            amount=payment.amount.value,
            sequence=sequence,
        )
        return _sealed(payment, transfer)

    def sign_row(self, payments: Sequence[Payment], standing: Standing) -> Sequence[SignedPayment]:
        """See the contract."""
        (sequence,) = standing.facts
        return [
            self.sign(payment, Standing((sequence + position,)))
            for position, payment in enumerate(payments)
        ]

    def altered(self, signed: SignedPayment, payee: Account) -> SignedPayment:
        """See the contract."""
        transfer = replace(Transfer.from_wire(signed.wire), payee=payee.address)
        return _sealed(replace(signed.payment, payee=payee), transfer)

    def _new_account(self, name: AccountName, prefix: str) -> Account:
        return self._account(name, prefix, f"{self._network} {name} {next(_numbers)}")

    def _account(self, name: AccountName, prefix: str, key: str) -> Account:
        address = address_of(prefix, key)
        self._keys[address] = key
        return Account(name, address)


def treasury_key(network: str) -> str:
    """Known to the genesis and to the wallets of a network."""
    return f"{network} treasury"


def _sealed(payment: Payment, transfer: Transfer) -> SignedPayment:
    wire = transfer.to_wire()
    return SignedPayment(payment, receipt_of(wire), wire)
