"""What a Cosmos SDK chain is to this suite: everything in which one may differ from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from support.domain import Capability
from support.engines.contract import Platform
from support.implementations.cosmos.money import Money

#: What every chain of Cosmos SDK on CometBFT offers, if its settings do not say otherwise.
OFFERED = frozenset(
    {
        Capability.QUORUM_FINALITY,
        Capability.TWO_THIRDS_QUORUM,
        Capability.OWN_RHYTHM,
        Capability.GOSSIP,
        Capability.SHARED_WAITING_ROOM,
        Capability.OPEN_BLOCKS,
        Capability.SIGNED_PAYMENTS,
        Capability.NAMED_SIGNERS,
        Capability.NETWORK_BOUND_PAYMENTS,
        Capability.REPLAY_PROTECTION,
        Capability.NUMBERED_PAYMENTS,
        Capability.SELF_REBUILD,
        Capability.PAST_BALANCES,
        Capability.SHORT_MEMORY,
        Capability.FOLLOWERS,
        Capability.SNAPSHOTS,
        Capability.IMPOSTORS,
        Capability.CHOSEN_LINKS,
        Capability.GROWING_DISKS,
        Capability.ANSWERS_WHEN_FULL,
        Capability.DATED_BLOCKS,
        Capability.STAKES,
        Capability.DOUBLE_VOTE_EVIDENCE,
        Capability.UPGRADE,
    }
)

#: What none of them has, and why: ``{name}`` is the chain's.
LACKING: Mapping[Capability, str] = {
    Capability.SURE_READS: "a node of {name} answers what it knows, and asks nobody first",
    Capability.LEADER: "the nodes of {name} take turns, and none of them leads",
    Capability.MEMBERSHIP_CHANGE: "who votes in {name} is decided by stakes, not by who joins",
    Capability.LONGEST_CHAIN: "{name} never takes back what was confirmed",
}


class Source(Protocol):
    """Where the program of a chain comes from."""

    def version(self, written: str) -> str:
        """The version that is there, where the settings file says ``written``.

        Raises :class:`~support.domain.EnvironmentProblem` where nothing is there.
        """
        ...

    def unpack(
        self, program: str, version: str, cache: Path, folder: Path, platform: Platform
    ) -> None:
        """Write ``program`` and the libraries it loads into ``folder``.

        Downloads go to ``cache``. Raises :class:`~support.domain.EnvironmentProblem`.
        """
        ...


class EarlierSource(Source, Protocol):
    """Where a program comes from that is not installed."""

    def why_not(self, version: str, cache: Path) -> str | None:
        """Why it cannot be had here, in a clause; None once it is on this machine."""
        ...


@dataclass(frozen=True)
class Prefixes:
    """What addresses begin with: those of accounts, and those of validators."""

    account: str
    validator: str


@dataclass(frozen=True)
class Earlier:
    """The release from which a network of this chain can be upgraded.

    ``plan`` is what the current release calls itself in a proposal; ``start`` are the arguments
    that the earlier program is started with.
    """

    version: str
    plan: str
    source: EarlierSource = field(repr=False)
    start: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """One chain, as a settings file describes it; :func:`read_chain` makes and checks it.

    ``settings`` names that file for people. ``version`` is what the file says; the one that there
    really is, ``source`` knows. ``init`` and ``start`` are arguments of ``program``, with words in
    braces that stand for what is known later. ``config`` and ``app`` are what the two files of
    every node say beyond the usual, ``genesis`` maps dotted paths in the first state to values.
    ``turned_away`` is what a node logs when a peer is of another network. ``fees_go_to`` is the
    address into which fees are paid. ``earlier`` is the release to upgrade from, if there is one.
    """

    settings: str
    name: str
    version: str
    program: str
    source: Source = field(repr=False)
    prefixes: Prefixes
    money: Money
    ports: Mapping[str, int]
    block_time: float
    init: tuple[str, ...]
    start: tuple[str, ...]
    config: Mapping[str, Any]
    app: Mapping[str, Any]
    genesis: Mapping[str, Any]
    lacks: Mapping[Capability, str]
    turned_away: str
    fees_go_to: str
    earlier: Earlier | None = None
