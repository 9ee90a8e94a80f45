"""Makes the payments of one scenario's customers and keeps the books about them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from support.book import Book, Entry
from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Coins,
    Confirmed,
    Family,
    Height,
    Instruction,
    NetworkFailure,
    NodeName,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
    Silence,
    Unknown,
)
from support.implementations.contract import (
    Account,
    Payment,
    RowSigner,
    SignedPayment,
    Submission,
    Taken,
    Unreachable,
)
from support.journal import Journal
from support.network import Network
from support.parallel import side_by_side
from support.sending import GiveUp, NobodyThere, Sending, nonsense_is_a_failure_of, told_of
from support.waiting import CONFIRMATION, DROPPED, until


class Payments:
    """The customers of one scenario. Every name is a fresh account, whatever ran before."""

    def __init__(self, network: Network, journal: Journal) -> None:
        self._network = network
        self._journal = journal
        self._accounts: dict[AccountName, Account] = {}
        self.book = Book()
        #: Payments that were confirmed until a longer history took them back.
        self.taken_back: list[Entry] = []
        self._opening = threading.Lock()
        self._sending = Sending[SignedPayment](network, self._submit)

    # -- accounts

    def account(self, name: AccountName) -> Account:
        """The account of a customer; opened when the name is mentioned first."""
        with self._opening:
            if name not in self._accounts:
                self._accounts[name] = self._network.wallet.open_account(name)
            return self._accounts[name]

    def newcomer(self, name: AccountName) -> Account:
        """An account that the network has never heard of."""
        with self._opening:
            self._accounts[name] = self._network.wallet.unheard_of_account(name)
            return self._accounts[name]

    @property
    def accounts(self) -> list[Account]:
        """Of all customers that the example has mentioned."""
        return list(self._accounts.values())

    # -- paying

    def deposit(self, name: AccountName, amount: Coins, through: NodeName | None = None) -> Outcome:
        """Coins come in: the treasury pays them to the customer."""
        treasury = self._network.wallet.treasury
        payment = Payment(treasury, self.account(name), Amount(amount.value))
        with self._network.treasury_queue:  # its payments must come one after another
            return self._make(payment, through)

    def deposit_at_once(self, amounts: Mapping[AccountName, Coins]) -> dict[AccountName, Outcome]:
        """Several deposits, of which none waits for the last one; where payments are numbered."""
        treasury = self._network.wallet.treasury
        row = [
            Payment(treasury, self.account(name), Amount(amount.value))
            for name, amount in amounts.items()
        ]
        node = self._network.reachable_node()
        began = time.monotonic()
        with self._network.treasury_queue:
            signed = self._signed_row(row, node)
            for each in signed:
                self.hand_in(each, node)
            outcomes = [self._sending.await_outcome(each.receipt, node) for each in signed]
        for each, outcome in zip(signed, outcomes, strict=True):
            self._settled(each, outcome, seconds=round(time.monotonic() - began, 3))
        return dict(zip(amounts, outcomes, strict=True))

    def withdraw(
        self, name: AccountName, amount: Amount, through: NodeName | None = None
    ) -> Outcome:
        """Coins leave: the customer pays them to the treasury."""
        payment = Payment(self.account(name), self._network.wallet.treasury, amount)
        return self._make(payment, through)

    def pay(self, instruction: Instruction) -> Outcome:
        """One customer pays another, through the named node or any that is up to date."""
        return self._make(self._payment(instruction), instruction.through)

    def try_to_pay(
        self, instruction: Instruction, *, enough: Callable[[], bool] = lambda: False
    ) -> Outcome:
        """As :meth:`pay`, by a customer who gives up on a node that a fault has halted.

        Or as soon as there was ``enough`` waiting.
        """

        def give_up(node: NodeName, since: float) -> object:
            return enough() or self._sending.seems_hopeless(node, since)

        return self._make(self._payment(instruction), instruction.through, give_up)

    def pay_at_once(self, instructions: Sequence[Instruction]) -> list[Outcome]:
        """Several payments at the same moment, each through its node."""
        for instruction in instructions:
            self._payment(instruction)  # accounts are opened before the race begins
        numbered = dict(enumerate(instructions))
        outcomes = side_by_side(lambda number: self.pay(numbered[number]), numbered)
        return list(outcomes.values())

    def sign(
        self,
        instruction: Instruction,
        *,
        signer: AccountName | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """A signed payment that has not been sent: the payer's own, or a forged one."""
        payment = self._payment(instruction)
        return self._signed(
            payment,
            self._node(instruction.through),
            signer=self.account(signer) if signer else None,
            network=network,
        )

    def sign_row(self, instructions: Sequence[Instruction]) -> list[SignedPayment]:
        """Payments of one customer, to be made one after the other; none of them has been sent."""
        row = [self._payment(instruction) for instruction in instructions]
        node = self._node(instructions[0].through)
        return self._signed_row(row, node)

    def alter(self, signed: SignedPayment, payee: AccountName) -> SignedPayment:
        """The same signature under a payment that goes to somebody else."""
        return self._network.wallet.altered(signed, self.account(payee))

    def send(
        self, signed: SignedPayment, through: NodeName | None = None, give_up: GiveUp | None = None
    ) -> Outcome:
        """Hand a signed payment to a node and wait for what becomes of it."""
        node = self._node(through)
        sent = time.monotonic()
        self._journal.write(
            "payment sent", receipt=signed.receipt, node=node, **_told(signed.payment)
        )
        with nonsense_is_a_failure_of(node):
            outcome = self._sending.hand_in(signed, node, give_up)
        self._settled(signed, outcome, seconds=round(time.monotonic() - sent, 3))
        return outcome

    def hand_in(self, signed: SignedPayment, node: NodeName, *, known: bool = False) -> None:
        """Have a node take a signed payment in, and do not wait for what becomes of it.

        Raises :class:`NetworkFailure` when the node does not take it in, also when it has no room:
        asked again, CometBFT 1.0 says that it has the payment, and has not. ``known``: it may say
        so, because it may have heard of it from another one.
        """
        self._journal.write(
            "payment sent", receipt=signed.receipt, node=node, **_told(signed.payment)
        )

        with nonsense_is_a_failure_of(node):
            try:
                submission = self._sending.answer_to(signed, node)
            except Unreachable as unreachable:
                raise NobodyThere(f"{node} takes no payment in: {unreachable}") from unreachable
        has_it = isinstance(submission, Refused) and submission.reason is Refusal.ALREADY_MADE
        if not isinstance(submission, Taken) and not (known and has_it):
            raise NetworkFailure(
                f"{node} does not take a payment in that is in order: {submission.words}"
            )
        self._note(signed, Unknown(signed.receipt, "nobody has waited for it", taken=True))

    def hand_in_everywhere(self, signed: SignedPayment, nodes: Iterable[NodeName]) -> None:
        """As :meth:`hand_in`, at several nodes; those that have heard of it already may say so."""
        side_by_side(lambda node: self.hand_in(signed, node, known=True), list(nodes))

    def send_through_all(self, signed: SignedPayment, nodes: Iterable[NodeName]) -> list[Outcome]:
        """Hand the same signed payment to several nodes at the same moment."""
        return list(side_by_side(lambda node: self.send(signed, node), list(nodes)).values())

    # -- the books

    def expected(self) -> dict[Account, Coins]:
        """What every account of the scenario must hold, by its confirmed payments."""
        return self.book.balances(self._accounts.values())

    def settle(self) -> None:
        """Find out what became of every payment that had no answer in time.

        Asks every node until one knows, or until so many new blocks were made without it that
        nobody can still have it in waiting. Where the longest history wins, payments that it has
        taken back are open again. Call it when all nodes talk to one another.
        """
        if self._network.family is Family.LONGEST_CHAIN:
            self._reopen_what_was_taken_back()
        start = self._network.top()

        def all_known() -> bool | None:
            dropped = self._network.top() > start + DROPPED.count
            for entry in self.book.unsettled():
                self._settle(entry, dropped)
            return None if self.book.unsettled() else True

        if self.book.unsettled():
            until(all_known, seconds=lambda: self._network.seconds(CONFIRMATION), every=0.05)

    def _reopen_what_was_taken_back(self) -> None:
        for entry in self.book.entries:
            if isinstance(entry.outcome, Confirmed) and not any(
                isinstance(told, Confirmed | Silence)
                for told in self.outcomes(entry.signed.receipt).values()
            ):
                receipt = entry.signed.receipt
                self._journal.write("payment taken back", receipt=receipt)
                self.taken_back.append(entry)
                entry.outcome = Unknown(receipt, "a longer history took it back", taken=True)

    def _settle(self, entry: Entry, dropped: bool) -> None:
        receipt = entry.signed.receipt
        told = [o for o in self.outcomes(receipt).values() if isinstance(o, Confirmed | Refused)]
        if not told and not dropped:
            return
        words = "it was dropped and never confirmed"
        entry.outcome = told[0] if told else Refused(Refusal.SOMETHING_ELSE, words)
        self._journal.write("payment settled", receipt=receipt, late=True, **told_of(entry.outcome))
        if isinstance(entry.outcome, Confirmed):
            self._network.payer_moved(entry.signed.payment.payer, entry.outcome.height)

    def outcomes(
        self, receipt: Receipt, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, Outcome | Pending | Silence]:
        """What each node knows of a payment; one that seems not to is asked about its block."""
        told = self._network.read(lambda client: client.outcome(receipt), nodes)
        confirmed = [outcome.height for outcome in told.values() if isinstance(outcome, Confirmed)]
        unsure = [node for node, outcome in told.items() if isinstance(outcome, Pending)]
        if not confirmed or not unsure:
            return told
        again = self._network.read(lambda c: c.outcome(receipt, at=confirmed[0]), unsure)
        told = {**told, **again}
        for node in self._never_had(confirmed[0], [n for n in unsure if told[n] == Pending()]):
            del told[node]
        return told

    def _never_had(self, block: Height, nodes: Sequence[NodeName]) -> list[NodeName]:
        """Who has begun with a copy of the ledger that was made after this block.

        Such a node can tell what everybody holds, and nothing of a single payment of before.
        """
        if not nodes or self._network.remembers_everything:
            return []
        first_blocks = self._network.first_blocks(nodes)
        return [n for n, first in first_blocks.items() if isinstance(first, int) and first > block]

    # -- how a payment is made

    def _payment(self, instruction: Instruction) -> Payment:
        return Payment(
            self.account(instruction.payer), self.account(instruction.payee), instruction.amount
        )

    def _make(
        self, payment: Payment, through: NodeName | None, give_up: GiveUp | None = None
    ) -> Outcome:
        node = self._node(through)
        return self.send(self._signed(payment, node), node, give_up)

    def _submit(self, node: NodeName, signed: SignedPayment) -> Submission:
        return self._network.client(node).submit(signed)

    def _node(self, through: NodeName | None) -> NodeName:
        return self._network.reachable_node() if through is None else through

    def _signed(
        self,
        payment: Payment,
        node: NodeName,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        standing = self._sending.standing(payment.payer, node)
        return self._network.wallet.sign(payment, standing, signer=signer, network=network)

    def _signed_row(self, row: Sequence[Payment], node: NodeName) -> list[SignedPayment]:
        wallet = self._network.wallet
        if not isinstance(wallet, RowSigner):
            raise BadRequest("payments of this network have no number: sign them one by one")
        return list(wallet.sign_row(row, self._sending.standing(row[0].payer, node)))

    def _settled(self, signed: SignedPayment, outcome: Outcome, **more: object) -> None:
        self._journal.write("payment settled", receipt=signed.receipt, **more, **told_of(outcome))
        self._note(signed, outcome)

    def _note(self, signed: SignedPayment, outcome: Outcome) -> None:
        self.book.note(signed, outcome)
        if isinstance(outcome, Confirmed):
            self._network.payer_moved(signed.payment.payer, outcome.height)


def _told(payment: Payment) -> dict[str, object]:
    return {
        "payer": payment.payer.name,
        "payee": payment.payee.name,
        "amount": payment.amount.value,
    }
