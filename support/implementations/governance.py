"""What node software does as well, where its networks decide on their own next release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from support.domain import Choice, Height, NodeName, ProposalState, Votes
from support.engines.contract import Blueprint, NodeBlueprint, Software
from support.implementations.contract import Account
from support.topology import Topology


@dataclass(frozen=True)
class ProposeUpgrade:
    """Somebody proposes that all nodes go on with another release after the block at ``height``.

    ``name`` is what that release calls itself; ``deposit`` vouches for the proposal.
    """

    by: Account
    name: str
    height: Height
    deposit: Votes


@dataclass(frozen=True)
class CastVote:
    """The owner of a stake says what to do with proposal number ``proposal``."""

    by: Account
    proposal: int
    choice: Choice


@dataclass(frozen=True)
class Plan:
    """The upgrade that a node will wait for: the release's name, and the height to stop at."""

    name: str
    height: Height


@dataclass(frozen=True)
class VotingRules:
    """How long a vote is open, in seconds, and the least deposit that starts one."""

    open_for: float
    deposit: Votes


class Governance(Protocol):
    """What one node says of proposals. Raises what ``NodeClient`` raises."""

    def rules(self) -> VotingRules: ...

    def proposals(self) -> Mapping[int, ProposalState]:
        """Every proposal that the node knows, by its number. One that nobody vouched for goes."""
        ...

    def plan(self) -> Plan | None:
        """The upgrade that was decided on and has not happened yet."""
        ...

    def release(self) -> str:
        """The version that the running program says it is."""
        ...


@runtime_checkable
class GovernanceTeller(Protocol):
    """A client that can also be asked about proposals."""

    @property
    def governance(self) -> Governance: ...


@runtime_checkable
class Upgradable(Protocol):
    """What an implementation does as well, where an earlier release of it can be had.

    A topology may ask for networks that begin on that one.
    """

    #: The current release, and what it calls itself in proposals.
    software: Software
    plan_name: str

    def why_no_upgrade(self) -> str | None:
        """Why the earlier release cannot be had here, in a clause; it may have to be downloaded."""
        ...

    def software_of(self, topology: Topology) -> Software:
        """What the nodes of such a network begin with."""
        ...

    def upgraded(self, node: NodeName, network: Blueprint, topology: Topology) -> NodeBlueprint:
        """The same node with ``software`` for what it runs."""
        ...
