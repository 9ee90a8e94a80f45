"""The running nodes that a scenario acts on: the façade between the steps and the machine room."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import TypeVar

from support.domain import (
    FIRST_BLOCK,
    BadRequest,
    Blocks,
    Coins,
    Family,
    Height,
    NetworkFailure,
    NodeName,
    NodeState,
    NodeStatus,
    NodeTime,
    Silence,
    Told,
    members_of,
)
from support.engines.contract import (
    API,
    AddressPlan,
    Blueprint,
    Deployment,
    Engine,
    NodeAddress,
    NodeBlueprint,
)
from support.faults.faults import Faults
from support.faults.grudges import can_talk
from support.implementations.contract import (
    Account,
    BlockMaker,
    Follower,
    Implementation,
    KnowsImpostors,
    Lie,
    NodeClient,
    Nonsense,
    OpenMembership,
    OpenToFollowers,
    Rememberer,
    Unreachable,
    Wallet,
    WayIn,
)
from support.implementations.governance import Upgradable
from support.journal import Journal
from support.observer import Observer
from support.pace import Pace
from support.parallel import in_background, side_by_side
from support.production import Production
from support.topology import Topology, Trait
from support.twins import Twins
from support.waiting import RECOVERY, until

T = TypeVar("T")

#: A node that falls this far behind the others makes a customer's client go elsewhere.
_LAG = 3
#: While a node is asked, it may forget so many more blocks.
_FORGOTTEN_MEANWHILE = 10
#: So many numbers does a network give to its nodes, as an engine has so many addresses for it. One
#: that has given most of them away is not lent out again.
_NUMBERS = 40


class Network:
    """Some nodes, the faults they suffer, and what is seen of them. Also the clock of all waits."""

    def __init__(
        self,
        *,
        topology: Topology,
        implementation: Implementation,
        engine: Engine,
        plan: AddressPlan,
        blueprint: Blueprint,
        deployment: Deployment,
        journal: Journal,
        patience: float,
    ) -> None:
        self.topology = topology
        self.name = blueprint.identity
        self.wallet: Wallet = implementation.wallet(blueprint)
        self.treasury_queue = threading.Lock()
        self.is_asleep = False
        self._payers_moved: dict[Account, Height] = {}
        self._implementation = implementation
        self._engine = engine
        self._plan = plan
        self._blueprint = blueprint
        self._deployment = deployment
        self._journal = journal
        self._patience = patience
        self._clients: dict[NodeName, NodeClient] = {}
        self._preparing: Future[None] | None = None
        self._members = list(topology.names)
        self._former: dict[NodeName, NodeClient] = {}
        self._former_releases: dict[NodeName, NodeBlueprint] = {}
        self._strangers: list[NodeName] = []
        self._impostors: dict[NodeName, NodeBlueprint] = {}
        self._followers: list[NodeName] = []
        self._given_up: list[NodeName] = []
        self._begun_later: set[NodeName] = set()
        self._numbers_ever = topology.nodes
        self._observer = Observer(self.name, self._clients, journal, every=topology.block_time)
        self._production = Production(self._members, self._clients, every=topology.block_time)
        self.history = self._observer.history
        self.pace = Pace(
            self._members,
            topology.block_time,
            self.history,
            deployment,
            patience=patience,
            up=lambda: self.up,
            grudge=lambda: self.faults.grudge,
        )
        self.faults = Faults(
            self._members,
            deployment,
            journal,
            period=self.period,
            own_time=self._own_time,
            fresh=self._replacement_of,
            on_wiped=lambda node: self.history.begins_anew(node, time.monotonic()),
            on_started=lambda node: self._connect([node]),
        )
        self.twins = Twins(
            implementation,
            deployment,
            journal,
            self.faults,
            blueprint=lambda: self._blueprint,
            address=lambda name: engine.further_address(plan, name),
        )
        self._connect(deployment.nodes)

    # -- what it is

    @property
    def family(self) -> Family:
        """How its nodes agree."""
        return self._implementation.family

    @property
    def confirmations(self) -> Blocks:
        """How many blocks, its own among them, make a payment a confirmed one."""
        return self._implementation.confirmations

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        """Its members, running or not, in order."""
        return tuple(self._members)

    @property
    def deployment(self) -> Deployment:
        """Where the nodes run; for evidence, benchmarks and people."""
        return self._deployment

    @property
    def up(self) -> list[NodeName]:
        """The members that no scenario has taken down or frozen."""
        return [node for node in self.nodes if node not in self.faults.away]

    def members(self, nodes: Iterable[NodeName]) -> list[NodeName]:
        """The same nodes; raises :class:`BadRequest` for one that the network does not have."""
        return members_of(self.nodes, nodes)

    # -- reading

    def client(self, node: NodeName) -> NodeClient:
        """How one node is talked to; a member that has left may be talked to in vain."""
        if node in self._former:
            return self._former[node]
        self.members([node])
        return self._clients[node]

    def fresh_client(self, node: NodeName) -> NodeClient:
        """How somebody talks to a node who has not done so before, over connections of their own.

        It has no connection until it asks; they end with it.
        """
        endpoints = self._deployment.endpoints(node)
        return self._implementation.client(self._blueprint, node, endpoints)

    def read(
        self, question: Callable[[NodeClient], T], nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, T | Silence]:
        """Ask nodes the same thing, all at once; a node that does not answer yields Silence."""

        def ask(node: NodeName) -> T | Silence:
            try:
                return question(self._clients[node])
            except Unreachable as unreachable:
                return Silence(str(unreachable))
            except Nonsense as nonsense:
                raise NetworkFailure(f"{node} answered nonsense: {nonsense}") from nonsense
            except NetworkFailure as failure:
                raise NetworkFailure(f"{node} contradicts itself: {failure}") from failure

        return side_by_side(ask, self.nodes if nodes is None else self.members(nodes))

    def statuses(
        self, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, NodeStatus | Silence]:
        """What nodes say about themselves."""
        return self.read(lambda client: client.status(), nodes)

    def heights(self, nodes: Iterable[NodeName] | None = None) -> dict[NodeName, Height | Silence]:
        """The newest block of each node."""
        return {
            node: status if isinstance(status, Silence) else status.height
            for node, status in self.statuses(nodes).items()
        }

    def heights_at_once(self) -> tuple[dict[NodeName, Height | Silence], float]:
        """The newest block of each node, and how many seconds it took to look at all of them."""
        began = time.monotonic()
        heights = self.heights()
        return heights, time.monotonic() - began

    def top(self, nodes: Iterable[NodeName] | None = None) -> Height:
        """The newest block that any of these nodes knows; 0 when none answers."""
        heights = [h for h in self.heights(nodes).values() if not isinstance(h, Silence)]
        return max(heights, default=Height(0))

    def balances(
        self, account: Account, nodes: Iterable[NodeName] | None = None, *, stale: bool = False
    ) -> dict[NodeName, Coins | Silence]:
        """What each node says that an account holds; ``stale``: as far as it knows by itself."""
        return self.read(lambda client: client.balance(account, stale=stale), nodes)

    def circulation(
        self, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, Coins | Silence]:
        """The coins that anybody but the treasury holds, as each node says."""
        treasury = self.wallet.treasury

        def circulating(client: NodeClient) -> Coins:
            supply, kept = client.supply(), client.balance(treasury)
            if kept > supply:
                raise NetworkFailure(f"the treasury holds {kept}, and only {supply} exist")
            return supply - kept

        return self.read(circulating, nodes)

    def supply(self) -> dict[NodeName, Coins | Silence]:
        """All coins that exist, as each node says."""
        return self.read(lambda client: client.supply())

    def peers(
        self, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, frozenset[NodeName] | Silence]:
        """Whom each node is connected to."""
        return self.read(lambda client: client.peers(), nodes)

    def unconnected(self) -> dict[NodeName, frozenset[NodeName] | Silence]:
        """Whom each node that is up misses: nodes that are up, and not cut off from it."""
        up, grudge = self.up, self.faults.grudge
        return {
            node: seen
            if isinstance(seen, Silence)
            else frozenset(
                other
                for other in up
                if self.topology.linked(node, other) and can_talk(grudge, node, other)
            )
            - seen
            for node, seen in self.peers(up).items()
        }

    def block_maker(self, node: NodeName) -> BlockMaker:
        """How one node is asked for a block, where none comes by itself."""
        client = self.client(node)
        if not isinstance(client, BlockMaker):
            raise BadRequest("the nodes of this network make blocks by themselves")
        return client

    def leaders(
        self, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, NodeName | Silence | None]:
        """Whom each node follows; None for one that knows of no leader."""

        def led(client: NodeClient) -> NodeName | None:
            if not isinstance(client, Follower):
                raise BadRequest("nobody leads in this network: the feature needs a leader")
            return client.leader()

        return self.read(led, nodes)

    def block_lateness(
        self, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, float | Silence]:
        """Seconds from the date of each node's newest block to the moment when it was seen.

        Negative for a block from the future. That no block is made at the moment does not count.
        """
        seen = time.time() - (time.monotonic() - self.history.last_progress())
        return {
            node: told if isinstance(told, Silence) else seen - told.newest_block
            for node, told in self._times(nodes).items()
        }

    def stories(
        self,
        since: Height = FIRST_BLOCK,
        nodes: Iterable[NodeName] | None = None,
        *,
        confirmed: bool = False,
    ) -> dict[NodeName, Told | Silence]:
        """What each node says about the past from ``since`` up to the last height they share.

        ``confirmed``: without the newest blocks, which may still be taken back.
        """
        heights = self.heights(nodes)
        known = {n: height for n, height in heights.items() if not isinstance(height, Silence)}
        open_blocks = self.confirmations.count - 1 if confirmed else 0
        shared = Height(min(known.values(), default=0) - open_blocks)
        first = max(FIRST_BLOCK, since, self._kept_by_all(known))

        def tell(client: NodeClient) -> Told:
            if shared < first:
                return Told(first, ())
            return Told(first, tuple(client.block_ids(first, shared)))

        # A node that was silent a moment ago may answer by now, and need not have what the others
        # share: what it said of its height is what it is asked about.
        silent = {n: silence for n, silence in heights.items() if isinstance(silence, Silence)}
        return {**self.read(tell, known), **silent}

    def first_blocks(
        self, nodes: Iterable[NodeName] | None = None
    ) -> dict[NodeName, Height | Silence]:
        """The oldest block that each node has; 0 for one that has none."""

        def first(client: NodeClient) -> Height:
            return client.first_block() if isinstance(client, Rememberer) else FIRST_BLOCK

        return self.read(first, nodes)

    @property
    def remembers_everything(self) -> bool:
        """Whether every node has every block, and whoever joined has fetched them all."""
        return Trait.SHORT_MEMORY not in self.topology.traits and not self._begun_later

    def _kept_by_all(self, nodes: Iterable[NodeName]) -> Height:
        """From where on all of these nodes have blocks, and go on having them for a while."""
        if self.remembers_everything:
            return FIRST_BLOCK
        told = [h for h in self.first_blocks(nodes).values() if not isinstance(h, Silence)]
        first = max(told, default=FIRST_BLOCK)
        forgets = Trait.SHORT_MEMORY in self.topology.traits and first > FIRST_BLOCK
        return Height(first + (_FORGOTTEN_MEANWHILE if forgets else 0))

    def reachable_node(self) -> NodeName:
        """The node a customer would talk to: up, and not behind the others."""
        heights = {n: h for n, h in self.heights(self.up).items() if not isinstance(h, Silence)}
        best = max(heights.values(), default=Height(0))
        for node, height in heights.items():
            if height >= best - _LAG:
                return node
        raise NetworkFailure("no node answers, so no payment can be made")

    def payer_moved(self, account: Account, height: Height) -> None:
        """Remember the newest block that has a payment of this account in it."""
        self._payers_moved[account] = max(height, self.payer_moved_at(account))

    def payer_moved_at(self, account: Account) -> Height:
        """The newest block with a payment of this account; 0 when there is none."""
        return self._payers_moved.get(account, Height(0))

    # -- the clock of all waits: see Pace

    def seconds(self, blocks: Blocks) -> float:
        """How long to wait for so many blocks."""
        return self.pace.seconds(blocks)

    def period(self, blocks: Blocks) -> float:
        """How long so many blocks last."""
        return self.pace.period(blocks)

    def why_pointless(self, *, since: float, stall: Blocks) -> str | None:
        """Why waiting on cannot help, or None."""
        return self.pace.why_pointless(since=since, stall=stall)

    def whereabouts(self) -> str:
        """Where the nodes stand, and which fault is in force."""
        return self.pace.whereabouts()

    # -- members

    @property
    def is_as_asked_for(self) -> bool:
        """Whether it still has the members that it began with."""
        return self.nodes == self.topology.names and self._numbers_ever < _NUMBERS

    def add_member(self) -> NodeName:
        """Let one more node join for good; it has been let in and started when this returns."""
        opening = self._open_membership()
        name, address = self._next_place("node")
        fresh = self._agreed_by_members(
            lambda member: opening.newcomer(name, self._blueprint, address, member), name
        )
        self._deployment.add(fresh)
        self._blueprint = self._blueprint.with_further(fresh)
        self._connect([name])
        self._production.stop()
        self._members.append(name)
        self._production.start()
        self._journal.write("member joined", network=self.name, node=name)
        return name

    def remove_member(self, node: NodeName) -> None:
        """Have one node leave for good; the others have let it go when this returns."""
        self.members([node])
        opening = self._open_membership()
        self._agreed_by_members(lambda member: opening.farewell(node, member), node)
        self._production.stop()
        self._members.remove(node)
        self._former[node] = self._clients.pop(node)
        self._production.start()
        self._deployment.remove(node)
        self._blueprint = self._blueprint.without(node)
        self._journal.write("member left", network=self.name, node=node)

    def _next_place(self, kind: str) -> tuple[NodeName, NodeAddress]:
        """A name and an address that nobody in this network has had before.

        Members may remember the address of one who was turned away, and hear it no more; and an
        engine may need a while until an address is free again.
        """
        self._numbers_ever += 1
        name = NodeName(f"{kind}-{self._numbers_ever}")
        return name, self._engine.further_address(self._plan, name)

    # -- followers

    def add_follower(self, way: WayIn) -> NodeName:
        """Let one more node join that has no vote; it has been started when this returns.

        It is one of the nodes from now on, until the network is given back.
        """
        if not isinstance(self._implementation, OpenToFollowers):
            raise BadRequest("nobody can follow this network without being a member of it")
        name, address = self._next_place("node")
        everybody = self._blueprint
        for stranger in self._impostors.values():
            everybody = everybody.with_further(stranger)
        fresh = self._implementation.follower(name, everybody, address, way)
        self._deployment.add(fresh)
        self._blueprint = self._blueprint.with_further(fresh)
        self._connect([name])
        self._members.append(name)
        self._followers.append(name)
        if way.anchor is not None:
            self._begun_later.add(name)
        self._journal.write("member joined", network=self.name, node=name, votes=False)
        return name

    def dismiss_follower(self, node: NodeName) -> None:
        """Remove one that has joined without a vote: nobody else takes notice."""
        self._followers.remove(node)
        self._begun_later.discard(node)
        self._members.remove(node)
        self._former[node] = self._clients.pop(node)
        self._deployment.remove(node)
        self._blueprint = self._blueprint.without(node)
        self._journal.write("member left", network=self.name, node=node)

    def give_up(self, node: NodeName) -> None:
        """Expect of a follower no more that it ever agrees with the others: it goes at the end."""
        self._given_up.append(node)

    def dismiss_followers(self) -> None:
        """Remove all that have joined without a vote."""
        for follower in list(self._followers):
            self.dismiss_follower(follower)

    def _open_membership(self) -> OpenMembership:
        if not isinstance(self._implementation, OpenMembership):
            raise BadRequest("members of this network cannot come and go while it runs")
        if self.faults.any:
            raise BadRequest("members cannot come and go while a fault is in force")
        return self._implementation

    # -- releases

    def upgrade(self, node: NodeName) -> None:
        """Give a member that is down the current release in the place of the one that it had."""
        self.members([node])
        fresh = self.next_release.upgraded(node, self._blueprint, self.topology)
        self._former_releases[node] = self._blueprint.node(node)
        self._change_release(fresh)

    def take_back_upgrade(self, node: NodeName) -> None:
        """Give a member that is down the release again that it had before :meth:`upgrade`."""
        if node not in self._former_releases:
            raise BadRequest(f"{node} has the release that it began with")
        self._change_release(self._former_releases.pop(node))

    def _change_release(self, blueprint: NodeBlueprint) -> None:
        node, software = blueprint.name, blueprint.software or self._blueprint.software
        self._deployment.change_software(node, software, blueprint.command)
        self._blueprint = self._blueprint.with_replaced(blueprint)
        version = software.version
        self._journal.write("node upgraded", network=self.name, node=node, version=version)

    @property
    def first_release(self) -> str:
        """The version that all of its members began with."""
        return self._blueprint.software.version

    @property
    def next_release(self) -> Upgradable:
        """What is said of the release that its nodes can be upgraded to."""
        if not isinstance(self._implementation, Upgradable):
            raise BadRequest("this network has no other release: the feature needs an upgrade")
        return self._implementation

    # -- strangers

    def add_stranger(self) -> NodeName:
        """Start a node of another network beside this one, and tell it to join this one."""
        name, address = self._next_place("stranger")
        tools = self._engine.tools(self._blueprint.software)
        self._deployment.add(self._implementation.stranger(name, self._blueprint, address, tools))
        self._strangers.append(name)
        self._journal.write("stranger started", network=self.name, node=name)
        return name

    def add_impostor(self, lie: Lie) -> NodeName:
        """Start a node beside the others that gives itself the name of their network."""
        if not isinstance(self._implementation, KnowsImpostors):
            raise BadRequest("nobody can give himself the name of this network")
        name, address = self._next_place("impostor")
        blueprint = self._implementation.impostor(name, self._blueprint, address, lie)
        self._deployment.add(blueprint)
        self._strangers.append(name)
        self._impostors[name] = blueprint
        self._journal.write("stranger started", network=self.name, node=name, lie=lie.value)
        return name

    def client_of_stranger(self, stranger: NodeName) -> NodeClient:
        """How one that is not of this network is asked."""
        endpoints = self._deployment.endpoints(stranger)
        return self._implementation.client(self._blueprint, stranger, endpoints)

    def turned_away(self, stranger: NodeName) -> bool:
        """Whether the stranger's own log says that the members refused it."""
        return self._implementation.turned_away(self._deployment.logs(stranger))

    # -- its life

    def begin(self) -> bool:
        """Give the network its first state where it starts with none; whether that is done."""
        first = self._clients[self.nodes[0]]
        try:
            if isinstance(first, BlockMaker):
                first.begin()
        except Unreachable:
            return False
        except Nonsense as nonsense:
            raise NetworkFailure(f"{self.nodes[0]} answered nonsense: {nonsense}") from nonsense
        return True

    def watch(self) -> None:
        """Begin to look at all nodes in the background, and to have blocks made."""
        self._observer.start()
        self._production.start()

    def prepare_faults(self) -> None:
        """Get everything that cuts need ready, while the scenario goes on."""
        self._preparing = in_background(self._deployment.prepare_faults)

    def is_whole(self) -> bool:
        """Whether no fault is in force, nobody given up, and neither stranger nor twin there."""
        return not (self.faults.any or self._strangers or self._given_up or self.twins.any)

    def restore(self) -> None:
        """Undo every fault that is still in force. The nodes may need a while to agree again."""
        self.faults.undo()
        while self._given_up:
            self.dismiss_follower(self._given_up.pop())
        self.twins.remove()
        for stranger in self._strangers:
            self._deployment.remove(stranger)
        self._strangers.clear()
        self._impostors.clear()

    def sleep(self) -> None:
        """Nobody uses it for now."""
        self.is_asleep = True
        self._look_away()
        self._deployment.freeze()

    def wake(self) -> None:
        """Somebody uses it again."""
        self._deployment.thaw()
        self.watch()
        self.is_asleep = False

    def leave(self) -> None:
        """Stop looking at it; it runs on (a network kept for people)."""
        self._look_away()

    def destroy(self) -> None:
        """Remove it."""
        self._look_away()
        self.faults.abandon()
        if self._preparing is not None:
            self._preparing.exception()  # a helper that is just being started would stay behind
        self._deployment.destroy()

    def hints(self) -> Mapping[str, str]:
        """Where the nodes answer and what to type, for people who look around."""
        addresses = {}
        for node in self.nodes:
            running = self._deployment.state(node) is not NodeState.STOPPED
            where = f"http://{self._deployment.endpoints(node)[API]}" if running else "not running"
            addresses[f"talk to {node.replace('-', ' ')}"] = where
        return addresses | dict(self._deployment.hints())

    def _look_away(self) -> None:
        self._production.stop()
        self._observer.stop()

    def _times(self, nodes: Iterable[NodeName] | None) -> dict[NodeName, NodeTime | Silence]:
        return self.read(lambda client: client.time(), nodes)

    def _own_time(self, node: NodeName) -> float | None:
        told = self._times([node])[node]
        return None if isinstance(told, Silence) else told.own

    def _replacement_of(self, node: NodeName) -> NodeBlueprint:
        fresh = self._agreed_by_members(
            lambda member: self._implementation.replacement(node, self._blueprint, member),
            node,
        )
        self._blueprint = self._blueprint.with_replaced(fresh)
        return fresh

    def _agreed_by_members(self, ask: Callable[[NodeClient], T], node: NodeName) -> T:
        """What comes of asking one of the others to change something about ``node``.

        Members may want to know one another for a while before they change anything.
        """
        others = [other for other in self.up if other != node]
        if not others:
            raise BadRequest(f"nobody is there who could let {node} in or go")
        refused: list[Unreachable] = []

        def agreed() -> tuple[T] | None:
            try:
                return (ask(self._clients[others[0]]),)
            except Unreachable as unreachable:
                refused.append(unreachable)
                return None

        answer = until(agreed, seconds=lambda: self.seconds(RECOVERY), every=0.2)
        if answer is None:
            raise NetworkFailure(f"{others[0]} does not let {node} in or go: {refused[-1]}")
        return answer[0]

    def _connect(self, nodes: Sequence[NodeName]) -> None:
        endpoints = side_by_side(self._deployment.endpoints, nodes)
        for node in nodes:
            self._clients[node] = self._implementation.client(
                self._blueprint, node, endpoints[node]
            )
