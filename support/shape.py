"""Who is linked to whom, and what is left of a network when some of its nodes are taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from support.agreement import all_agree_on_a_new_block, become_whole, have_begun
from support.domain import Height, NodeName, Silence
from support.matchers import tell_the_same_history
from support.network import Network
from support.waiting import RECOVERY, STALL_AFTER_A_FAULT, eventually


def odd_links(network: Network) -> dict[NodeName, frozenset[NodeName] | Silence]:
    """The links that each node has and should not have, or should have and has not."""
    nodes, linked = network.nodes, network.topology.linked
    return {
        node: told if isinstance(told, Silence) else told ^ {n for n in nodes if linked(node, n)}
        for node, told in network.peers().items()
    }


def take_away_in_turn(network: Network, count: int) -> None:
    """Take every choice of so many nodes away and bring it back, one choice after the other.

    Raises AssertionError when those that are left do not agree on a block that only they have voted
    on, or all do not agree on a new one when the others are back.
    """
    become_whole(network)
    have_begun(network, network.nodes)
    for absent in choices(network.nodes, count):
        for node in absent:
            network.faults.stop(node)
        _agree(network, [node for node in network.nodes if node not in absent])
        for node in absent:
            network.faults.start(node)
        all_agree_on_a_new_block(network, since=network.top())


def choices(nodes: Sequence[NodeName], count: int) -> Iterator[tuple[NodeName, ...]]:
    """Every choice of so many nodes, once."""
    return combinations(nodes, count)


def _agree(network: Network, nodes: Sequence[NodeName]) -> None:
    since = network.top(nodes)
    # The next block may have the votes of those who were just taken away: the one after it has not.
    eventually(
        lambda: network.stories(since, nodes),
        tell_the_same_history(beyond=Height(since + 1)),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )
