"""What is done with stakes in one scenario: orders, who gives them, and what they cost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from support.domain import AccountName, BadRequest, Confirmed, NodeName, Outcome, Votes
from support.implementations.contract import Account, Submission
from support.implementations.stakes import (
    Candidacy,
    Candidate,
    Delegate,
    Grant,
    Order,
    Redelegate,
    ReturnToDuty,
    SignedOrder,
    StakeTeller,
    StakeWallet,
    Undelegate,
)
from support.journal import Journal
from support.network import Network
from support.sending import Sending, nonsense_is_a_failure_of, told_of


@dataclass(frozen=True)
class Given:
    """An order that was given, and what the node that took it said around it.

    ``candidates`` and ``dated`` (seconds since 1970, of its newest block) are of the moment before;
    ``left`` is what the one who gave it had at hand afterwards.
    """

    order: Order
    outcome: Outcome
    candidates: Mapping[NodeName, Candidate]
    dated: float
    left: Votes


class Orders:
    """Signs and sends orders; every one that was confirmed has cost its fee."""

    def __init__(self, network: Network, journal: Journal) -> None:
        self._network = network
        self._journal = journal
        self._sending = Sending[SignedOrder](network, self._submit)
        self._paid_for: Counter[Account] = Counter()
        self._lock = threading.Lock()
        self._last: Given | None = None

    @property
    def last(self) -> Given:
        """The order that the scenario speaks of."""
        if self._last is None:
            raise BadRequest("this scenario speaks of an order before one was given")
        return self._last

    @property
    def wallet(self) -> StakeWallet:
        """Whose keys sign orders. Raises :class:`BadRequest` where there are no stakes."""
        wallet = self._network.wallet
        if not isinstance(wallet, StakeWallet):
            raise BadRequest("nothing can be staked in this network: the feature needs stakes")
        return wallet

    def operator(self, node: NodeName) -> Account:
        """The owner of a node."""
        return self.wallet.operator(node)

    def fees_of(self, account: Account) -> Votes:
        """What the confirmed orders of an account have cost so far."""
        return Votes(self.wallet.order_fee.value * self._paid_for[account])

    def grant(self, to: Account, votes: Votes) -> Outcome:
        """The treasury gives somebody votes to delegate."""
        with self._network.treasury_queue:  # its payments must come one after another
            return self.give(Grant(self._network.wallet.treasury, to, votes))

    def give(self, order: Order, through: NodeName | None = None) -> Outcome:
        """Sign an order, hand it to a node and wait for what becomes of it."""
        node = through or self._network.reachable_node()
        signed = self.wallet.sign_order(order, self._sending.standing(order.by, node))
        client = self._teller(node)
        candidates, dated = client.stakes.candidates(), self._network.client(node).time()
        sent = time.monotonic()
        self._journal.write("order sent", receipt=signed.receipt, node=node, order=_told(order))
        with nonsense_is_a_failure_of(node):
            outcome = self._sending.hand_in(signed, node)
        seconds = round(time.monotonic() - sent, 3)
        self._journal.write(
            "order settled", receipt=signed.receipt, seconds=seconds, **told_of(outcome)
        )
        self._note(order, outcome)
        left = client.stakes.at_hand(order.by)
        self._last = Given(order, outcome, candidates, dated.newest_block, left)
        return outcome

    def delegate(self, by: Account, node: NodeName, votes: Votes) -> Outcome:
        """Have some votes count for a node."""
        return self.give(Delegate(by, node, votes))

    def take_back(self, by: Account, node: NodeName, votes: Votes) -> Outcome:
        """Take them back; what they are worth is returned some time later."""
        return self.give(Undelegate(by, node, votes))

    def move(self, by: Account, node: NodeName, to: NodeName, votes: Votes) -> Outcome:
        """Have them count for another node."""
        return self.give(Redelegate(by, node, to, votes))

    def stake(self, node: NodeName, votes: Votes) -> Outcome:
        """The operator of a node without a vote stakes some on it.

        A node that had votes is known for as long as they are on their way back. The network has
        taken it out of service when its operator took the last one back, as Cosmos SDK does, so
        that it has to be reported fit again.
        """
        operator = self.operator(node)
        known = self._teller(self._network.reachable_node()).stakes.candidates().get(node)
        if known is None:
            return self.give(Candidacy(operator, node, votes))
        outcome = self.delegate(operator, node, votes)
        if known.is_jailed and isinstance(outcome, Confirmed):
            return self.give(ReturnToDuty(operator, node))
        return outcome

    def give_up(self, node: NodeName) -> Outcome:
        """The operator of a node takes back all that it has staked on it."""
        operator, asked = self.operator(node), self._network.reachable_node()
        staked = self._teller(asked).stakes.delegation(operator, node)
        return self.take_back(operator, node, staked)

    def _submit(self, node: NodeName, signed: SignedOrder) -> Submission:
        return self._teller(node).submit(signed)

    def _teller(self, node: NodeName) -> StakeTeller:
        client = self._network.client(node)
        if not isinstance(client, StakeTeller):
            raise BadRequest("nothing can be staked in this network: the feature needs stakes")
        return client

    def _note(self, order: Order, outcome: Outcome) -> None:
        if isinstance(outcome, Confirmed):
            self._network.payer_moved(order.by, outcome.height)
            with self._lock:
                self._paid_for[order.by] += 1


def _told(order: Order) -> dict[str, object]:
    """An order as the journal has it: what it is, and who and what it names."""
    told: dict[str, object] = {"kind": type(order).__name__}
    for name, value in vars(order).items():
        if isinstance(value, Account):
            told[name] = AccountName(value.name)
        elif isinstance(value, Votes):
            told[name] = str(value)
        elif isinstance(value, str):
            told[name] = value
    return told
