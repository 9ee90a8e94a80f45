"""The customers of one bank. It knows them by the addresses that it made up for them."""

from __future__ import annotations

import secrets
from dataclasses import replace

from support.domain import AccountName, BadRequest, Receipt
from support.implementations.contract import Account, Payment, SignedPayment, Standing
from support.implementations.etcd.bank import TREASURY, Transfer


class EtcdWallet:
    """Opens accounts; a payment carries an id of its own instead of a signature."""

    @property
    def treasury(self) -> Account:
        """The owner of every coin that is not in circulation."""
        return Account(AccountName("the treasury"), TREASURY)

    def open_account(self, name: AccountName) -> Account:
        """An address that nobody has used; the bank writes it down with the first payment."""
        return Account(name, secrets.token_hex(8))

    def unheard_of_account(self, name: AccountName) -> Account:
        """As any other that has not been paid yet."""
        return self.open_account(name)

    def sign(
        self,
        payment: Payment,
        standing: Standing,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """The payment with an id. Raises :class:`BadRequest` where a signature would matter."""
        if signer is not None or network is not None:
            raise BadRequest("payments in etcd are not signed, so nobody can forge a signature")
        transfer = Transfer(
            secrets.token_hex(16),
            payment.payer.address,
            payment.payee.address,
            payment.amount.value,
        )
        return SignedPayment(payment, Receipt(transfer.identity), transfer.to_wire())

    def altered(self, signed: SignedPayment, payee: Account) -> SignedPayment:
        """The same id on a payment that now goes to ``payee``."""
        transfer = replace(Transfer.from_wire(signed.wire), payee=payee.address)
        return SignedPayment(
            replace(signed.payment, payee=payee), signed.receipt, transfer.to_wire()
        )
