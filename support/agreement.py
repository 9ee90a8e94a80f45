"""Waiting for nodes to agree again: all tell the same history, with a block that is new."""

from __future__ import annotations

from collections.abc import Iterable

from support.domain import FIRST_BLOCK, Height, NodeName
from support.matchers import is_ready_at, on_these_nodes, tell_the_same_history
from support.network import Network
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually


def all_agree_on_a_new_block(network: Network, *, since: Height = FIRST_BLOCK) -> None:
    """Return when every node tells the same history from ``since`` to a block that is new.

    Re-reading an old height would prove nothing: recovery means that all agree on something that
    none of them knew before. Raises AssertionError with what each node said over time.
    """
    eventually(
        lambda: network.stories(since),
        tell_the_same_history(beyond=network.top()),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


def nodes_have_caught_up(network: Network, nodes: Iterable[NodeName]) -> None:
    """Return when these nodes have a block that is newer than any of now, and say they are ready.

    The newest block of now would not do: a Cosmos node that was started anew and has made no
    block since refuses every signature, because it takes itself to be at genesis (seen with
    injective 1.20.1).
    """
    named = list(nodes)
    eventually(
        lambda: network.statuses(named),
        on_these_nodes(named, is_ready_at(Height(network.top() + 1))),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )
