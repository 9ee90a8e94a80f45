"""What one scenario knows; the only thing that steps use on Behave's context."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any, Protocol

from support.agreement import blocks_taken_back, is_whole_again, the_leader
from support.domain import (
    BadRequest,
    Coins,
    Megabytes,
    NodeName,
    Outcome,
    Receipt,
    Silence,
    Trait,
    Votes,
)
from support.implementations.contract import SignedPayment
from support.invariants import Promises
from support.journal import Journal
from support.load import Load
from support.network import Network
from support.payments import Payments
from support.pool import Pool
from support.staking.orders import Orders
from support.topology import Topology
from support.upgrade.motions import Motions
from support.upgrade.rollout import Rollout


class World:
    """The network that a scenario acts on, its customers, and what was said last."""

    def __init__(
        self, pool: Pool, journal: Journal, *, block_time: float, private: bool, seed: str
    ) -> None:
        #: What is left to chance in this scenario, the same again for the same seed.
        self.chance = Random(seed)
        self._pool = pool
        self._journal = journal
        self._block_time = block_time
        self._private = private
        self._network: Network | None = None
        self._payments: Payments | None = None
        self._orders: Orders | None = None
        self._motions: Motions | None = None
        self._rollout: Rollout | None = None
        self._promises: Promises | None = None
        self._outcome: Outcome | None = None
        self._signed: SignedPayment | None = None
        self._circulation: dict[NodeName, Coins | Silence] = {}
        self._stranger: NodeName | None = None
        self._leader: NodeName | None = None
        self._newcomer: NodeName | None = None
        self._began = 0.0
        self._pace: float | None = None
        self._load: Load | None = None

    # -- the network

    def take_network(
        self,
        size: int,
        *,
        fresh: bool = False,
        disk: Megabytes | None = None,
        block_time: float | None = None,
        votes: tuple[Votes, ...] = (),
        traits: frozenset[Trait] = frozenset(),
    ) -> Network:
        """Get a ready network of so many nodes for this scenario; the rest is as in a topology."""
        if self._network is not None:
            raise BadRequest("a scenario has one network, and this one has asked for a second")
        topology = Topology(size, block_time or self._block_time, disk, votes, traits)
        self.adopt(self._pool.lease(topology, fresh=fresh or self._private))
        return self.network

    def adopt(self, network: Network) -> None:
        """Act on this network from now on, with customers whom it does not know yet."""
        self._network = network
        self._began = network.history.last_progress()
        self._payments = Payments(network, self._journal)
        self._orders = Orders(network, self._journal)
        self._motions = Motions(network, self._orders)
        self._rollout = Rollout(network)
        self._promises = Promises(network)

    @property
    def network(self) -> Network:
        """The network of this scenario."""
        if self._network is None:
            raise BadRequest("no step of this scenario has asked for a network yet")
        return self._network

    @property
    def payments(self) -> Payments:
        """The customers of this scenario."""
        assert self.network and self._payments is not None
        return self._payments

    @property
    def orders(self) -> Orders:
        """What is done with stakes in this scenario."""
        assert self.network and self._orders is not None
        return self._orders

    @property
    def motions(self) -> Motions:
        """What was proposed in this scenario."""
        assert self.network and self._motions is not None
        return self._motions

    @property
    def rollout(self) -> Rollout:
        """Who runs which release."""
        assert self.network and self._rollout is not None
        return self._rollout

    def start_load(self, rate: int) -> None:
        """Let customers pay one another in the background, so many payments a second."""
        if self._load is not None:
            raise BadRequest("payments flow already, so they cannot begin to")
        self._load = Load(
            self.network,
            self.payments,
            self._journal,
            rate=rate,
            chance=Random(self.chance.random()),
        )
        self._load.start()

    @property
    def load(self) -> Load:
        """The payments that flow in the background."""
        if self._load is None:
            raise BadRequest("this scenario speaks of payments that flow before they do")
        return self._load

    # -- what was said last

    def remember(self, outcome: Outcome, signed: SignedPayment | None = None) -> None:
        """Keep what became of the payment that a customer tried to make."""
        self._outcome = outcome
        entries = self.payments.book.entries
        self._signed = signed or (entries[-1].signed if entries else None)

    @property
    def last_outcome(self) -> Outcome:
        """What became of the last payment that the scenario speaks of."""
        if self._outcome is None:
            raise BadRequest("this scenario speaks of a payment before one was made")
        return self._outcome

    @property
    def last_signed(self) -> SignedPayment:
        """The last payment that the scenario speaks of, as it was signed."""
        if self._signed is None:
            raise BadRequest("this scenario speaks of a payment before one was made")
        return self._signed

    @property
    def last_receipt(self) -> Receipt:
        """By which every node knows the last payment."""
        return self.last_signed.receipt

    @property
    def known_stranger(self) -> NodeName:
        """The node of another network that the scenario speaks of."""
        if self._stranger is None:
            raise BadRequest(
                "this scenario speaks of a node of another network before there is one"
            )
        return self._stranger

    @known_stranger.setter
    def known_stranger(self, stranger: NodeName) -> None:
        self._stranger = stranger

    @property
    def known_leader(self) -> NodeName:
        """The node that led the others when the scenario spoke of the leader first."""
        if self._leader is None:
            self._leader = the_leader(self.network)
        return self._leader

    @property
    def followers(self) -> list[NodeName]:
        """All nodes but the one that led when the scenario spoke of the leader first."""
        return self.others([self.known_leader])

    @property
    def known_newcomer(self) -> NodeName:
        """The node that joined last while the network ran."""
        if self._newcomer is None:
            raise BadRequest("this scenario speaks of a new member before one has joined")
        return self._newcomer

    @known_newcomer.setter
    def known_newcomer(self, newcomer: NodeName) -> None:
        self._newcomer = newcomer

    def taken_back(self, nodes: Iterable[NodeName]) -> dict[NodeName, int]:
        """How many blocks in a row each node had in this scenario that nobody has any more."""
        taken_back = blocks_taken_back(self.network, self._began)
        return {node: taken_back[node] for node in self.network.members(nodes)}

    def note_circulation(self) -> None:
        """Remember how much is in circulation now, before a step changes it."""
        self._circulation = self.network.circulation()

    @property
    def circulation_before(self) -> Coins:
        """How much was in circulation before the last deposit or withdrawal."""
        known = [coins for coins in self._circulation.values() if isinstance(coins, Coins)]
        if not known:
            raise BadRequest("no node could tell how much was in circulation")
        return known[0]

    def note_pace(self) -> None:
        """Remember how long a block takes now, before a step changes it."""
        self._pace = self.network.pace.block_time()

    @property
    def pace_before(self) -> float:
        """How many seconds a block took before the links were changed."""
        if self._pace is None:
            raise BadRequest("this scenario compares the pace with one that it has not looked at")
        return self._pace

    def others(self, nodes: Iterable[NodeName]) -> list[NodeName]:
        """The members of the network that are not among ``nodes``."""
        named = set(self.network.members(nodes))
        return [node for node in self.network.nodes if node not in named]

    # -- the end

    def keep_standing_promises(self) -> None:
        """Undo all faults, let the network settle, and judge what must always hold.

        Raises AssertionError that names every broken promise.
        """
        if self._network is None:
            return
        assert self._promises is not None
        if self._load is not None:
            self._load.stop()
        self.rollout.finish()
        self._network.restore()
        broken = self._promises.broken(self.payments)
        for sentence in broken:
            self._journal.write("invariant broken", network=self._network.name, words=sentence)
        if broken:
            raise AssertionError(
                "a promise that holds in every example was broken:\n" + "\n".join(broken)
            )

    def has_network(self) -> bool:
        """Whether the scenario ever got as far as having a network."""
        return self._network is not None

    def let_go(self, *, healthy: bool) -> None:
        """Give the network back, or have it thrown away when it was not proved to be healthy."""
        if self._network is None:
            return
        network, self._network = self._network, None
        if self._load is not None:
            self._load.abandon()
        if not healthy:
            self._pool.throw_away(network, "its scenario did not end well")
        elif self._private:
            self._pool.throw_away(network, "it was private to a scenario")
        elif network.is_as_asked_for and is_whole_again(network):
            self._pool.give_back(network)
        else:
            self._pool.throw_away(network, "its links were not all there again")

    def leave(self) -> None:
        """The network stays as it is, for people to look at; nobody looks at it until they do."""
        if self._load is not None:
            self._load.abandon()
        self.network.leave()


class SuiteContext(Protocol):
    """Behave's context, as far as steps may know it."""

    world: World
    table: Any
