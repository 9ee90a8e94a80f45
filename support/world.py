"""What one scenario knows; the only thing that steps use on Behave's context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, Protocol

from support.agreement import blocks_taken_back, is_whole_again, the_leader
from support.burst import Burst
from support.domain import (
    AccountName,
    BadRequest,
    Coins,
    Confirmed,
    Door,
    Flooding,
    Height,
    Instruction,
    Litter,
    Megabytes,
    Moment,
    NodeName,
    Outcome,
    Receipt,
    Silence,
    Votes,
)
from support.endurance.life import Life
from support.gossip import HandedIn
from support.history import Fork
from support.hostile.floods import Flood
from support.hostile.litter import throw
from support.implementations.contract import SignedPayment
from support.invariants import Promises
from support.journal import Journal
from support.load import Load
from support.network import Network
from support.payments import Payments
from support.pool import Pool
from support.staking.orders import Orders
from support.staking.turns import Turns
from support.topology import Topology, Trait
from support.upgrade.motions import Motions
from support.upgrade.rollout import Rollout


class World:
    """The network that a scenario acts on, its customers, and what was said last."""

    def __init__(
        self, pool: Pool, journal: Journal, *, block_time: float, private: bool, seed: str
    ) -> None:
        #: What is left to chance in this scenario, the same again for the same seed.
        self.chance = Random(seed)
        self.seed = seed
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
        self._turns: Turns | None = None
        self._burst: Burst | None = None
        self._flood: Flood | None = None
        self._handed_in: HandedIn | None = None
        self._life: Life | None = None

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

    @contextmanager
    def elsewhere(self) -> Iterator[World]:
        """Another world, on a fresh network like this one's, which is thrown away afterwards."""
        other = World(
            self._pool, self._journal, block_time=self._block_time, private=True, seed=self.seed
        )
        try:
            other.adopt(self._pool.lease(self.network.topology, fresh=True))
            yield other
        finally:
            other.let_go(healthy=False)

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

    def new_life(self) -> Life:
        """People who do as they like from now on."""
        self._life = Life(self.network, self.payments, self.orders, self._journal)
        return self._life

    @property
    def journal(self) -> Journal:
        """Where it is written down what happens in this scenario."""
        return self._journal

    @property
    def life(self) -> Life:
        """What they have done."""
        if self._life is None:
            raise BadRequest("this scenario speaks of what people did before they did anything")
        return self._life

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

    def payments_go_on_meanwhile(self) -> None:
        """Where payments flow, return when some more of them were confirmed as things are now."""
        if self._load is not None:
            self._load.go_on()

    # -- people who wish the network ill

    def throw(self, litter: Litter, door: Door, node: NodeName) -> None:
        """Have somebody throw what makes no sense at a door of one node."""
        self.network.members([node])
        chance = Random(self.chance.random())
        throw(self.network.deployment, self._journal, node, door, litter, chance)

    def start_flood(
        self, hostile: AccountName, node: NodeName, kind: Flooding, victim: AccountName
    ) -> None:
        """Have somebody flood one node with payments that are not in order."""
        if self._flood is not None:
            raise BadRequest("there is a flood already, so it cannot begin")
        self._flood = Flood(
            self.network,
            self.payments,
            self._journal,
            node=node,
            kind=kind,
            hostile=hostile,
            victim=victim,
        )
        self._flood.start()

    @property
    def flood(self) -> Flood:
        """The payments that are not in order."""
        if self._flood is None:
            raise BadRequest("this scenario speaks of a flood before there is one")
        return self._flood

    # -- payments that are handed in, and not waited for

    def hand_in(self, instruction: Instruction) -> None:
        """Have a customer hand one payment in at a node, and remember it."""
        self.hand_in_everywhere(instruction, [instruction.through or self.network.reachable_node()])

    def hand_in_everywhere(self, instruction: Instruction, nodes: Iterable[NodeName]) -> None:
        """As :meth:`hand_in`, the same signed payment at several nodes at the same moment."""
        named, before = self.network.members(nodes), self.network.top()
        self._signed = self.payments.sign(instruction)
        self.payments.hand_in_everywhere(self._signed, named)
        self._handed_in = HandedIn(frozenset({self._signed.receipt}), before)

    def prepare_burst(self, customers: int, each: int) -> None:
        """Have so many customers sign so many payments each, and hand in none of them yet."""
        self._burst = Burst(self.network, self.payments, customers=customers, each=each)
        self._burst.prepare()

    def let_burst(self) -> None:
        """Have these customers hand all their payments in."""
        if self._burst is None:
            raise BadRequest("this scenario has no customers who are ready to pay")
        self._handed_in = self._burst.hand_in()

    @property
    def handed_in(self) -> HandedIn:
        """The payments that were handed in last."""
        if self._handed_in is None:
            raise BadRequest("this scenario speaks of payments before they were handed in")
        return self._handed_in

    @property
    def rows_of_burst(self) -> Sequence[Sequence[Receipt]]:
        """The payments of each of these customers, in the order in which they made them."""
        if self._burst is None:
            raise BadRequest("this scenario has no customers who are ready to pay")
        return self._burst.rows

    def give_up_one_history(self) -> None:
        """Say that one history is not promised in this scenario: there must be two at its end."""
        assert self.network and self._promises is not None
        self._journal.write("promise given up", network=self.network.name, words="one history")
        self._promises.give_up_one_history()

    def forks(self) -> Sequence[Fork]:
        """Heights at which two blocks were final in this scenario, as far as was noticed."""
        return self.network.history.forks(self._began)

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
    def last_confirmed_at(self) -> Height:
        """The block that has the last payment."""
        if not isinstance(self.last_outcome, Confirmed):
            raise BadRequest("this scenario speaks of a payment in a block that is in none")
        return self.last_outcome.height

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

    def height_at(self, moment: Moment) -> Height:
        """The last block that had been made at a moment of the last payment."""
        outcome = self.last_outcome
        if not isinstance(outcome, Confirmed):
            raise BadRequest("a payment that was not confirmed is in no block")
        return moment.height(outcome.height)

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
    def turns(self) -> Turns:
        """Who made the blocks that the scenario speaks of."""
        if self._turns is None:
            raise BadRequest("this scenario speaks of blocks before it has waited for them")
        return self._turns

    @turns.setter
    def turns(self, turns: Turns) -> None:
        self._turns = turns

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
        if self._flood is not None:
            self._flood.stop()
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
        self._abandon_what_flows()
        if not healthy:
            self._pool.throw_away(network, "its scenario did not end well")
        elif self._private:
            self._pool.throw_away(network, "it was private to a scenario")
        elif self._is_as_it_was(network):
            self._pool.give_back(network)
        else:
            self._pool.throw_away(network, "its links were not all there again")

    def _is_as_it_was(self, network: Network) -> bool:
        network.dismiss_followers()
        return network.is_as_asked_for and is_whole_again(network)

    def leave(self) -> None:
        """The network stays as it is, for people to look at; nobody looks at it until they do."""
        self._abandon_what_flows()
        self.network.leave()

    def _abandon_what_flows(self) -> None:
        for flowing in (self._load, self._flood):
            if flowing is not None:
                flowing.abandon()


class SuiteContext(Protocol):
    """Behave's context, as far as steps may know it."""

    world: World
    table: Any
