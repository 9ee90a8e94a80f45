"""The simulated network: who reaches whom, what they tell each other, and when they agree.

One clock thread a network, and one lock around everything. At every beat, nodes that reach each
other share what they know, whoever is behind catches up, and a group that holds more than two
thirds of all validators agrees on the next block.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from itertools import combinations

from support.domain import BlockId, Height, NodeName, NodeState, Receipt
from tests.fake.defects import Defects
from tests.fake.node import Block, Entry, SimulatedNode
from tests.fake.sockets import Sockets

_Link = frozenset[NodeName]

#: Seconds between the dates of two blocks at the least.
_TICK = 0.001


class SimulatedNetwork:
    """Take :attr:`lock` before touching anything, and call :meth:`relink` after a change."""

    def __init__(self, name: str, block_time: float, defects: Defects) -> None:
        self.name = name
        self.defects = defects
        self.lock = threading.Condition(threading.RLock())
        self.nodes: dict[NodeName, SimulatedNode] = {}
        #: Payments of which some customer has been told that they are confirmed.
        self.told: set[Receipt] = set()
        self.sockets = Sockets()
        self._block_time = block_time
        self._links: set[_Link] = set()
        self._parted: set[_Link] = set()
        self._closed = False
        self._clock = threading.Thread(target=self._keep_time, name=f"{name} clock", daemon=True)

    def start_clock(self) -> None:
        """The first beat is one block time away."""
        self._clock.start()

    def close(self) -> None:
        """No beat comes after this. May be called twice."""
        with self.lock:
            self._closed = True
            self.lock.notify_all()
        if self._clock.ident is not None:
            self._clock.join()

    def peers_of(self, name: NodeName) -> frozenset[NodeName]:
        """The nodes that a node is connected to."""
        return frozenset(
            other for link in self._links if name in link for other in link if other != name
        )

    def group_of(self, node: SimulatedNode) -> list[SimulatedNode]:
        """The nodes that can learn of each other's messages, this one among them."""
        near = {name: self.peers_of(name) for name in self.nodes}
        group = [node.name]
        for member in group:  # grows while it is walked through
            group += [name for name in near[member] if name not in group]
        return [other for other in self.nodes.values() if other.name in group]

    def voters(self, group: Sequence[SimulatedNode]) -> list[SimulatedNode]:
        """The validators of a group."""
        everybody = self.defects.counts_everybody()
        return [node for node in group if everybody or node.name in node.genesis.validators]

    def is_quorum(self, voters: Sequence[SimulatedNode]) -> bool:
        """Whether they are more than two thirds of all."""
        if not voters:
            return False
        return self.defects.is_quorum(len(voters), len(voters[0].genesis.validators))

    def waits_cut_off(self, node: SimulatedNode) -> bool:
        """Whether a node has no quorum on its side of a cut, and there is another side."""
        group = self.group_of(node)
        if self.is_quorum(self.voters(group)):
            return False
        elsewhere = [other for other in self.nodes.values() if other not in group]
        return any(_would_talk(node, other) for other in elsewhere)

    def relink(self) -> None:
        """Open and close links after nodes, or rules of a packet filter, have changed."""
        for one, other in combinations(self.nodes.values(), 2):
            if one.genesis.network != other.genesis.network:
                self._turn_away(one, other)
                self._turn_away(other, one)
                continue
            link = frozenset((one.name, other.name))
            if NodeState.STOPPED in (one.state, other.state):
                self._parted.discard(link)  # who starts anew dials anew
            if not (_would_talk(one, other) and _carries_traffic(one, other)):
                if link in self._links and _would_talk(one, other):
                    self._parted.add(link)
                self._links.discard(link)
            elif link not in self._links:
                self._connect(one, other, link)
        self._links = {link for link in self._links if link <= self.nodes.keys()}
        self.lock.notify_all()

    def _connect(self, one: SimulatedNode, other: SimulatedNode, link: _Link) -> None:
        if link in self._parted:
            if not self.defects.reconnects():
                return
            self._parted.discard(link)
            (other if other.height <= one.height else one).after_heal = True
        self._links.add(link)

    def _turn_away(self, guest: SimulatedNode, host: SimulatedNode) -> None:
        """A node of another network dials, is asked who it is, and is hung up on."""
        if host.name not in guest.told_of or guest.name in host.told_of:
            return
        if not (guest.is_running and host.is_running and _carries_traffic(guest, host)):
            return
        if host.name not in guest.turned_away_by:
            guest.turned_away_by.add(host.name)
            guest.say(f"{host.name} turned us away: it belongs to {host.genesis.network}")
            host.say(f"turned {guest.name} away: it belongs to {guest.genesis.network}")

    def _keep_time(self) -> None:
        with self.lock:
            while not self.lock.wait_for(lambda: self._closed, self._block_time):
                self._beat()
                self.lock.wait_for(lambda: self._closed or self._is_awake())

    def _is_awake(self) -> bool:
        return any(node.is_running for node in self.nodes.values())

    def _beat(self) -> None:
        left = [node for node in self.nodes.values() if node.is_running]
        while left:
            group = self.group_of(left[0])
            left = [node for node in left if node not in group]
            telling = [node for node in group if self.defects.passes_on(node.name)]
            known = list({e.key: e for node in telling for e in node.mempool.values()}.values())
            for node in group:
                node.hear_of(known)
            self._catch_up(group)
            self._agree(group)

    def _catch_up(self, group: Sequence[SimulatedNode]) -> None:
        best = max(group, key=lambda node: node.height)
        for node in group:
            if best.height > node.height == 0 and not self.defects.teaches_newcomers():
                continue
            known = len(best.blocks) - self.defects.blocks_behind(node.name)
            for block in best.blocks[node.height : known]:
                if node.deaf or not self.defects.follows(node.name, block.height):
                    break
                node.adopt(block)
            if len(group) > 1 or len(node.genesis.validators) == 1:
                node.catching_up = node.deaf

    def _place_in_block(self, entry: Entry, treasury: str) -> tuple[int, int]:
        """A payer's earlier payments come first, and each before its copies."""
        of_a_customer = entry.transfer.payer != treasury
        backwards = of_a_customer and not self.defects.keeps_rows_in_order()
        return (-entry.transfer.sequence if backwards else entry.transfer.sequence, entry.copy)

    def _agree(self, group: Sequence[SimulatedNode]) -> None:
        top = max(node.height for node in group)
        abreast = [node for node in group if node.height == top and not node.deaf]
        voters = self.voters(abreast)
        if not self.is_quorum(voters):
            return
        height = Height(top + 1)
        proposer = voters[height % len(voters)]
        treasury = proposer.genesis.treasury
        entries = tuple(
            sorted(proposer.mempool.values(), key=lambda e: self._place_in_block(e, treasury))
        )
        previous = proposer.blocks[-1].id if proposer.blocks else proposer.genesis.network
        dated = self.defects.date([node.now for node in voters])
        if proposer.blocks:
            dated = max(dated, proposer.blocks[-1].dated + _TICK)  # time never goes back
        name = _block_id(previous, height, entries)
        block = Block(height, name, dated, entries, proposer.ledger.digest)
        for node in abreast:
            if self.defects.follows(node.name, height) and not self.defects.blocks_behind(
                node.name
            ):
                node.adopt(block)


def _would_talk(one: SimulatedNode, other: SimulatedNode) -> bool:
    """Whether two nodes run and are of one network, whatever lies between them."""
    return one.is_running and other.is_running and one.genesis.network == other.genesis.network


def _carries_traffic(one: SimulatedNode, other: SimulatedNode) -> bool:
    """A connection needs both directions."""
    return one.filter.lets_in(other.host) and other.filter.lets_in(one.host)


def _block_id(previous: str, height: Height, entries: Sequence[Entry]) -> BlockId:
    content = [previous, height, [[entry.receipt, entry.copy] for entry in entries]]
    return BlockId(hashlib.sha256(json.dumps(content).encode()).hexdigest())
