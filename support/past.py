"""What nodes remember of the past, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from support.domain import (
    FIRST_BLOCK,
    BadRequest,
    BlockId,
    Coins,
    Computed,
    Forgotten,
    Height,
    NodeName,
    Silence,
    StateId,
    Told,
)
from support.implementations.contract import Account, NodeClient, Rememberer, Unreachable
from support.network import Network
from support.waiting import CONFIRMATION, until


@dataclass(frozen=True)
class Sum:
    """What all accounts together held after a block, and the coins that there were, on a node."""

    at: Height
    held: Coins | Forgotten
    exist: Coins | Forgotten


@dataclass(frozen=True)
class Ledger:
    """What a node has made of the blocks up to ``computed.height``, and what others agreed on."""

    computed: Computed
    agreed: Mapping[NodeName, StateId | Silence]


@dataclass(frozen=True)
class Spread:
    """How long the longest history is, and where the part ends that all nodes have in common."""

    longest: Height
    shared: Height


@dataclass(frozen=True)
class Beside:
    """What a node says of its past, and what one that is not of the network says of its own."""

    told: Told
    made_up: Told

    @property
    def shared(self) -> frozenset[BlockId]:
        """The blocks of the stranger that the node has as well."""
        return frozenset(self.told.blocks) & frozenset(self.made_up.blocks)


def remembered(
    network: Network, account: Account, at: Height, nodes: Iterable[NodeName] | None = None
) -> dict[NodeName, Coins | Forgotten | Silence]:
    """What nodes say that an account held after block ``at``."""
    return network.read(lambda client: _memory(client).past_balance(account, at), nodes)


def sums(
    network: Network, accounts: Iterable[Account]
) -> dict[NodeName, tuple[Sum, ...] | Silence]:
    """For every node, what these accounts and the treasury held after each block up to now.

    The newest block of a node is left out: it may not have been executed yet.
    """
    everybody = [network.wallet.treasury, *accounts]

    def add_up(client: NodeClient) -> tuple[Sum, ...]:
        memory, newest = _memory(client), client.status().height
        heights = map(Height, range(max(FIRST_BLOCK, memory.first_block()), newest))
        return tuple(
            Sum(
                height,
                _added_up(memory.past_balance(account, height) for account in everybody),
                memory.past_supply(height),
            )
            for height in heights
        )

    return network.read(add_up)


def ledger_of(network: Network, node: NodeName) -> dict[NodeName, Ledger | Silence]:
    """What one node has computed, and what the others have agreed on for the same block.

    They say so with the next block, which is waited for: asked at once, a node that is always at
    the newest block could be asked just too early every time.
    """
    computed = network.read(lambda client: _memory(client).computed(), [node])[node]
    if isinstance(computed, Silence):
        return {node: computed}
    others = [other for other in network.nodes if other != node]

    def have_the_next() -> bool | None:
        heights = network.heights(others).values()
        return (
            None if any(isinstance(h, Silence) or h <= computed.height for h in heights) else True
        )

    until(have_the_next, seconds=lambda: network.seconds(CONFIRMATION), every=0.05)

    def agreed(client: NodeClient) -> StateId:
        if client.status().height <= computed.height:
            raise Unreachable(f"it has no block after block {computed.height} yet")
        return _memory(client).agreed_state(computed.height)

    return {node: Ledger(computed, network.read(agreed, others))}


def spread(network: Network, *, since: Height, quickly: float) -> Spread | Silence:
    """How far the nodes are apart at one moment.

    A look at all nodes that takes longer than ``quickly`` (seconds) is none at one moment, so it
    tells nothing. What nodes have in common is looked for from ``since`` on; with a node that has
    no such block it ends no later than that node.
    """
    seen, took = network.heights_at_once()
    if took > quickly:
        return Silence(f"it took {took:.1f} s to look at all nodes")
    heights = []
    for node, height in seen.items():
        if isinstance(height, Silence):
            return Silence(f"{node} {height}")
        heights.append(height)
    stories = network.read(lambda client: _told(client, since, Height(min(heights))))
    shared = min(_last_in_common(stories, since), *heights)
    return Spread(Height(max(heights)), Height(shared))


def _told(client: NodeClient, first: Height, last: Height) -> Told:
    return Told(first, tuple(client.block_ids(first, last)) if first <= last else ())


def _last_in_common(stories: Mapping[NodeName, Told | Silence], since: Height) -> Height:
    told: list[tuple[BlockId, ...]] = [
        story.blocks for story in stories.values() if isinstance(story, Told)
    ]
    common = 0
    for blocks in zip(*told, strict=False):
        if len(set(blocks)) > 1:
            break
        common += 1
    return Height(since + common - 1)


def _added_up(parts: Iterable[Coins | Forgotten]) -> Coins | Forgotten:
    total = Coins(0)
    for part in parts:
        if isinstance(part, Forgotten):
            return part
        total += part
    return total


def _memory(client: NodeClient) -> Rememberer:
    if not isinstance(client, Rememberer):
        raise BadRequest("the nodes of this network do not tell what was: the feature needs it")
    return client
