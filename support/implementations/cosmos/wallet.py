"""The keys of one network's customers, and what they sign."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import TxRaw

from support.domain import AccountName, EnvironmentProblem, NodeName, Receipt, Votes
from support.implementations.contract import Account, Payment, SignedPayment, Standing
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.keys import CustomerKey, PurseKeys, unowned_address
from support.implementations.cosmos.orders import GAS_OF_AN_ORDER, order_body
from support.implementations.cosmos.transactions import (
    paid_fee,
    redirected,
    send,
    signed,
    transaction_hash,
)
from support.implementations.stakes import Order, SignedOrder

TREASURY = AccountName("the treasury")


class CosmosWallet:
    """Opens accounts on a network of ``chain`` and signs for them; safe to use from threads.

    An account is opened by handing out the next purse of the genesis: it holds what fees are paid
    with and no coins, and nobody has to wait for a block.
    """

    def __init__(
        self,
        chain: Chain,
        network: str,
        treasury: CustomerKey,
        purses: PurseKeys,
        operators: Mapping[NodeName, CustomerKey] = MappingProxyType({}),
        voting_keys: Mapping[NodeName, bytes] = MappingProxyType({}),
    ) -> None:
        self._chain = chain
        self._network = network
        self._purses = purses
        self._opened = 0
        self._lock = threading.Lock()
        self._treasury = Account(TREASURY, treasury.address)
        self._keys = {treasury.address: treasury}
        self._keys |= {key.address: key for key in operators.values()}
        self._operators = {
            node: Account(_operator_of(node), key.address) for node, key in operators.items()
        }
        self._voting_keys = voting_keys
        money = chain.money
        fee = money.fee if money.fees == money.stake else 0
        self.payment_fee = Votes.of(fee, per=money.power_reduction)
        self.order_fee = Votes.of(GAS_OF_AN_ORDER * fee, per=money.power_reduction)

    @property
    def treasury(self) -> Account:
        """The owner of every coin that is not in circulation."""
        return self._treasury

    def open_account(self, name: AccountName) -> Account:
        """The next purse, under this name. Raises EnvironmentProblem when none is left."""
        with self._lock:
            index = self._opened
            if index == len(self._purses.addresses):
                raise EnvironmentProblem(
                    f"the network {self._network} cannot open an account for {name}: all its "
                    f"{index} prepared accounts are in use, so give the scenario a network of its "
                    "own with @private_network"
                )
            self._opened += 1
        address = self._purses.addresses[index]
        key = self._purses.key(index)
        with self._lock:
            self._keys[address] = key
        return Account(name, address)

    def unheard_of_account(self, name: AccountName) -> Account:
        """An address without a key: it can be paid, and it can never pay."""
        return Account(name, unowned_address(self._chain.prefixes))

    def sign(
        self,
        payment: Payment,
        standing: Standing,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """Sign as the payer, or as ``signer`` with that one's own key in the payer's place.

        ``standing`` is the payer's: account number and sequence. Takes 0.5 ms.
        """
        number, sequence = standing.facts
        money = self._chain.money
        body = send(
            payment.payer.address, payment.payee.address, payment.amount.value, money.customers
        )
        raw = signed(
            body,
            paid_fee(money),
            self._key(signer or payment.payer),
            network=network or self._network,
            number=number,
            sequence=sequence,
        )
        return _on_the_wire(payment, raw)

    def operator(self, node: NodeName) -> Account:
        """Of a node that was not there from the beginning: an account that nobody else has."""
        if node not in self._operators:
            self._operators[node] = self.open_account(_operator_of(node))
        return self._operators[node]

    def validator_address(self, node: NodeName) -> str:
        """By which the network knows the operator of a node as one who has a stake."""
        return self._key(self.operator(node)).operator_address

    def sign_order(self, order: Order, standing: Standing) -> SignedOrder:
        """Takes 0.5 ms, as a payment."""
        number, sequence = standing.facts
        money = self._chain.money
        raw = signed(
            order_body(
                order,
                money,
                prefixes=self._chain.prefixes,
                validator=self.validator_address,
                voting_key=self._voting_keys.__getitem__,
            ),
            paid_fee(money, work=GAS_OF_AN_ORDER),
            self._key(order.by),
            network=self._network,
            number=number,
            sequence=sequence,
        )
        wire = bytes(raw.SerializeToString())
        return SignedOrder(order, Receipt(transaction_hash(wire)), wire)

    def sign_row(self, payments: Sequence[Payment], standing: Standing) -> Sequence[SignedPayment]:
        """Sign as the payer, with one sequence after the other."""
        number, sequence = standing.facts
        return [
            self.sign(payment, Standing((number, sequence + position)))
            for position, payment in enumerate(payments)
        ]

    def altered(self, signed: SignedPayment, payee: Account) -> SignedPayment:
        """The same signature under a payment that now goes to ``payee``."""
        raw = TxRaw.FromString(signed.wire)
        raw.body_bytes = redirected(raw.body_bytes, payee.address)
        return _on_the_wire(replace(signed.payment, payee=payee), raw)

    def _key(self, account: Account) -> CustomerKey:
        try:
            return self._keys[account.address]
        except KeyError:
            raise EnvironmentProblem(
                f"nobody has a key for the account of {account.name}, so it cannot sign"
            ) from None


def _operator_of(node: NodeName) -> AccountName:
    return AccountName(f"the operator of {node}")


def _on_the_wire(payment: Payment, raw: TxRaw) -> SignedPayment:
    wire = bytes(raw.SerializeToString())
    return SignedPayment(payment, Receipt(transaction_hash(wire)), wire)
