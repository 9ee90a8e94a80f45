"""When votes that were taken back are returned."""

from __future__ import annotations

import math
from collections.abc import Mapping

from support.domain import Blocks, NodeName, Silence, Votes
from support.implementations.contract import Account
from support.network import Network
from support.staking.orders import Given
from support.staking.views import at_hand, rules
from support.waiting import CONFIRMATION, until


def time_of_return(network: Network) -> Blocks:
    """In how many blocks what is taken back now is there again, at the latest."""
    blocks = rules(network).returned_after / network.pace.block_time()
    return Blocks(math.ceil(blocks) + CONFIRMATION.count)


def seen_before_the_return(
    network: Network, account: Account, taken_back: Given
) -> Mapping[NodeName, Votes]:
    """What each node said an account had at hand, the last time before its votes were due.

    Nothing of a node that has not answered in time.

    A node counts by the dates of its blocks. They are due so long after the block with the order as
    the rules say; that block is newer than the one which the node had before. Whatever differs from
    what was left after the order is what is returned, and later answers do not hide it.
    """
    due = taken_back.dated + rules(network).returned_after
    seen: dict[NodeName, Votes] = {}

    def all_are_due() -> bool | None:
        held = at_hand(network, account)
        # Dates are read after what is held: what was held at an early date was held too early.
        dates = network.read(lambda client: client.time())
        for node, date in dates.items():
            if isinstance(date, Silence) or date.newest_block >= due:
                continue
            # Whoever was silent about it has shown nothing that differs, and is asked again.
            shown = held[node]
            if isinstance(shown, Votes) and seen.get(node, taken_back.left) == taken_back.left:
                seen[node] = shown
        late = [d for d in dates.values() if isinstance(d, Silence) or d.newest_block < due]
        return None if late else True

    until(all_are_due, seconds=lambda: network.seconds(time_of_return(network)), every=0.1)
    return seen
