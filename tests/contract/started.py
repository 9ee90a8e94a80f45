"""A started network, and what tests of the contracts do with it again and again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import time as now
from typing import ClassVar, TypeVar, cast

from support.domain import (
    AccountName,
    Amount,
    BlockId,
    Capability,
    Coins,
    EnvironmentProblem,
    Height,
    Megabytes,
    NodeName,
    NodeState,
    Outcome,
    Pending,
)
from support.engines.contract import PEERS, Engine, last_words
from support.implementations.contract import (
    Account,
    BlockMaker,
    Implementation,
    NodeClient,
    Payment,
    SignedPayment,
    Taken,
    Unreachable,
)
from support.implementations.governance import Upgradable
from support.production import Production
from support.topology import Topology, Trait
from support.waiting import until

T = TypeVar("T")

#: Skips a test for what the node software does not claim to have.
Needs = Callable[[Capability], None]

#: Seconds after which something that must happen is said not to; generous, for busy hosts.
PATIENCE = float(os.environ.get("ACCORD_CONTRACT_PATIENCE", "90"))

_TABLE = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n{}COMMIT\n"


@dataclass(frozen=True)
class Pair:
    """What a contract is tried on: node software, and where it runs."""

    engine: Engine
    implementation: Implementation
    block_time: float


def eventually(done: Callable[[], T | None], what: str) -> T:
    """Wait until ``done`` answers; a node that does not answer may do so later."""

    def answered() -> T | None:
        try:
            return done()
        except Unreachable:
            return None

    found = until(answered, seconds=lambda: PATIENCE)
    assert found is not None, f"{what}: not within {PATIENCE:g} s"
    return found


class _Clients(Mapping[NodeName, NodeClient]):
    """A client for every node, made anew each time: a node may have another endpoint by now."""

    def __init__(self, started: Started) -> None:
        self._started = started

    def __getitem__(self, node: NodeName) -> NodeClient:
        try:
            return self._started.client(node)
        except (EnvironmentProblem, KeyError) as problem:  # it is down, or gone
            raise Unreachable(str(problem)) from problem

    def __iter__(self) -> Iterator[NodeName]:
        return iter(self._started.nodes)

    def __len__(self) -> int:
        return len(self._started.nodes)


class Started:
    """A network of one topology. :meth:`end` it."""

    #: All that have not been ended.
    alive: ClassVar[set[Started]] = set()

    def __init__(
        self,
        pair: Pair,
        nodes: int = 4,
        *,
        disk: Megabytes | None = None,
        traits: frozenset[Trait] = frozenset(),
    ) -> None:
        self.implementation = pair.implementation
        self.engine = pair.engine
        topology = Topology(nodes, pair.block_time, disk, traits=traits)
        software = pair.implementation.software
        if isinstance(pair.implementation, Upgradable):
            software = pair.implementation.software_of(topology)
        self.tools = pair.engine.tools(software)
        self.plan = pair.engine.address_plan(topology.names, pair.implementation.ports)
        self.blueprint = pair.implementation.blueprint(topology, self.plan, self.tools)
        self.deployment = pair.engine.deploy(self.blueprint, self.plan, disk=disk)
        self.wallet = pair.implementation.wallet(self.blueprint)
        self.nodes: Sequence[NodeName] = topology.names
        self._block_time = pair.block_time
        self._production = Production(self.nodes, _Clients(self), every=pair.block_time)
        try:
            self._begin()
        except BaseException:
            self.deployment.destroy()
            raise
        self.alive.add(self)

    def _begin(self) -> None:
        first = self.client(self.nodes[0])
        if isinstance(first, BlockMaker):
            eventually(lambda: first.begin() or True, "the network has its first state")
            self._production.start()

    def end(self) -> None:
        """Remove it."""
        self.alive.discard(self)
        self._production.stop()
        self.deployment.destroy()

    def last_words(self) -> Iterator[tuple[NodeName, str]]:
        """Of the nodes that have ended, whether somebody meant them to or not."""
        for node in self.deployment.nodes:
            if self.deployment.state(node) is NodeState.STOPPED:
                yield node, last_words(self.deployment, node, 20)

    def is_as_new(self) -> bool:
        """Whether all nodes are there and run, so that another test may have it."""
        states = {node: self.deployment.state(node) for node in self.deployment.nodes}
        return states == dict.fromkeys(self.nodes, NodeState.RUNNING)

    # -- reading -----------------------------------------------------------------------------

    def client(self, node: NodeName) -> NodeClient:
        """A client that knows where the node answers now."""
        endpoints = self.deployment.endpoints(node)
        return self.implementation.client(self.blueprint, node, endpoints)

    def height(self, node: NodeName) -> Height:
        """Of the node's newest block."""
        return self.client(node).status().height

    def history(self, node: NodeName, last: Height) -> list[BlockId]:
        """Block ids as one node tells them."""
        return list(self.client(node).block_ids(Height(1), last))

    def await_height(self, height: int, nodes: Iterable[NodeName] | None = None) -> None:
        """Wait until nodes know a block."""
        for node in nodes or self.nodes:
            eventually(
                lambda node=node: self.height(node) >= height or None,  # type: ignore[misc]
                f"{node} reaches height {height}",
            )

    def await_new_blocks(self, nodes: Iterable[NodeName] | None = None, *, count: int = 2) -> None:
        """Wait until these nodes share blocks that none of them had when this was called."""
        named = list(nodes or self.nodes)
        top = eventually(lambda: max(map(self.height, named)), "all nodes answer")
        self.await_height(top + count, named)

    def height_at_rest(self, node: NodeName) -> Height:
        """The height at which a node makes no more blocks for a while."""

        seen: list[Height] = []

        def unchanged() -> Height | None:
            seen.append(self.height(node))
            return seen[-1] if seen[-3:] == [seen[-1]] * 3 else None

        found = until(unchanged, seconds=lambda: PATIENCE, every=5 * self._block_time)
        assert found is not None, f"{node} goes on making blocks"
        return found

    def let_pass(self, blocks: int) -> None:
        """Wait for as long as so many blocks take."""
        until(lambda: None, seconds=lambda: blocks * self._block_time)

    def await_balance(self, node: NodeName, account: Account, coins: int) -> None:
        """Wait until a node shows a balance."""
        eventually(
            lambda: self.client(node).balance(account) == Coins(coins) or None,
            f"{node} shows {coins} for {account.name}",
        )

    # -- paying ------------------------------------------------------------------------------

    def account(self, name: str = "Alice", *, holds: int = 0) -> Account:
        """A new account with some coins, which every node knows of."""
        account = self.wallet.open_account(AccountName(name))
        if holds:
            self.pay(self.wallet.treasury, account, holds)
            for node in self.nodes:
                self.await_balance(node, account, holds)
        return account

    def signed(
        self,
        payer: Account,
        payee: Account,
        amount: int,
        *,
        through: NodeName | None = None,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """A payment that has not been sent."""
        standing = self.client(through or self.nodes[0]).standing(payer)
        payment = Payment(payer, payee, Amount(amount))
        return self.wallet.sign(payment, standing, signer=signer, network=network)

    def send(self, signed: SignedPayment, through: NodeName | None = None) -> Outcome:
        """Hand it to a node and wait for its end, which must come."""
        client = self.client(through or self.nodes[0])
        submission = client.submit(signed)
        if not isinstance(submission, Taken):
            return submission
        assert submission.receipt == signed.receipt

        def settled() -> Outcome | None:
            outcome = client.outcome(signed.receipt)
            return None if isinstance(outcome, Pending) else outcome

        # mypy joins the members of a union that it has to infer
        return cast(Outcome, eventually(settled, "the payment is confirmed or refused"))

    def pay(
        self, payer: Account, payee: Account, amount: int, through: NodeName | None = None
    ) -> Outcome:
        """Sign, send and wait."""
        return self.send(self.signed(payer, payee, amount, through=through), through)

    # -- clocks ------------------------------------------------------------------------------

    def set_clock(self, node: NodeName, seconds: int) -> None:
        """From now on a node's clock is so many seconds fast; right when it is none."""
        words = ["set", "--seconds", str(seconds)] if seconds else ["right"]

        runner = self.deployment.in_process(node)

        def is_set() -> bool | None:
            self.deployment.pause(node)
            try:
                answer = json.loads(runner.run(["clock", *words]))
            finally:
                self.deployment.resume(node)
            return None if answer.get("busy") else True

        eventually(is_set, f"the clock of {node} is set")

    def seconds_ahead(self, node: NodeName) -> float:
        """How far a node's clock is ahead of that of this machine."""
        return eventually(lambda: self.client(node).time().own, f"{node} tells the time") - now()

    # -- cutting -----------------------------------------------------------------------------

    def drop(self, node: NodeName, senders: Iterable[NodeName]) -> None:
        """From now on a node hears everybody but ``senders``."""
        hosts = [self.deployment.address(sender).host for sender in senders]
        rules = "".join(f"-A INPUT -s {host} -j DROP\n" for host in hosts)
        runner = self.deployment.in_network_namespace(node)
        runner.run(["iptables-restore"], stdin=_TABLE.format(rules))

    def cut(self, one: Sequence[NodeName], other: Sequence[NodeName]) -> None:
        """Neither side hears the other."""
        for side, senders in ((one, other), (other, one)):
            for node in side:
                self.drop(node, senders)

    def heal(self) -> None:
        """Everybody who runs hears everybody."""
        for node in self.nodes:
            self.drop(node, [])

    def probe(self, node: NodeName, other: NodeName) -> str:
        """Whether ``other``'s peer port can be reached from inside ``node``."""
        address = self.deployment.address(other)
        target = f"{address.host}:{address.ports[PEERS]}"
        runner = self.deployment.in_network_namespace(node)
        return str(json.loads(runner.run(["probe", "--within", "0.2", target]))[target])

    def await_open(self, node: NodeName, other: NodeName) -> None:
        """Wait until a connection can be made; a node that has just started may need a moment."""
        eventually(
            lambda: self.probe(node, other) == "open" or None, f"{node} can connect to {other}"
        )
