"""Stand-ins for time, nodes and the host, by which a test decides what happens and when."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from support.domain import (
    AccountName,
    Amount,
    BlockId,
    Blocks,
    Capability,
    Coins,
    Confirmed,
    EnvironmentProblem,
    Family,
    Height,
    Megabytes,
    NodeName,
    NodeState,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
    in_order,
    node_named,
    node_number,
)
from support.engines.contract import (
    API,
    PEERS,
    AddressPlan,
    Blueprint,
    CommandFailed,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
    Tools,
)
from support.history import Sample
from support.implementations.contract import (
    Account,
    NodeClient,
    Nonsense,
    Payment,
    SignedPayment,
    Standing,
    Submission,
    Taken,
    Unreachable,
)
from support.journal import Journal
from support.network import Network
from support.topology import Topology

BLOCK_TIME = 0.2
#: An address as `ss` writes it, also within one of IPv6.
IPV4 = r"\d+\.\d+\.\d+\.\d+"
NODE_1, NODE_2, NODE_3, NODE_4, NODE_5 = (node_named(number) for number in range(1, 6))


class PlayedTime:
    """Stands in for the module ``time``: a sleep takes no time, and moves the clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleeps = 0
        self._actions: list[Callable[[], object]] = []
        self._lock = threading.RLock()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1.8e9 + self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self._sleeps += 1
            assert self._sleeps < 50_000, "this wait would never end"
            for action in self._actions:
                action()

    def on_each_sleep(self, action: Callable[[], object]) -> None:
        self._actions.append(action)


class PlayedPace:
    """The clock of a wait: a network that makes a block every fifth of a second."""

    def __init__(self) -> None:
        self.block_time = BLOCK_TIME
        self.patience = 1.0
        self.pointless: str | None = None
        self.asked: list[tuple[float, Blocks]] = []

    def seconds(self, blocks: Blocks) -> float:
        return self.period(blocks) * self.patience

    def period(self, blocks: Blocks) -> float:
        return blocks.count * self.block_time

    def why_pointless(self, *, since: float, stall: Blocks) -> str | None:
        self.asked.append((since, stall))
        return self.pointless

    def whereabouts(self) -> str:
        return "at height 41 (node-2 at 39)"


# -- a network of nodes that agree, as far as a test does not make them lie ------------------------


@dataclass
class Ledger:
    """What all honest nodes agree on. ``moves`` says whether it makes blocks at the moment."""

    moves: bool = True
    blocks: list[BlockId] = field(default_factory=lambda: [BlockId("block-1")])
    held: dict[str, int] = field(default_factory=lambda: {"treasury": 1000})
    outcomes: dict[Receipt, Outcome] = field(default_factory=dict)
    waiting: list[SignedPayment] = field(default_factory=list)

    @property
    def height(self) -> Height:
        return Height(len(self.blocks))

    def make_block(self) -> None:
        self.blocks.append(BlockId(f"block-{len(self.blocks) + 1}"))
        for signed in self.waiting:
            self._apply(signed)
        self.waiting.clear()

    def _apply(self, signed: SignedPayment) -> None:
        payer, payee = signed.payment.payer.address, signed.payment.payee.address
        coins = signed.payment.amount.value
        if signed.receipt in self.outcomes:
            return
        if self.held.get(payer, 0) < coins:
            self.outcomes[signed.receipt] = Refused(Refusal.BALANCE_TOO_LOW)
            return
        self.held[payer] = self.held.get(payer, 0) - coins
        self.held[payee] = self.held.get(payee, 0) + coins
        self.outcomes[signed.receipt] = Confirmed(signed.receipt, self.height)


class PlayedNode:
    """A node's client. It tells the ledger's truth, ``behind`` blocks late, unless told to lie."""

    def __init__(self, name: NodeName, ledger: Ledger, members: Sequence[NodeName]) -> None:
        self.name = name
        self.silent: str | None = None
        self.nonsense: str | None = None
        self.behind = 0
        self.catching_up = False
        self.balances: dict[str, Coins] = {}
        self.known: dict[Receipt, Outcome | Pending] = {}
        self.coins_in_all: Coins | None = None
        self.rewritten: dict[int, BlockId] = {}
        self.takes: Callable[[SignedPayment], Submission] | None = None
        self.own_time: Callable[[], float] = time.time
        self.dated: Callable[[], float] = time.time
        self.misses: set[NodeName] = set()
        self.unindexed: dict[Receipt, Height] = {}
        self.stood_at: list[Height] = []
        self.submitted: list[Receipt] = []
        self._ledger = ledger
        self._others = frozenset(members) - {name}

    @property
    def height(self) -> Height:
        return Height(max(0, self._ledger.height - self.behind))

    def status(self) -> NodeStatus:
        self._answer()
        return NodeStatus(self.height, self._block(self.height), self.catching_up)

    def time(self) -> NodeTime:
        self._answer()
        return NodeTime(self.own_time(), self.dated())

    def peers(self) -> frozenset[NodeName]:
        self._answer()
        return self._others - self.misses

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        self._answer()
        return [self._block(height) for height in range(first, last + 1)]

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        self._answer()
        honest = Coins(self._ledger.held.get(account.address, 0))
        return self.balances.get(account.name, honest)

    def supply(self) -> Coins:
        self._answer()
        honest = Coins(sum(self._ledger.held.values()))
        return honest if self.coins_in_all is None else self.coins_in_all

    def standing(self, account: Account, *, since: Height | None = None) -> Standing:
        self._answer()
        self.stood_at.append(self.height)
        return Standing((self.height,))

    def submit(self, payment: SignedPayment) -> Submission:
        self._answer()
        self.submitted.append(payment.receipt)
        if self.takes is not None:
            return self.takes(payment)
        if payment.receipt in self._ledger.outcomes:
            return Refused(Refusal.ALREADY_MADE, receipt=payment.receipt)
        self._ledger.waiting.append(payment)
        return Taken(payment.receipt)

    def outcome(self, receipt: Receipt, *, at: Height | None = None) -> Outcome | Pending:
        self._answer()
        if receipt in self.unindexed:
            return Pending() if at != self.unindexed[receipt] else Confirmed(receipt, at)
        return self.known.get(receipt, self._ledger.outcomes.get(receipt, Pending()))

    def _block(self, height: int) -> BlockId:
        if not 1 <= height <= len(self._ledger.blocks):
            return BlockId("")
        return self.rewritten.get(height, self._ledger.blocks[height - 1])

    def _answer(self) -> None:
        if self.nonsense is not None:
            raise Nonsense(self.nonsense)
        if self.silent is not None:
            raise Unreachable(self.silent)


class PlayedWallet:
    """Signs by writing down who signed what."""

    def __init__(self) -> None:
        self.treasury = Account(AccountName("the treasury"), "treasury")
        self.signers: dict[Receipt, Account] = {}
        self.on_sign: Callable[[Payment], object] = lambda payment: None
        self._lock = threading.Lock()
        self._opened = 0

    def open_account(self, name: AccountName) -> Account:
        self._opened += 1
        return Account(name, f"{name.lower()}-{self._opened}")

    def unheard_of_account(self, name: AccountName) -> Account:
        self._opened += 1
        return Account(name, f"unheard-of-{self._opened}")

    def sign(
        self,
        payment: Payment,
        standing: Standing,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        self.on_sign(payment)
        with self._lock:
            receipt = Receipt(f"receipt-{len(self.signers) + 1}")
            self.signers[receipt] = signer or payment.payer
        return SignedPayment(payment, receipt, (network or "this network").encode())

    def altered(self, signed: SignedPayment, payee: Account) -> SignedPayment:
        changed = Payment(signed.payment.payer, payee, signed.payment.amount)
        return SignedPayment(changed, Receipt(f"{signed.receipt}-altered"), signed.wire)


class PlayedImplementation:
    """Hands out the played nodes of one ledger."""

    name = "played"
    version = "1"
    family = Family.QUORUM_FINALITY
    capabilities: frozenset[Capability] = frozenset()
    lacks: Mapping[Capability, str] = {}
    block_time = 0.2
    confirmations = Blocks(1)
    ports: Mapping[str, int] = {PEERS: 26656, API: 8080}
    software = Software("played", "1", lambda folder, platform: None)

    def __init__(self, nodes: Mapping[NodeName, PlayedNode]) -> None:
        self.played_wallet = PlayedWallet()
        self.says_turned_away = False
        self.cannot: Exception | None = None
        self._nodes = nodes

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        if self.cannot is not None:
            raise self.cannot
        return blueprint_of(topology.names)

    def replacement(self, name: NodeName, network: Blueprint, member: NodeClient) -> NodeBlueprint:
        return replace(network.node(name), command=("run", "afresh"))

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        return NodeBlueprint(name, {}, ("run",), address)

    def turned_away(self, log: str) -> bool:
        return self.says_turned_away

    def wallet(self, blueprint: Blueprint) -> PlayedWallet:
        return self.played_wallet

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> PlayedNode:
        return self._nodes[node]


# -- a host that runs nothing ----------------------------------------------------------------------


class PlayedNamespace:
    """A node's packet filter, as far as ``iptables-restore``, ``probe`` and counters show it.

    ``stuck``: new rules are taken in and change nothing. ``also_drops``: more than the rules say.
    ``counts``: whether the rules count what they drop. ``connections``: what is open with peers.
    """

    def __init__(self, host: PlayedDeployment, node: NodeName) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.scripts: list[str] = []
        self.dropped: list[str] = []
        self.counters: dict[str, int] = {}
        self.stuck = False
        self.also_drops: set[str] = set()
        self.counts = True
        self.listens = True
        self.connections: list[tuple[str, str]] = []
        self._host = host
        self._node = node

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        with self._host.lock:
            self.commands.append(tuple(argv))
            match list(argv):
                case ["iptables-restore"]:
                    self._restore(stdin)
                    return ""
                case ["probe", "--within", _, *targets]:
                    return json.dumps({target: self._reach(target) for target in targets})
                case ["iptables", "-L", "INPUT", "-v", "-n", "-x"]:
                    return self._listing()
                case ["ss", "-tnH", "state", "established", wanted]:
                    return "".join(
                        f"0      0      {own} {peer}\n"
                        for own, peer in self.connections
                        if f"dst {re.findall(IPV4, peer)[0]} " in wanted
                    )
                case ["ss", "-K", _]:
                    return ""
        raise CommandFailed(f"{argv[0]} is not played")

    def probed(self, within: str | None = None) -> set[str]:
        """All targets of all probes so far, or of those that waited so long."""
        return {
            target
            for command in self.commands
            if command[0] == "probe" and within in (None, command[2])
            for target in command[3:]
        }

    def lets_in(self, source: str) -> bool:
        if source in self.dropped and self.counts:
            self.counters[source] = self.counters.get(source, 0) + 1
        return source not in self.dropped and source not in self.also_drops

    def _restore(self, script: str) -> None:
        self.scripts.append(script)
        if not self.stuck:
            self.dropped = re.findall(r"^-A INPUT -s (\S+) -j DROP$", script, re.MULTILINE)
            self.counters = {}

    def _reach(self, target: str) -> str:
        other = self._host.behind(target)
        mine = self._host.address(self._node).host
        theirs = target.partition(":")[0]
        if not other.lets_in(mine) or not self.lets_in(theirs):
            return "silent"
        return "open" if other.listens else "refused"

    def _listing(self) -> str:
        head = [
            "Chain INPUT (policy ACCEPT 12 packets, 720 bytes)",
            "    pkts      bytes target     prot opt in     out     source      destination",
        ]
        rows = [
            f"{self.counters.get(source, 0):8} {60 * self.counters.get(source, 0):10} DROP"
            f"       0    --  *      *       {source}    0.0.0.0/0"
            for source in self.dropped
        ]
        return "\n".join([*head, *rows]) + "\n"


class PlayedDisk:
    """A node's disk, as far as ``disk fill``, ``disk free`` and ``disk write`` show it.

    ``stuck``: it stays as it is, whatever it is told.
    """

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.is_full = False
        self.stuck = False

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        self.commands.append(" ".join(argv))
        match list(argv):
            case ["disk", "fill"]:
                self.is_full = self.is_full or not self.stuck
                return json.dumps({"taken": 4096})
            case ["disk", "free"]:
                self.is_full = self.is_full and self.stuck
                return json.dumps({"given back": 4096})
            case ["disk", "write", "--bytes", size]:
                why = "No space left on device" if self.is_full else ""
                return json.dumps({"written": 0 if self.is_full else int(size), "why": why})
        raise CommandFailed(f"{argv[0]} is not played")


class PlayedProcess:
    """A node's process, as far as ``clock ...`` and ``flush ...`` show it.

    ``stuck``: it stays as it is, whatever it is told. ``busy``: how many times it is reading its
    clock just now. ``hiccups``: how many flushes are held up by something else, seconds each.
    """

    def __init__(self, host: PlayedDeployment, node: NodeName) -> None:
        self.commands: list[str] = []
        self.skew = 0
        self.stuck = False
        self.busy = 0
        self.longer = 0.0
        self.hiccups: list[float] = []
        self._host = host
        self._node = node

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        self.commands.append(" ".join(argv))
        if argv[0] == "flush":
            return self._flush(*argv[1:])
        assert self._host.states[self._node] is NodeState.PAUSED, f"{self._node} is not frozen"
        if self.busy:
            self.busy -= 1
            return json.dumps({"busy": True})
        match list(argv):
            case ["clock", "set", "--seconds", seconds]:
                self.skew = self.skew if self.stuck else int(seconds)
            case ["clock", "right"]:
                self.skew = self.skew if self.stuck else 0
            case _:
                raise CommandFailed(f"{argv[0]} is not played")
        return json.dumps({"seconds": self.skew})

    def _flush(self, what: str, *words: str) -> str:
        assert self._host.states[self._node] is NodeState.RUNNING, f"{self._node} does not run"
        if what == "measure":
            hiccup = self.hiccups.pop(0) if self.hiccups else 0.001
            return json.dumps({"seconds": self.longer + hiccup})
        if not self.stuck:
            self.longer = float(words[1]) if what == "slow" else 0.0
        return json.dumps({"longer": self.longer})


class PlayedDeployment:
    """Nodes that are nothing but a state, an address and a packet filter."""

    def __init__(self, nodes: Sequence[NodeName]) -> None:
        self.lock = threading.RLock()
        self.states = dict.fromkeys(nodes, NodeState.RUNNING)
        self.namespaces = {node: PlayedNamespace(self, node) for node in nodes}
        self.log: dict[NodeName, str] = {}
        self.done: list[str] = []
        self.ends_at_once: set[NodeName] = set()
        self.disk: Megabytes | None = None
        self.disks = {node: PlayedDisk() for node in nodes}
        self.processes = {node: PlayedProcess(self, node) for node in nodes}
        self.added: list[NodeBlueprint] = []

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        return tuple(in_order(self.states))

    def behind(self, target: str) -> PlayedNamespace:
        return next(
            self.namespaces[node]
            for node in self.states
            if f"{self.address(node).host}:{self.address(node).ports[PEERS]}" == target
        )

    def endpoints(self, node: NodeName) -> Endpoints:
        if self.states[node] is NodeState.STOPPED:
            raise EnvironmentProblem(f"{node} is not running, so it has no address to talk to")
        return {API: f"127.0.0.1:{8000 + node_number(node)}"}

    def address(self, node: NodeName) -> NodeAddress:
        return address_of(node)

    def state(self, node: NodeName) -> NodeState:
        return self.states[node]

    def start(self, node: NodeName) -> None:
        self.done.append(f"start {node}")
        ends = node in self.ends_at_once
        self.states[node] = NodeState.STOPPED if ends else NodeState.RUNNING
        self.namespaces[node] = PlayedNamespace(self, node)  # rules end with the namespace
        self.processes[node] = PlayedProcess(self, node)

    def stop(self, node: NodeName) -> None:
        self.done.append(f"stop {node}")
        self.states[node] = NodeState.STOPPED

    def kill(self, node: NodeName) -> None:
        self.done.append(f"kill {node}")
        self.states[node] = NodeState.STOPPED

    def pause(self, node: NodeName) -> None:
        self.states[node] = NodeState.PAUSED

    def resume(self, node: NodeName) -> None:
        self.states[node] = NodeState.RUNNING

    def wipe(self, node: NodeName) -> None:
        self.done.append(f"wipe {node}")
        self.log.pop(node, None)

    def change_software(self, node: NodeName, software: Software, command: tuple[str, ...]) -> None:
        self.done.append(f"change {node} to {software.version}")

    def add(self, node: NodeBlueprint) -> None:
        self.done.append(f"add {node.name}")
        self.added.append(node)
        ends = node.name in self.ends_at_once
        self.states[node.name] = NodeState.STOPPED if ends else NodeState.RUNNING
        self.namespaces[node.name] = PlayedNamespace(self, node.name)
        self.processes[node.name] = PlayedProcess(self, node.name)

    def remove(self, node: NodeName) -> None:
        self.done.append(f"remove {node}")
        del self.states[node]

    def freeze(self) -> None:
        self.done.append("freeze")

    def thaw(self) -> None:
        self.done.append("thaw")

    def logs(self, node: NodeName, *, tail: int = 200) -> str:
        return "\n".join(self.log.get(node, "").splitlines()[-tail:])

    def in_network_namespace(self, node: NodeName) -> PlayedNamespace:
        assert self.states[node] is not NodeState.STOPPED, f"{node} has no namespace"
        return self.namespaces[node]

    def in_process(self, node: NodeName) -> PlayedProcess:
        assert self.states[node] is not NodeState.STOPPED, f"{node} has no process"
        return self.processes[node]

    def in_home(self, node: NodeName) -> PlayedDisk:
        assert self.disk is not None, f"the disk of {node} has no limit"
        return self.disks[node]

    def prepare_faults(self) -> None:
        self.done.append("prepare faults")

    def hints(self) -> Mapping[str, str]:
        return {"look around": "true"}

    def destroy(self) -> None:
        self.done.append("destroy")


class PlayedEngine:
    """Deploys the one deployment that it was given."""

    name = "played"
    version = "1"
    capabilities: frozenset[Capability] = frozenset()
    lacks: Mapping[Capability, str] = {}

    def __init__(self, deployment: PlayedDeployment) -> None:
        self.deployment = deployment
        self.released: list[AddressPlan] = []

    def tools(self, software: Software) -> Tools:
        def run(argv: Sequence[str], *, collect: str) -> bytes:
            raise AssertionError("nothing is to be run")

        return run

    def address_plan(self, nodes: Sequence[NodeName], ports: Mapping[str, int]) -> AddressPlan:
        return AddressPlan({node: address_of(node) for node in nodes})

    def further_address(self, plan: AddressPlan, node: NodeName) -> NodeAddress:
        return address_of(node)

    def release(self, plan: AddressPlan) -> None:
        self.released.append(plan)

    def deploy(
        self, blueprint: Blueprint, plan: AddressPlan, *, disk: Megabytes | None = None
    ) -> PlayedDeployment:
        self.deployment.disk = disk
        return self.deployment

    def close(self) -> None:
        """Nothing was opened."""


def address_of(node: NodeName) -> NodeAddress:
    return NodeAddress(
        host=f"10.0.0.{node_number(node)}", listen="0.0.0.0", home="/", ports={PEERS: 26656}
    )


def blueprint_of(nodes: Sequence[NodeName]) -> Blueprint:
    return Blueprint(
        "played-1",
        PlayedImplementation.software,
        tuple(NodeBlueprint(node, {}, ("run",), address_of(node)) for node in nodes),
    )


class Stage:
    """A network of played nodes: every sleep of anybody lets them make the blocks that are due."""

    def __init__(self, clock: PlayedTime, journal: Journal, *, nodes: int = 4) -> None:
        self.clock = clock
        self.journal = journal
        self.topology = Topology(nodes, BLOCK_TIME)
        self.ledger = Ledger()
        names = self.topology.names
        self.nodes = {name: PlayedNode(name, self.ledger, names) for name in names}
        self.deployment = PlayedDeployment(names)
        for name, node in self.nodes.items():
            node.own_time = lambda name=name: clock.time() + self.deployment.processes[name].skew  # type: ignore[misc]
            node.dated = clock.time
        self.engine = PlayedEngine(self.deployment)
        self.implementation = PlayedImplementation(self.nodes)
        self.wallet = self.implementation.played_wallet
        self._next_block = clock.now + BLOCK_TIME
        self._network: Network | None = None
        clock.on_each_sleep(self.let_time_pass)

    @property
    def network(self) -> Network:
        """The façade; made at its first use."""
        if self._network is None:
            plan = self.engine.address_plan(self.topology.names, self.implementation.ports)
            self._network = Network(
                topology=self.topology,
                implementation=self.implementation,
                engine=self.engine,
                plan=plan,
                blueprint=blueprint_of(self.topology.names),
                deployment=self.deployment,
                journal=self.journal,
                patience=1.0,
            )
            self.look()
        return self._network

    def let_time_pass(self) -> None:
        """Make the blocks that are due and look at every node, as the observer would."""
        while self.clock.now >= self._next_block:
            self._next_block += BLOCK_TIME
            if self.ledger.moves:
                self.ledger.make_block()
            if self._network is not None:
                self.look()

    def blocks_pass(self, count: int) -> None:
        """So many block times go by."""
        for _ in range(count):
            self.clock.sleep(BLOCK_TIME)

    def look(self) -> None:
        """Add what every node says now to the history."""
        for name, node in self.nodes.items():
            try:
                status = node.status()
            except (Unreachable, Nonsense):
                status = None
            self.network.history.add(name, Sample(self.clock.now, status))


def journalled(path: Path) -> list[dict[str, Any]]:
    """Everything in a journal, each line as it stands there."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def told(
    payer: str, payee: str, amount: int, receipt: str = "receipt-x", *, wire: bytes = b""
) -> SignedPayment:
    """A signed payment that nobody has sent."""
    payment = Payment(
        Account(AccountName(payer), payer.lower()),
        Account(AccountName(payee), payee.lower()),
        Amount(amount),
    )
    return SignedPayment(payment, Receipt(receipt), wire)
