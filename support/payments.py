"""Makes the payments of one scenario's customers and keeps the books about them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from support.book import Book, Entry
from support.domain import (
    AccountName,
    Amount,
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
    LateExecution,
    NodeClient,
    Nonsense,
    Payment,
    SignedPayment,
    Submission,
    Taken,
    Unanswered,
    Unreachable,
)
from support.journal import Journal
from support.network import Network
from support.parallel import side_by_side
from support.waiting import (
    CONFIRMATION,
    DROPPED,
    PATIENCE_OF_AN_ATTEMPT,
    STALL_AFTER_A_FAULT,
    until,
)

#: Whether a customer who waits for an answer of a node, since a moment, waits no longer.
GiveUp = Callable[[NodeName, float], object]


class NobodyThere(NetworkFailure):
    """A node was to be paid through, and does not answer: nothing was signed or sent."""


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

    # -- paying

    def deposit(self, name: AccountName, amount: Coins) -> Outcome:
        """Coins come in: the treasury pays them to the customer."""
        treasury = self._network.wallet.treasury
        payment = Payment(treasury, self.account(name), Amount(amount.value))
        with self._network.treasury_queue:  # its payments must come one after another
            return self._make(payment, None)

    def withdraw(self, name: AccountName, amount: Amount) -> Outcome:
        """Coins leave: the customer pays them to the treasury."""
        payment = Payment(self.account(name), self._network.wallet.treasury, amount)
        return self._make(payment, None)

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
            return enough() or self._seems_hopeless(node, since)

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
        with _nonsense_is_a_failure_of(node):
            outcome = self._submit(signed, node, give_up or self._insist)
        seconds = round(time.monotonic() - sent, 3)
        self._journal.write(
            "payment settled", receipt=signed.receipt, seconds=seconds, **_told_of(outcome)
        )
        self._note(signed, outcome)
        return outcome

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
        self._journal.write(
            "payment settled", receipt=receipt, late=True, **_told_of(entry.outcome)
        )
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
        return {**told, **again}

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
        with _nonsense_is_a_failure_of(node):
            self._let_catch_up(payment.payer, node)
            try:
                standing = self._network.client(node).standing(payment.payer)
            except Unreachable as unreachable:
                raise NobodyThere(
                    f"nothing can be paid through {node}: it does not answer ({unreachable})"
                ) from unreachable
        return self._network.wallet.sign(payment, standing, signer=signer, network=network)

    def _let_catch_up(self, payer: Account, node: NodeName) -> None:
        """A signature refers to the payer's last payment, so the node should have seen that one.

        A node that is cut off never will; the payer then signs with what it says, as a customer
        who only sees that node would.
        """
        needed = self._network.payer_moved_at(payer)
        client = self._network.client(node)

        def caught_up() -> bool | None:
            try:
                return True if _known_to(client) >= needed else None
            except Unreachable:
                return None

        until(
            caught_up,
            seconds=lambda: self._network.seconds(CONFIRMATION),
            give_up_if=lambda since: self._seems_hopeless(node, since),
        )

    def _insist(self, node: NodeName, since: float) -> object:
        """A customer who insists gives up on nothing but a network that has stalled."""
        return self._network.why_pointless(since=since, stall=STALL_AFTER_A_FAULT)

    def _seems_hopeless(self, node: NodeName, since: float) -> bool:
        """Whether a customer gives up on a node: while a fault is in force, and it stands still."""
        return not self._network.is_whole() and self._network.pace.has_halted(
            node, since=since, within=PATIENCE_OF_AN_ATTEMPT
        )

    def _submit(self, signed: SignedPayment, node: NodeName, give_up: GiveUp) -> Outcome:
        try:
            submission = self._answer_to(signed, node, give_up)
        except Unreachable as unreachable:
            return Unknown(signed.receipt, str(unreachable))
        if isinstance(submission, Refused):
            return submission
        return self._wait_for_outcome(signed.receipt, node, give_up)

    def _answer_to(self, signed: SignedPayment, node: NodeName, give_up: GiveUp) -> Submission:
        """What a node says to a payment. It is sent again as long as there is no answer.

        That is what payments are made for: one that was sent twice happens once. Who gives up
        takes it for taken in: it may be.
        """
        unanswered = 0

        def answered() -> Submission | None:
            nonlocal unanswered
            try:
                submission = self._network.client(node).submit(signed)
            except Unanswered:
                unanswered += 1
                return None
            known = isinstance(submission, Refused) and submission.reason is Refusal.ALREADY_MADE
            return Taken(signed.receipt) if unanswered and known else submission

        submission: Submission | None = until(
            answered,
            seconds=lambda: self._network.seconds(CONFIRMATION),
            give_up_if=lambda since: give_up(node, since),
        )
        return submission or Taken(signed.receipt)

    def _wait_for_outcome(self, receipt: Receipt, node: NodeName, give_up: GiveUp) -> Outcome:
        client = self._network.client(node)

        def settled() -> Outcome | None:
            try:
                outcome = client.outcome(receipt)
                if isinstance(outcome, Confirmed):
                    self._insist_on_depth(node, outcome)
            except Unreachable:
                return None  # one answer that does not come decides nothing
            return None if isinstance(outcome, Pending) else outcome

        outcome: Outcome | None = until(
            settled,
            seconds=lambda: self._network.seconds(CONFIRMATION),
            give_up_if=lambda since: give_up(node, since),
        )
        where = self._network.whereabouts()
        return outcome or Unknown(receipt, f"{node} was waited for, the network {where}", True)

    def _insist_on_depth(self, node: NodeName, outcome: Confirmed) -> None:
        """What can be taken back is not confirmed. Raises :class:`NetworkFailure`."""
        wanted, client = self._network.confirmations, self._network.client(node)
        if wanted.count == 1:
            return
        height = client.status().height
        # While a longer history takes over, a node may be lower for a moment; asked again, it says
        # that the payment is open.
        shallow = height < outcome.height + wanted.count - 1
        if shallow and isinstance(client.outcome(outcome.receipt), Confirmed):
            raise NetworkFailure(
                f"{node} says that a payment in block {outcome.height} is confirmed, and is itself "
                f"at block {height}: a payment is confirmed when {wanted} have it"
            )

    def _note(self, signed: SignedPayment, outcome: Outcome) -> None:
        self.book.note(signed, outcome)
        if isinstance(outcome, Confirmed):
            self._network.payer_moved(signed.payment.payer, outcome.height)


def _known_to(client: NodeClient) -> Height:
    """The newest block that is in the accounts as a node tells of them."""
    return client.executed() if isinstance(client, LateExecution) else client.status().height


@contextmanager
def _nonsense_is_a_failure_of(node: NodeName) -> Iterator[None]:
    try:
        yield
    except Nonsense as nonsense:
        raise NetworkFailure(f"{node} answered nonsense: {nonsense}") from nonsense


def _told_of(outcome: Outcome) -> dict[str, object]:
    told: dict[str, object] = {"outcome": type(outcome).__name__.lower()}
    match outcome:
        case Confirmed(height=height):
            told["height"] = height
        case Refused(reason=reason, words=words):
            told |= {"reason": reason.value, "words": words}
        case Unknown(why=why):
            told["words"] = why
    return told


def _told(payment: Payment) -> dict[str, object]:
    return {
        "payer": payment.payer.name,
        "payee": payment.payee.name,
        "amount": payment.amount.value,
    }
