"""How evenly blocks come, by the dates that they carry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from support.domain import BadRequest, Blocks, Height
from support.implementations.contract import DatedBlocks
from support.network import Network
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, until


def seconds_of_next_blocks(network: Network, count: int) -> Sequence[float]:
    """How long each of the next blocks takes, from the date of the one before it to its own.

    Dates are in the blocks, so it does not matter when somebody looks. Raises AssertionError when
    the blocks do not come.
    """
    first = network.top()
    last = Height(first + count)

    def made() -> bool | None:
        return True if network.top() >= last else None

    if not until(
        made,
        seconds=lambda: network.seconds(Blocks(count + RECOVERY.count)),
        every=network.topology.block_time,
        give_up_if=lambda since: network.why_pointless(since=since, stall=STALL_AFTER_A_FAULT),
    ):
        raise AssertionError(f"no {count} blocks have come: the network is {network.whereabouts()}")
    client = network.client(network.reachable_node())
    if not isinstance(client, DatedBlocks):
        raise BadRequest("the blocks of this network have no dates")
    return [later - earlier for earlier, later in pairwise(client.block_dates(first, last))]
