"""What a simulated node answers to its customers, and that it does not answer when it is down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from support.domain import (
    BlockId,
    Coins,
    Computed,
    Confirmed,
    Height,
    NodeName,
    NodeState,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
    StateId,
)
from tests.fake.ledger import Ledger
from tests.fake.network import SimulatedNetwork
from tests.fake.node import Block, Entry, SimulatedNode, settle
from tests.fake.transfer import Transfer, receipt_of


class NodeApi:
    """Every method raises :class:`ConnectionError` or :class:`TimeoutError` when it is down."""

    def __init__(self, network: SimulatedNetwork, node: SimulatedNode) -> None:
        self._network = network
        self._node = node

    def status(self) -> NodeStatus:
        """The node about itself."""
        with self._answering() as node:
            return NodeStatus(
                height=node.height,
                tip=node.ids[-1] if node.ids else BlockId(""),
                catching_up=node.catching_up,
            )

    def time(self) -> NodeTime:
        """The node's clock, and the date of its newest block."""
        with self._answering() as node:
            return NodeTime(node.now, node.blocks[-1].dated if node.blocks else 0.0)

    def peers(self) -> frozenset[NodeName]:
        """Whom it is connected to."""
        with self._answering() as node:
            return self._network.peers_of(node.name)

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        """Those of the blocks asked for that it has."""
        with self._answering() as node:
            return node.ids[max(first, 1) - 1 : max(last, 0)]

    def balance(self, address: str) -> Coins:
        """Coins of an account."""
        with self._answering() as node:
            ledger, _ = self._what_it_shows()
            coins = self._network.defects.shown_balance(
                node.name,
                ledger.balance(address),
                customer_who_paid=ledger.is_customer_who_paid(address),
            )
            return Coins(coins)

    def supply(self) -> Coins:
        """All coins."""
        with self._answering():
            ledger, _ = self._what_it_shows()
            return Coins(ledger.supply)

    def past_balance(self, address: str, at: Height) -> Coins:
        """Coins of an account after a block."""
        with self._answering() as node:
            return Coins(
                self._network.defects.remembered_balance(
                    node.name,
                    self._past(at).balance(address),
                    today=node.ledger.balance(address),
                    treasury=address == node.genesis.treasury,
                )
            )

    def past_supply(self, at: Height) -> Coins:
        """All coins after a block."""
        with self._answering():
            return Coins(self._past(at).supply)

    def computed(self) -> Computed:
        """The node's own ledger."""
        with self._answering() as node:
            return Computed(node.height, node.ledger.digest)

    def agreed_state(self, at: Height) -> StateId:
        """What the next block says of it."""
        with self._answering() as node:
            return node.blocks[at].state

    def first_block(self) -> Height:
        """Simulated nodes forget nothing."""
        with self._answering() as node:
            return Height(min(1, node.height))

    def _past(self, at: Height) -> Ledger:
        if at > self._node.height:
            raise ConnectionError(f"{self._node.name} has not executed block {at} yet")
        return self._node.pasts[at]

    def sequence(self, address: str) -> int:
        """How many payments of an account are in blocks."""
        with self._answering() as node:
            return node.ledger.sequence(address)

    def submit(self, wire: bytes) -> Receipt | Refused:
        """Take a payment in, or say why not. What the payer holds is looked at in the block."""
        with self._answering() as node:
            receipt, transfer = receipt_of(wire), Transfer.from_wire(wire)
            objection = node.objection(transfer)
            if objection is not None:
                return node.refused(objection, receipt)
            defects = self._network.defects
            if node.blocks and defects.refuses_by_the_clock(node.now, node.blocks[-1].dated):
                return node.refused(Refusal.SOMETHING_ELSE, receipt)
            copies = defects.copies(
                receipt,
                node.name,
                told=receipt in self._network.told,
                waits_cut_off=self._network.waits_cut_off(node),
            )
            entries = [Entry(receipt, transfer, copy) for copy in copies]
            fresh = [entry for entry in entries if not node.knows(entry.key)]
            if not fresh:
                return node.refused(Refusal.ALREADY_MADE, receipt)
            untimely = node.is_untimely(transfer) if fresh[0].copy == 0 else None
            if untimely is not None:
                return node.refused(untimely, receipt)
            to_treasury = transfer.payee == node.genesis.treasury
            if not defects.loses(receipt, transfer.payee, to_treasury=to_treasury):
                node.hear_of(fresh)
            return receipt

    def outcome(self, receipt: Receipt) -> Outcome | Pending:
        """How a payment ended, as far as this node knows."""
        with self._answering() as node:
            if isinstance(node.outcomes.get(receipt), Confirmed):
                self._network.told.add(receipt)
            _, outcomes = self._what_it_shows()
            still_waits = any(entry.receipt == receipt for entry in node.mempool.values())
            if outcomes is node.outcomes and still_waits:
                return Pending()
            return outcomes.get(receipt, Pending())

    def waiting(self, receipts: frozenset[Receipt]) -> frozenset[Receipt]:
        """Those of these payments that wait for a block."""
        with self._answering() as node:
            return receipts & {entry.receipt for entry in node.mempool.values()}

    def payments_in(self, first: Height, last: Height) -> Sequence[Sequence[Receipt]]:
        """What its blocks hold."""
        with self._answering() as node:
            return [
                [entry.receipt for entry in block.entries] for block in _from(node, first, last)
            ]

    def block_dates(self, first: Height, last: Height) -> Sequence[float]:
        """When its blocks were made."""
        with self._answering() as node:
            return [block.dated for block in _from(node, first, last)]

    @contextmanager
    def _answering(self) -> Iterator[SimulatedNode]:
        with self._network.lock:
            if self._node.state is NodeState.PAUSED:
                raise TimeoutError(f"{self._node.name} does not answer")
            if self._node.state is NodeState.STOPPED:
                raise ConnectionRefusedError(f"{self._node.name} does not run")
            yield self._node

    def _what_it_shows(self) -> tuple[Ledger, dict[Receipt, Outcome]]:
        """What its blocks say; with a planted defect, what it makes up while it is cut off."""
        node, network = self._node, self._network
        voters = network.voters(network.group_of(node))
        alone = network.waits_cut_off(node) and network.defects.confirms_alone(
            len(voters), len(node.genesis.validators)
        )
        if not alone:
            return node.ledger, node.outcomes
        ledger, outcomes = node.ledger.copy(), dict(node.outcomes)
        waiting = sorted(node.mempool.values(), key=lambda entry: entry.transfer.sequence)
        settle(waiting, ledger, outcomes, node.height, node.refused)
        return ledger, outcomes


def _from(node: SimulatedNode, first: Height, last: Height) -> Sequence[Block]:
    if not 1 <= first <= last + 1 <= node.height + 1:
        raise ValueError(f"{node.name} has no blocks {first} to {last}")
    return node.blocks[first - 1 : last]
