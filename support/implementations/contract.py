"""What node software is to the rest of the suite: how to set it up, and how to talk to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from support.domain import (
    AccountName,
    Amount,
    BlockId,
    Blocks,
    Capability,
    Coins,
    Family,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refused,
)
from support.engines.contract import (
    AddressPlan,
    Blueprint,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
    Tools,
)
from support.topology import Topology


class Unreachable(Exception):
    """A node did not answer, or hung up: it may be down, frozen or not yet up."""


class Unanswered(Unreachable):
    """A node took a question in, and gave no answer in time: it may still do what it was asked."""


class Nonsense(Exception):
    """A node answered something that its protocol does not allow."""


@dataclass(frozen=True)
class Account:
    """An account as the network knows it. Whoever made it keeps the key; it is never in here."""

    name: AccountName
    address: str


@dataclass(frozen=True)
class Payment:
    """What a customer wants: coins from one account to another."""

    payer: Account
    payee: Account
    amount: Amount


@dataclass(frozen=True)
class Standing:
    """What a node says about an account and a signature has to refer to; opaque to all others."""

    facts: tuple[int, ...]


@dataclass(frozen=True)
class SignedPayment:
    """A payment as it goes over the wire; ``receipt`` is known before it is sent."""

    payment: Payment
    receipt: Receipt
    wire: bytes = field(repr=False)


@dataclass(frozen=True)
class Taken:
    """A node took the payment in. It says nothing about whether it will be confirmed."""

    receipt: Receipt


Submission = Taken | Refused


class NodeClient(Protocol):
    """One node, over its public interface. Never retries, never sleeps; safe to use from threads.

    Every method raises :class:`Unreachable` when the node does not answer within two seconds, as
    :class:`Unanswered` when it has got the question, and :class:`Nonsense` when the answer is not
    one that this kind of node gives.
    """

    def status(self) -> NodeStatus: ...

    def time(self) -> NodeTime:
        """What time it is, to the node. Only where the implementation offers dated blocks."""
        ...

    def peers(self) -> frozenset[NodeName]:
        """The other nodes it is connected to, by the names they carry in the blueprint."""
        ...

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        """Ids of the blocks from ``first`` to ``last``, both included, oldest first.

        None at all from a node that is just giving up a history which had them for a longer one.
        """
        ...

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        """What an account holds.

        ``stale``: as far as this node knows by itself, which may be behind the others. Without it,
        a node of a kind that can ask the others first does so, and gives no answer where it cannot;
        for the others it is the same.
        """
        ...

    def supply(self) -> Coins:
        """All coins that exist, the treasury's included."""
        ...

    def standing(self, account: Account) -> Standing: ...

    def submit(self, payment: SignedPayment) -> Submission: ...

    def outcome(self, receipt: Receipt, *, at: Height | None = None) -> Outcome | Pending:
        """How a payment ended, as far as this node knows.

        ``at`` is the block in which another node has it. Where a node's index of payments does not
        know this one, its own block there is looked at: an index is not what nodes agree on.
        """
        ...


@runtime_checkable
class Follower(Protocol):
    """What a client can tell as well, where one node leads the others."""

    def leader(self) -> NodeName | None:
        """Whom this node follows, itself perhaps; None when it knows of no leader.

        Raises what :class:`NodeClient` raises.
        """
        ...


@runtime_checkable
class LateExecution(Protocol):
    """What a client can tell as well, where a node shows a block before it has executed it."""

    def executed(self) -> Height:
        """The newest block that balances and standings are as of.

        Raises what :class:`NodeClient` raises.
        """
        ...


@runtime_checkable
class BlockMaker(Protocol):
    """What a client does as well, where nodes make no blocks by themselves."""

    def begin(self) -> None:
        """Give a network that starts with nothing its first state, the treasury's coins in it.

        Does nothing to one that has it. Raises what :class:`NodeClient` raises.
        """
        ...

    def make_block(self) -> None:
        """Have this node make one more block on the newest that it knows.

        Raises what :class:`NodeClient` raises.
        """
        ...


class Wallet(Protocol):
    """The keys of one network's customers. They are made for this run and never leave it."""

    @property
    def treasury(self) -> Account:
        """Holds every coin that is not in circulation: what is deposited comes from it."""
        ...

    def open_account(self, name: AccountName) -> Account:
        """An account nobody has used before: it holds no coins, and its fees are paid for."""
        ...

    def unheard_of_account(self, name: AccountName) -> Account:
        """An account that the network has never seen: an address, and nothing else."""
        ...

    def sign(
        self,
        payment: Payment,
        standing: Standing,
        *,
        signer: Account | None = None,
        network: str | None = None,
    ) -> SignedPayment:
        """Sign as the payer, or as ``signer`` in its place; for ``network`` if it is another."""
        ...

    def altered(self, signed: SignedPayment, payee: Account) -> SignedPayment:
        """The same signature under a payment that now goes to ``payee``."""
        ...


class Implementation(Protocol):
    """Node software. An implementation does not know where its nodes run.

    ``lacks`` says, in words for people, why something cannot be had that others offer.
    ``block_time`` is how many seconds a block takes where nobody asks for another pace, and
    ``confirmations`` how many blocks, its own among them, make a payment a confirmed one.
    """

    name: str
    version: str
    family: Family
    capabilities: frozenset[Capability]
    lacks: Mapping[Capability, str]
    block_time: float
    confirmations: Blocks
    ports: Mapping[str, int]
    software: Software

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint: ...

    def replacement(self, name: NodeName, network: Blueprint, member: NodeClient) -> NodeBlueprint:
        """A fresh node for the place of ``name``, at its address and with its part in agreeing.

        ``network`` is how all nodes are by now, those that are fresh themselves among them. To its
        peers it is somebody whom they do not know yet; where they have to be told, that is done
        through ``member``, who is one of them. Raises what :class:`NodeClient` raises.
        """
        ...

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        """A node of another network that is told to join this one."""
        ...

    def turned_away(self, log: str) -> bool:
        """Whether a node's own log says that its peers refused it for being of another network."""
        ...

    def wallet(self, blueprint: Blueprint) -> Wallet: ...

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> NodeClient: ...


@runtime_checkable
class OpenMembership(Protocol):
    """What an implementation does as well, where members come and go while the network runs.

    Both raise what :class:`NodeClient` raises, and may be asked again then: half of it may be done.
    ``member`` is one who stays; the others are told through it, where they have to be told.
    """

    def newcomer(
        self, name: NodeName, network: Blueprint, address: NodeAddress, member: NodeClient
    ) -> NodeBlueprint:
        """One more member for a network of which ``network`` has all that there are by now."""
        ...

    def farewell(self, name: NodeName, member: NodeClient) -> None:
        """Have the members forget one of them, for good."""
        ...
