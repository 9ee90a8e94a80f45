"""One node of the network, asked and paid through over its JSON gateway alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count

from support.domain import (
    BadRequest,
    BlockId,
    Coins,
    Computed,
    Confirmed,
    Forgotten,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
    StateId,
)
from support.implementations.contract import (
    Account,
    SignedPayment,
    Standing,
    Submission,
    Taken,
)
from support.implementations.etcd import bank
from support.implementations.etcd.bank import Entry, Transfer
from support.implementations.etcd.gateway import Gateway, ranges

#: A payment writes three keys, and no other write more.
_KEYS_OF_A_BLOCK = 4
#: How often a payment is tried again because somebody else has changed an account meanwhile.
_MOST_ATTEMPTS = 10

_pulses = count(1)


class EtcdClient:
    """Talks to the node ``node`` of network ``identity`` behind ``endpoint`` (``host:port``).

    A block is a revision of the store, and what was written in it; the empty store is revision 1
    and has no block. Raises what :class:`support.implementations.contract.NodeClient` promises.
    """

    def __init__(self, identity: str, node: NodeName, endpoint: str) -> None:
        self._identity = identity
        self._node = node
        self._gateway = Gateway(endpoint)

    # -- as a block maker

    def begin(self) -> None:
        """Give the treasury all coins, unless it has had them. All nodes have to agree on it."""
        self._gateway.txn(bank.opening(self._identity))

    def make_block(self) -> None:
        """Write what nobody else writes, so that the store moves on."""
        self._gateway.put(bank.pulse(self._node), str(next(_pulses)))

    # -- as a client

    def status(self) -> NodeStatus:
        """As this node knows by itself, in two requests. It is not ready without a leader."""
        ready = self._gateway.is_ready()
        newest, network = self._gateway.newest(bank.NETWORK, limit=_KEYS_OF_A_BLOCK)
        self._insist_on_network(network)
        height = Height(newest.revision - 1)
        written = [entry for entry in newest.entries if entry.modified == newest.revision]
        tip = _block_id(written) if height else BlockId("")
        return NodeStatus(height=height, tip=tip, catching_up=not ready)

    def time(self) -> NodeTime:
        """Nothing in etcd has a date."""
        raise BadRequest("etcd dates nothing, so a node cannot be asked for the date of a block")

    def peers(self) -> frozenset[NodeName]:
        """The members whose connections are in use, by the names that they were started with."""
        active = self._gateway.active_peers()
        members = self._gateway.members()
        return frozenset(NodeName(m.name) for m in members if m.number in active and m.name)

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        """Digests of what each revision wrote, out of this node's own store; one request."""
        if last < first:
            return ()
        changes = self._gateway.changes(first + 1, last + 1)
        missing = [height for height in range(first, last + 1) if height + 1 not in changes]
        if missing:
            raise self._gateway.nonsense(f"asked for {first} to {last}, no block {missing[0]}")
        return tuple(_block_id(changes[height + 1]) for height in range(first, last + 1))

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        """Linearizable: the node asks the others first. ``stale``: serializable, its own view."""
        shown = self._gateway.range(bank.one(bank.account(account.address), stale=stale))
        return Coins(bank.held(shown.entries[0] if shown.entries else None))

    def supply(self) -> Coins:
        """The sum of all accounts at one moment, in the view of all nodes."""
        accounts = self._gateway.range(bank.every(bank.ACCOUNTS)).entries
        return Coins(sum(bank.held(entry) for entry in accounts))

    def first_block(self) -> Height:
        """The one that made the bank: nothing of a store is thrown away unless somebody asks."""
        return Height(min(1, self.status().height))

    def past_balance(self, account: Account, at: Height) -> Coins | Forgotten:
        """In this node's own store, as of a revision."""
        shown = self._gateway.range_at(bank.one(bank.account(account.address)), at + 1)
        if isinstance(shown, Forgotten):
            return shown
        return Coins(bank.held(shown.entries[0] if shown.entries else None))

    def past_supply(self, at: Height) -> Coins | Forgotten:
        """The sum of all accounts in this node's own store, as of a revision."""
        shown = self._gateway.range_at(bank.every(bank.ACCOUNTS), at + 1)
        if isinstance(shown, Forgotten):
            return shown
        return Coins(sum(bank.held(entry) for entry in shown.entries))

    def computed(self) -> Computed:
        """A digest of all accounts in this node's own store, as of its newest revision.

        etcd's own digest of a store is of its files, and another one on every node (3.4.23).
        """
        newest = self.status().height
        return Computed(newest, self.agreed_state(newest))

    def agreed_state(self, at: Height) -> StateId:
        """The same digest as of a revision: no block of etcd names one."""
        shown = self._gateway.range_at(bank.every(bank.ACCOUNTS), at + 1)
        if isinstance(shown, Forgotten):
            raise self._gateway.nonsense(f"it has thrown block {at} away: {shown.words}")
        return StateId(_block_id(shown.entries))

    def standing(self, account: Account, *, since: Height | None = None) -> Standing:
        """Nothing that a payment has to refer to; the node must be there all the same."""
        self._gateway.newest(limit=1)
        return Standing(())

    def submit(self, payment: SignedPayment) -> Submission:
        """Do what the bank does: look at the accounts, and move coins if nothing has changed.

        It is confirmed when this returns. Raises Unanswered when the others do not answer the node
        in time: they may still do it.
        """
        transfer = Transfer.from_wire(payment.wire)
        for _ in range(_MOST_ATTEMPTS):
            known = self._read(transfer)
            refusal = _objection(transfer, known)
            if refusal is not None:
                return Refused(refusal, _words(transfer, known), payment.receipt)
            payer = known[bank.account(transfer.payer)]
            payee = known.get(bank.account(transfer.payee))
            if self._moved(transfer, payer, payee):
                return Taken(payment.receipt)
        words = f"somebody else changed these accounts {_MOST_ATTEMPTS} times meanwhile"
        return Refused(Refusal.NODE_OVERLOADED, words, payment.receipt)

    def outcome(self, receipt: Receipt, *, at: Height | None = None) -> Outcome | Pending:
        """As this node knows by itself: what it has, a quorum has agreed on."""
        shown = self._gateway.range(bank.one(bank.payment(receipt), stale=True))
        if not shown.entries:
            return Pending()
        return Confirmed(receipt, Height(shown.entries[0].created - 1))

    # -- as one who looks after the cluster

    def leader(self) -> NodeName | None:
        """The leader's name; None as well for a leader that this node does not know by name yet."""
        number = self._gateway.leader()
        names = (m.name for m in self._gateway.members() if m.number == number)
        return next((NodeName(name) for name in names if name), None)

    def exchange(self, name: NodeName, peer_url: str) -> None:
        """Take a member out of the cluster, and tell it of another one in its place.

        Half of it may be done when it raises Unanswered; asked again, it does the other half. etcd
        wants to have had all other members in touch for 5 s before it changes anything.
        """
        members = self._gateway.members()
        for member in members:
            if member.name == name:
                self._gateway.remove_member(member.number)
        if not any(member.url == peer_url and not member.name for member in members):
            self._gateway.add_member(peer_url)

    def admit(self, peer_url: str) -> None:
        """Tell the cluster of one more member, on the terms of :meth:`exchange`."""
        if all(member.url != peer_url for member in self._gateway.members()):
            self._gateway.add_member(peer_url)

    def dismiss(self, name: NodeName) -> None:
        """Take a member out of the cluster, on the terms of :meth:`exchange`."""
        for member in self._gateway.members():
            if member.name == name:
                self._gateway.remove_member(member.number)

    def _read(self, transfer: Transfer) -> dict[str, Entry]:
        answer = self._gateway.txn(bank.reading(transfer))
        return {entry.key: entry for found in ranges(answer) for entry in found}

    def _moved(self, transfer: Transfer, payer: Entry, payee: Entry | None) -> bool:
        answer = self._gateway.txn(bank.moving(transfer, payer, payee))
        # The gateway leaves out what is false.
        return isinstance(answer.content, dict) and answer.content.get("succeeded") is True

    def _insist_on_network(self, told: Sequence[Entry]) -> None:
        for entry in told:
            if entry.value != self._identity:
                raise self._gateway.nonsense(
                    f"it is a node of {entry.value}, not of {self._identity}"
                )


def _objection(transfer: Transfer, known: dict[str, Entry]) -> Refusal | None:
    """Which rule of the bank a payment breaks, if any."""
    if bank.payment(transfer.identity) in known:
        return Refusal.ALREADY_MADE
    if not 0 < transfer.amount <= bank.SUPPLY:
        return Refusal.AMOUNT_NOT_VALID
    if bank.held(known.get(bank.account(transfer.payer))) < transfer.amount:
        return Refusal.BALANCE_TOO_LOW
    return None


def _words(transfer: Transfer, known: dict[str, Entry]) -> str:
    holds = bank.held(known.get(bank.account(transfer.payer)))
    return f"payment {transfer.identity} of {transfer.amount}, from an account with {holds}"


def _block_id(written: Sequence[Entry]) -> BlockId:
    told = sorted(f"{entry.key}\0{entry.value}\0{entry.version}" for entry in written)
    return BlockId(hashlib.sha256("\n".join(told).encode()).hexdigest().upper())
