"""Payments that keep flowing in the background, among many customers and through all nodes."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random

from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Coins,
    Confirmed,
    Height,
    Instruction,
    NetworkFailure,
    NodeName,
    Receipt,
    Unknown,
)
from support.journal import Journal
from support.matchers import has_confirmed, in_words
from support.network import Network
from support.payments import Payments
from support.sending import NobodyThere
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually, ticks

#: A power of two: in every round of handing out coins, whoever has some gives half to another.
_CUSTOMERS = 16
_OPENING = 1000
#: The most that one of these payments is about, in coins.
_LARGEST = 5
#: Payments a second that so many customers keep up, with an answer after half a second.
_FASTEST = 20
#: So many payments in blocks of after a moment are no chance, and take a second or so.
_A_FEW = 5


@dataclass
class _Customer:
    """One who pays now and then, and goes elsewhere after a node has left a payment open."""

    name: AccountName
    #: Payments that nobody knows the end of yet, by the node that was asked for them.
    open: dict[NodeName, Receipt] = field(default_factory=dict)


class Load:
    """Customers who pay one another, ``rate`` payments a second together, until :meth:`stop`.

    Each of them waits for the answer to a payment before making the next one. A payment without an
    answer stays with its node; the customer goes on with another node, as a person would.
    Raises :class:`BadRequest` for a rate that these customers cannot keep up.
    """

    def __init__(
        self, network: Network, payments: Payments, journal: Journal, *, rate: int, chance: Random
    ) -> None:
        if not 0 < rate <= _FASTEST:
            raise BadRequest(f"payments can flow at 1 to {_FASTEST} a second, and not at {rate}")
        self._network = network
        self._payments = payments
        self._journal = journal
        self._rate = rate
        self._chance = chance
        self._turns = count()
        self._customers = [_Customer(AccountName(f"Customer {n + 1}")) for n in range(_CUSTOMERS)]
        self._free = list(self._customers)
        self._changing = threading.Lock()
        self._confirmed: list[Confirmed] = []
        self._problems: list[BaseException] = []
        self._stop = threading.Event()
        self._tills = ThreadPoolExecutor(_CUSTOMERS, thread_name_prefix="accord-load")
        self._thread = threading.Thread(target=self._keep_paying, name="accord-load", daemon=True)

    def start(self) -> None:
        """Hand out coins, wait until everybody has some, and begin."""
        self._hand_out()
        self._journal.write("load started", rate=self._rate, customers=len(self._customers))
        self._thread.start()

    def stop(self) -> None:
        """Make no more payments; what is not answered yet is settled later, with the others.

        Raises the first thing that went wrong in the background.
        """
        self.abandon()
        if self._problems:
            raise self._problems[0]

    def abandon(self) -> None:
        """As :meth:`stop`, for an example that is over anyway. Both may be called again."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._journal.write("load stopped", confirmed=len(self._confirmed))
        if self._thread.is_alive():
            self._thread.join()
        self._tills.shutdown(wait=True)

    def confirmed(self, *, after: Height | None = None) -> int:
        """How many of its payments were confirmed so far; ``after``: in blocks above this one."""
        if after is None:
            return len(self._confirmed)
        return sum(outcome.height > after for outcome in list(self._confirmed))

    def go_on(self) -> None:
        """Return when some of its payments are in blocks that were begun after this was asked.

        The next block may have had its votes before a node went away, so it does not count.
        Raises AssertionError when no payments are confirmed.
        """
        begun = Height(self._network.top() + 1)
        eventually(
            lambda: self.confirmed(after=begun),
            has_confirmed(_A_FEW),
            on=self._network,
            within=RECOVERY,
            stall=STALL_AFTER_A_FAULT,
        )

    # -- in the background

    def _hand_out(self) -> None:
        names = [customer.name for customer in self._customers]
        self._payments.deposit(names[0], Coins(_OPENING * len(names)))
        part = len(names)
        while part > 1:
            part //= 2
            pairs = zip(names[:: 2 * part], names[part :: 2 * part], strict=True)
            gifts = [
                Instruction(giver, taker, Amount(_OPENING * part), self._next_node())
                for giver, taker in pairs
            ]
            for outcome in self._payments.pay_at_once(gifts):
                if not isinstance(outcome, Confirmed):
                    raise NetworkFailure(f"payments cannot begin to flow: {in_words(outcome)}")

    def _keep_paying(self) -> None:
        for _ in ticks(1 / self._rate, self._stop):
            if self._problems:
                return
            with self._changing:
                if not self._free:
                    continue  # everybody waits for an answer: the next one comes as soon as it can
                payer = self._free.pop(self._chance.randrange(len(self._free)))
            payee = self._chance.choice([c for c in self._customers if c is not payer])
            amount = Amount(self._chance.randint(1, _LARGEST))
            service = self._tills.submit(self._serve, payer, payee, amount, next(self._turns))
            service.add_done_callback(self._note_problem)

    def _note_problem(self, service: Future[None]) -> None:
        problem = service.exception()
        if problem is not None:
            self._problems.append(problem)

    def _next_node(self) -> NodeName:
        nodes = self._network.nodes
        return nodes[next(self._turns) % len(nodes)]

    def _serve(self, payer: _Customer, payee: _Customer, amount: Amount, turn: int) -> None:
        try:
            self._pay(payer, payee, amount, turn)
        finally:
            with self._changing:
                self._free.append(payer)

    def _pay(self, payer: _Customer, payee: _Customer, amount: Amount, turn: int) -> None:
        nodes = self._network.nodes  # they may come and go
        at = turn % len(nodes)
        for node in (*nodes[at:], *nodes[:at]):
            if node in payer.open:
                continue
            try:
                outcome = self._payments.try_to_pay(
                    Instruction(payer.name, payee.name, amount, node), enough=self._stop.is_set
                )
            except NobodyThere:
                continue
            if isinstance(outcome, Confirmed):
                self._confirmed.append(outcome)
            elif isinstance(outcome, Unknown) and outcome.taken:
                payer.open[node] = outcome.receipt
            return
        if self._network.is_whole() or any(
            isinstance(outcome, Confirmed)
            for receipt in payer.open.values()
            for outcome in self._payments.outcomes(receipt).values()
        ):
            payer.open.clear()  # no node is left, so it begins anew with the first
