"""Waiting for nodes to agree again: all tell the same history, with a block that is new."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from support.domain import (
    FIRST_BLOCK,
    BlockId,
    Blocks,
    Height,
    NodeName,
    NodeStatus,
    Silence,
    Told,
)
from support.faults.campaign import Mishap
from support.faults.grudges import Grudge
from support.implementations.contract import Unreachable
from support.matchers import (
    follow_one_of,
    has_a_block_after,
    has_no_fork,
    is_empty_for_every_node,
    is_ready_at,
    on_these_nodes,
    tell_the_same_history,
)
from support.network import Network
from support.waiting import (
    A_MOMENT,
    AT_ONCE,
    CONFIRMATION,
    HALF_KNOWN,
    RECOVERY,
    STALL_AFTER_A_FAULT,
    WHOLE,
    eventually,
    throughout,
    until,
)

#: injective 1.20.1 cannot start again when it is killed while it writes the state of its first
#: block ("failed to load store: version does not exist"); later kills, at any moment, do no harm
#: (25 of 25).
BEGUN = Height(3)

#: By how much a history is longer that is to win.
_AHEAD = Blocks(10)


def all_agree_on_a_new_block(
    network: Network, *, since: Height = FIRST_BLOCK, further: int = 1
) -> None:
    """Return when every node tells the same history from ``since`` to ``further`` new blocks.

    Re-reading an old height would prove nothing: recovery means that all agree on something that
    none of them knew before. Raises AssertionError with what each node said over time.
    """
    eventually(
        lambda: network.stories(since),
        tell_the_same_history(beyond=Height(network.top() + further - 1)),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


def everyone_reaches_everyone(network: Network) -> None:
    """Return when every node is connected to every other that it can talk to at the moment.

    A network can agree while links are still missing; a cut of another link would then part more
    nodes than it says.
    """
    eventually(
        network.unconnected,
        is_empty_for_every_node(),
        on=network,
        within=WHOLE,
        stall=STALL_AFTER_A_FAULT,
    )


def become_whole(network: Network) -> None:
    """As :func:`everyone_reaches_everyone`, with an operator's help; for what comes before a When.

    Two nodes of injective 1.20.1 that dial each other in the same moment may end with a connection
    that only one of them knows of; that one turns the other away as a duplicate for ever (seen once
    in some 250 starts: after two minutes they were no nearer). It is broken off, so that they can
    dial anew. What an example *promises* gets no such help.
    """
    half_known: list[set[tuple[NodeName, NodeName]]] = []

    def whole() -> bool | None:
        peers = network.peers(network.up)
        half_known.append(_half_known(peers))
        missing = network.unconnected().values()
        return None if any(isinstance(m, Silence) or m for m in missing) else True

    if until(whole, seconds=lambda: network.seconds(HALF_KNOWN), every=0.2) is None:
        for knows, known in half_known[0].intersection(*half_known):
            network.faults.break_off(knows, known)
    everyone_reaches_everyone(network)


def _half_known(
    peers: Mapping[NodeName, frozenset[NodeName] | Silence],
) -> set[tuple[NodeName, NodeName]]:
    """Who knows of a connection, and who does not know of it."""
    return {
        (knows, known)
        for knows, mine in peers.items()
        for known, theirs in peers.items()
        if not isinstance(mine, Silence) and not isinstance(theirs, Silence)
        if known in mine and knows not in theirs
    }


def is_whole_again(network: Network) -> bool:
    """Whether nothing is cut, nobody is away, and every link is there now or in a moment."""

    def whole() -> bool | None:
        missing = network.unconnected().values()
        return None if any(isinstance(m, Silence) or m for m in missing) else True

    return network.is_whole() and bool(until(whole, seconds=lambda: network.seconds(A_MOMENT)))


def cut_when_whole(network: Network, grudge: Grudge) -> None:
    """Apply a cut once nothing else is missing between the nodes."""
    become_whole(network)
    network.faults.cut(grudge)


def outgrow_the_others(network: Network, node: NodeName) -> None:
    """Have one node make blocks until its history is longer than that of all others.

    They go on meanwhile, so it is ahead by more than they make until they hear of it.
    """
    maker = network.block_maker(node)
    others = [other for other in network.nodes if other != node]
    goal = Height(network.top(others) + _AHEAD.count)
    while network.heights([node])[node] < goal:  # type: ignore[operator]
        maker.make_block()


def blocks_taken_back(network: Network, since: float) -> dict[NodeName, int]:
    """How many blocks in a row each node was seen with, since a moment, that are not kept."""
    all_agree_on_a_new_block(network)
    kept: dict[Height, BlockId] = {}
    for told in network.stories().values():
        if isinstance(told, Told):
            kept |= told.by_height
    return network.history.deepest_changes(since, kept)


def the_leader(network: Network) -> NodeName:
    """Whom all nodes that are up follow, once they do. Raises AssertionError when they do not."""
    told = eventually(
        lambda: network.leaders(network.up),
        follow_one_of(network.up),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )
    return next(leader for leader in told.values() if isinstance(leader, str))


def height_at_rest(network: Network, nodes: Iterable[NodeName]) -> Height:
    """The height at which these nodes have come to rest.

    A block whose votes were already out when a fault came is still made; it is waited for.
    Raises AssertionError when they do not come to rest.
    """
    named = list(nodes)

    seen: list[Height] = []

    def unchanged() -> Height | None:
        seen.append(network.top(named))
        return seen[-1] if len(seen) > 1 and seen[-1] == seen[-2] else None

    two_blocks = network.period(Blocks(2))
    height = until(unchanged, seconds=lambda: network.seconds(CONFIRMATION), every=two_blocks)
    if height is None:
        raise AssertionError(f"{', '.join(named)} keep making blocks: {network.whereabouts()}")
    return height


def seconds_per_block(network: Network, *, over: Blocks) -> float:
    """How long a block takes, on all nodes, from the next one on."""

    def reached(height: Height) -> float:
        goal = on_these_nodes(network.nodes, has_a_block_after(height))
        eventually(network.heights, goal, on=network, within=Blocks(over.count + RECOVERY.count))
        return time.monotonic()

    first = network.top()
    began = reached(first)
    return (reached(Height(first + over.count)) - began) / over.count


def is_served(network: Network, node: NodeName) -> None:
    """Return when somebody whom a node does not know yet has got a sensible answer from it."""
    client = network.fresh_client(node)

    def status() -> Mapping[NodeName, NodeStatus | Silence]:
        try:
            return {node: client.status()}
        except Unreachable as unreachable:
            return {node: Silence(str(unreachable))}

    ready = on_these_nodes([node], is_ready_at(FIRST_BLOCK))
    eventually(status, ready, on=network, within=AT_ONCE)


def have_begun(network: Network, nodes: Iterable[NodeName]) -> None:
    """Return when these nodes are past their first blocks, and so can be killed."""
    named = list(nodes)
    eventually(
        lambda: network.statuses(named), on_these_nodes(named, is_ready_at(BEGUN)), on=network
    )


def nodes_have_caught_up(network: Network, nodes: Iterable[NodeName]) -> None:
    """Return when these nodes have executed a block newer than any of now, and say they are ready.

    The newest block of now would not do: a Cosmos node that was started anew and has executed no
    block since refuses every signature, because it takes itself to be at genesis (seen with
    injective 1.20.1). A node that shows a block may still be executing it; one that shows a second
    new block has executed the first.
    """
    named = list(nodes)
    eventually(
        lambda: network.statuses(named),
        on_these_nodes(named, is_ready_at(Height(network.top() + 2))),
        on=network,
        within=RECOVERY,
        stall=STALL_AFTER_A_FAULT,
    )


def outlive(network: Network, mishap: Mishap) -> None:
    """Let a fault come and go: no two blocks at one height meanwhile, and agreement afterwards.

    Raises AssertionError when either does not hold.
    """
    have_begun(network, network.nodes)
    since = network.history.last_progress()
    mishap.comes(network.faults)
    throughout(
        lambda: {"the network": network.history.forks(since)},
        has_no_fork(),
        on=network,
        period=mishap.lasts,
    )
    mishap.goes(network.faults)
    all_agree_on_a_new_block(network)
