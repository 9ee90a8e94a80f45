"""Who has heard of what: payments that were handed in, and blocks that were made."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hamcrest import assert_that
from hamcrest.core.matcher import Matcher

from support.domain import BadRequest, Blocks, Height, NodeName, Receipt, Silence
from support.implementations.contract import NodeClient, OpenBlocks, WaitingRoom
from support.matchers import has_a_block_after, on_every_node
from support.network import Network
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually, until

#: What each node knows of.
Known = Mapping[NodeName, frozenset[Receipt] | Silence]

#: What the blocks of each node have, from first to last.
Found = Mapping[NodeName, Sequence[Receipt] | Silence]

#: Seconds between two looks at who has a block: far less than a block takes.
_LOOK = 0.02


@dataclass(frozen=True)
class HandedIn:
    """Payments that nodes have taken in, and the newest block from before the first of them."""

    receipts: frozenset[Receipt]
    after: Height


def who_knows(
    network: Network, handed_in: HandedIn, nodes: Iterable[NodeName] | None = None
) -> Known:
    """Which of these payments each node knows of: those that wait in it, or are in its blocks.

    Those that wait are asked for first: one that goes into a block meanwhile is found there.
    """

    def known(client: NodeClient) -> frozenset[Receipt]:
        waiting = _waiting(client, handed_in.receipts)
        in_blocks = _in_blocks(client, Height(handed_in.after + 1), client.status().height)
        return waiting | (handed_in.receipts & set(in_blocks))

    return network.read(known, nodes)


def who_waits(
    network: Network, handed_in: HandedIn, nodes: Iterable[NodeName] | None = None
) -> Known:
    """Which of these payments wait in each node, as it says itself."""
    return network.read(lambda client: _waiting(client, handed_in.receipts), nodes)


def found_in_blocks(
    network: Network, handed_in: HandedIn, nodes: Iterable[NodeName] | None = None
) -> Found:
    """These payments as the blocks of each node have them, in that order, each as often."""

    def found(client: NodeClient) -> Sequence[Receipt]:
        in_blocks = _in_blocks(client, Height(handed_in.after + 1), client.status().height)
        return [receipt for receipt in in_blocks if receipt in handed_in.receipts]

    return network.read(found, nodes)


def have_for_good(network: Network, handed_in: HandedIn, expected: Matcher[Found]) -> None:
    """Return when the blocks of every node are as expected, and still are when each had its turn.

    A node that keeps a payment although a block has it puts it into a block of its own once more.
    With one block more than there are nodes, each of them could have made one.
    """

    def found() -> Found:
        return found_in_blocks(network, handed_in)

    eventually(found, expected, on=network, within=RECOVERY, stall=STALL_AFTER_A_FAULT)
    last = Height(network.top() + len(network.nodes) + 1)
    turns = on_every_node(has_a_block_after(Height(last - 1)))
    eventually(network.heights, turns, on=network, within=RECOVERY)
    assert_that(found(), expected)


def before_further_blocks(
    network: Network, handed_in: HandedIn, count: int, *, share: float = 1.0
) -> Known:
    """What nodes know as soon as ``share`` of what one of them knows is known to all.

    Or what they know when so many blocks have surely been made since the payments were handed in.
    Heights are looked at first, so that nobody is blamed for what this machine was slow to ask.
    """
    start = network.top()

    def decided() -> Known | None:
        over = network.top() >= start + count
        known = who_knows(network, handed_in)
        return known if over or known_to_all(known) >= share * known_to_some(known) > 0 else None

    found: Known | None = until(
        decided,
        seconds=lambda: network.seconds(Blocks(count + RECOVERY.count)),
        give_up_if=lambda since: network.why_pointless(since=since, stall=STALL_AFTER_A_FAULT),
    )
    return who_knows(network, handed_in) if found is None else found


def known_to_some(known: Known) -> int:
    """How many payments at least one node knows."""
    return len(frozenset().union(*_sets(known)))


def known_to_all(known: Known) -> int:
    """How many payments every node knows; none when one does not answer."""
    sets = _sets(known)
    return len(frozenset.intersection(*sets)) if len(sets) == len(known) and sets else 0


def lateness_of_blocks(network: Network, count: int) -> Mapping[Height, float]:
    """By how many seconds the last node surely saw each of the next blocks after the first one did.

    A node counts as one that has not seen a block until it was asked, and as one that has from its
    answer on: what this machine is slow to ask or to hear makes nobody late. A node that gives no
    answer decides nothing. Raises AssertionError when the blocks do not come everywhere.
    """
    first = Height(network.top() + 1)
    heights = [Height(first + n) for n in range(count)]
    seen_first: dict[Height, float] = {}
    missed_until: dict[Height, float] = {}

    def all_have_seen() -> bool | None:
        looks = network.read(_look)
        told = [look for look in looks.values() if not isinstance(look, Silence)]
        for height in heights:
            having = [answered for _, top, answered in told if top >= height]
            missing = [asked for asked, top, _ in told if top < height]
            if having:
                seen_first[height] = min(seen_first.get(height, max(having)), *having)
            if height in seen_first and missing:
                missed_until[height] = max(missing)
        last = [top for _, top, _ in told if top >= heights[-1]]
        return True if len(last) == len(looks) else None

    if not until(
        all_have_seen,
        seconds=lambda: network.seconds(Blocks(count + RECOVERY.count)),
        every=_LOOK,
        give_up_if=lambda since: network.why_pointless(since=since, stall=STALL_AFTER_A_FAULT),
    ):
        raise AssertionError(
            f"block {heights[-1]} does not come everywhere, {network.whereabouts()}"
        )
    return {
        height: max(0.0, missed_until.get(height, 0.0) - seen_first[height]) for height in heights
    }


def _look(client: NodeClient) -> tuple[float, Height, float]:
    asked = time.monotonic()
    height = client.status().height
    return asked, height, time.monotonic()


def _sets(known: Known) -> list[frozenset[Receipt]]:
    return [receipts for receipts in known.values() if not isinstance(receipts, Silence)]


def _waiting(client: NodeClient, receipts: Collection[Receipt]) -> frozenset[Receipt]:
    if not isinstance(client, WaitingRoom):
        raise BadRequest("nobody can tell what waits in a node of this network")
    return client.waiting(receipts)


def _in_blocks(client: NodeClient, first: Height, last: Height) -> list[Receipt]:
    if not isinstance(client, OpenBlocks):
        raise BadRequest("nobody can look into the blocks of this network")
    blocks = client.payments_in(first, last) if first <= last else ()
    return [receipt for block in blocks for receipt in block]
