"""The keys of one network's customers, and what they sign."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from support.domain import AccountName, EnvironmentProblem, Receipt
from support.implementations.contract import Account, Payment, SignedPayment, Standing
from support.implementations.handshake.coins import REWARD
from support.implementations.handshake.keys import CustomerKey, PurseKeys, read, unowned_address
from support.implementations.handshake.payments import PAYEES, spending
from support.implementations.handshake.transactions import (
    Outpoint,
    Output,
    Transaction,
    understood,
)
from support.implementations.handshake.unspent import Unspent, from_standing

TREASURY = AccountName("the treasury")

#: What filling a purse costs: a node asks for one for each byte, and an output has 32.
_FEE_PER_PURSE = 100


@dataclass(frozen=True)
class _Owner:
    """Who signs for an address, and where the fees of its payments come from."""

    key: CustomerKey = field(repr=False)
    purse: CustomerKey = field(repr=False)


class HandshakeWallet:
    """Opens accounts and signs for them; safe to use from threads.

    A node takes no payment without a fee, and an amount in a feature is the whole story. So every
    account has a purse beside it: another address, which holds money for fees and no coins. All
    purses are filled by one transaction when the network begins, so an account is opened by
    handing out the next one, and nobody has to wait for a block.
    """

    def __init__(self, network: str, purses: int) -> None:
        self._network = network
        self._fees = CustomerKey()
        self._purses = PurseKeys(purses + 1)
        treasury = CustomerKey()
        self._treasury = Account(TREASURY, treasury.address)
        self._owners = {treasury.address: _Owner(treasury, self._purses.key(0))}
        self._opened = 1
        self._signed: dict[str, set[bytes]] = defaultdict(set)
        self._lock = threading.Lock()

    @property
    def treasury(self) -> Account:
        """The owner of every coin that is not in circulation."""
        return self._treasury

    @property
    def fees(self) -> str:
        """The address that the first block is made to: what purses are filled from."""
        return self._fees.address

    def open_account(self, name: AccountName) -> Account:
        """A new key, and the next purse. Raises EnvironmentProblem when none is left."""
        key = CustomerKey()
        with self._lock:
            index = self._opened
            if index == len(self._purses.addresses):
                raise EnvironmentProblem(
                    f"the network {self._network} cannot open an account for {name}: all its "
                    f"{index - 1} purses for fees are in use, so give the scenario a network of "
                    "its own with @private_network"
                )
            self._opened += 1
        owner = _Owner(key, self._purses.key(index))
        with self._lock:
            self._owners[key.address] = owner
        return Account(name, key.address)

    def unheard_of_account(self, name: AccountName) -> Account:
        """An address without a key: it can be paid, and it can never pay."""
        return Account(name, unowned_address())

    def purse_of(self, account: Account) -> str | None:
        """The address of an account's purse; None for an account that has none."""
        owner = self._owners.get(account.address)
        return owner.purse.address if owner else None

    def usable(self, account: Account, outputs: Iterable[Unspent]) -> list[Unspent]:
        """Those that its owner would pay with: not what others have paid and no block has yet."""
        own = self._signed.get(account.address, ())
        return [
            output for output in outputs if not output.waiting or output.outpoint.transaction in own
        ]

    def sign(
        self,
        payment: Payment,
        standing: Standing,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """Sign as the payer, or as ``signer`` with that one's own key in the payer's place.

        ``standing`` is the payer's: outputs that can be spent. Signatures of Handshake do not say
        which network they are for, so ``network`` changes nothing. Takes 0.5 ms for each input.
        """
        payer = self._owner(payment.payer)
        chosen = spending(payment, from_standing(standing), payer.purse.address)
        forger = self._owner(signer).key if signer else None
        own = [payer.purse if output.purse else payer.key for output in chosen.spent]
        signed = chosen.transaction.signed(
            [
                (output.value, read(key.address), forger or key)
                for output, key in zip(chosen.spent, own, strict=True)
            ]
        )
        if forger is None:
            self._signed[payment.payer.address].add(signed.hash)
        return _on_the_wire(payment, signed)

    def altered(self, signed: SignedPayment, payee: Account) -> SignedPayment:
        """The same signatures under a payment that now goes to ``payee``."""
        transaction = understood(signed.wire).paying(PAYEES, payee.address)
        return _on_the_wire(replace(signed.payment, payee=payee), transaction)

    def filled_purses(self, first_coinbase: bytes) -> Transaction:
        """What fills every purse from the first block, whose only transaction has this hash."""
        purses = self._purses.addresses
        each = REWARD // len(purses) - _FEE_PER_PURSE
        unsigned = Transaction(
            inputs=(Outpoint(first_coinbase, 0),),
            outputs=tuple(Output(each, read(purse)) for purse in purses),
        )
        return unsigned.signed([(REWARD, read(self._fees.address), self._fees)])

    def _owner(self, account: Account) -> _Owner:
        try:
            return self._owners[account.address]
        except KeyError:
            raise EnvironmentProblem(
                f"nobody has a key for the account of {account.name}, so it cannot sign"
            ) from None


def _on_the_wire(payment: Payment, transaction: Transaction) -> SignedPayment:
    return SignedPayment(payment, Receipt(transaction.hash.hex()), transaction.written())
