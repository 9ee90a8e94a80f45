"""Nodes that join a network without a vote, and nodes that only say that they are of it."""

from __future__ import annotations

from support.agreement import become_whole
from support.domain import FIRST_BLOCK, Blocks, Height, NetworkFailure, NodeName, Silence, Told
from support.implementations.contract import Anchor, Lie, NodeClient, Unreachable, WayIn
from support.matchers import has_a_block_after, on_these_nodes
from support.network import Network
from support.past import Beside
from support.waiting import RECOVERY, eventually, until

#: Blocks that are made before somebody joins, so that there is something to be fetched.
_A_PAST = Height(20)
#: By then there is a copy of the ledger: one is made every 20 blocks.
_FIRST_COPY = Height(45)
#: By how much a made-up past is to be longer than the true one.
_LONGER = 20


def fetch_every_block(network: Network, *, forgets: bool = False) -> NodeName:
    """Have a node join that executes every block since the first; it has been started."""
    _let_blocks_be_made(network, _A_PAST)
    return network.add_follower(WayIn(peers=network.nodes, forgets=forgets))


def begin_with_a_copy(network: Network) -> NodeName:
    """Have a node join that begins with a copy of the ledger; it has been started.

    It believes in a block that a member has told its operator.
    """
    _let_blocks_be_made(network, _FIRST_COPY)
    witness = network.nodes[0]
    height = network.heights([witness])[witness]
    if not isinstance(height, int):
        raise NetworkFailure(f"{witness} does not tell whoever joins what to believe in")
    known = Height(height - 1)
    (block,) = network.client(witness).block_ids(known, known)
    return network.add_follower(WayIn(peers=network.nodes, anchor=Anchor(known, block)))


def ask_one_for_all(network: Network, known: NodeName) -> NodeName:
    """Have a node join that knows one member, and asks it for all others."""
    network.members([known])
    _let_blocks_be_made(network, _A_PAST)
    return network.add_follower(WayIn(seed=known))


def listen_to_an_impostor_as_well(network: Network, impostor: NodeName) -> NodeName:
    """Have a node join that has been told of an impostor first, and of all members.

    It goes at the end of the example, wherever it has got to: a node of CometBFT 1.0 that has got
    a true block from one and a false one from the other drops both of them, and hears neither for
    a while, so nobody can say how long it needs.
    """
    newcomer = network.add_follower(WayIn(peers=(impostor, *network.nodes)))
    network.give_up(newcomer)
    return newcomer


def begin_otherwise(network: Network) -> NodeName:
    """Start a node of another beginning that wants the blocks of this network."""
    become_whole(network)
    return network.add_impostor(Lie.ANOTHER_BEGINNING)


def make_up_a_past(network: Network) -> NodeName:
    """Start a node that makes a history up; it is longer than the true one when this returns."""
    become_whole(network)
    impostor = network.add_impostor(Lie.MADE_UP_PAST)
    client = network.client_of_stranger(impostor)

    def is_longer() -> bool | None:
        try:
            height = client.status().height
        except Unreachable:  # it is just starting
            return None
        return True if height > network.top() + _LONGER else None

    if until(is_longer, seconds=lambda: network.seconds(RECOVERY), every=0.2) is None:
        raise NetworkFailure(f"{impostor} never had a longer history than the others")
    return impostor


def be_outpaced(network: Network, node: NodeName) -> None:
    """Shut a node down until no other has the block any more that it would need next.

    It can never come back as it is, so it is removed when the example is over.
    """
    become_whole(network)
    known = network.heights([node])[node]
    others = [other for other in network.nodes if other != node]
    network.faults.stop(node)
    network.give_up(node)
    needed = Height((known if isinstance(known, int) else FIRST_BLOCK) + 1)
    eventually(
        lambda: network.first_blocks(others),
        on_these_nodes(others, has_a_block_after(needed)),
        on=network,
        within=Blocks(3 * RECOVERY.count),
    )


def _let_blocks_be_made(network: Network, height: Height) -> None:
    everybody = on_these_nodes(network.nodes, has_a_block_after(height))
    eventually(network.heights, everybody, on=network, within=RECOVERY)
    become_whole(network)


def beside_a_stranger(network: Network, stranger: NodeName) -> dict[NodeName, Beside | Silence]:
    """What every node says of its past, and what a stranger says of the same time.

    While the stranger does not answer, no node can be compared with it: all are as good as silent.
    """

    def tell(client: NodeClient) -> Told:
        # one that is late is asked for no more than it says itself that it has
        return Told(FIRST_BLOCK, tuple(client.block_ids(FIRST_BLOCK, client.status().height)))

    told = network.read(tell)
    longest = max((t.last for t in told.values() if isinstance(t, Told)), default=Height(0))
    its = network.client_of_stranger(stranger)
    try:
        last = min(its.status().height, longest)
        made_up = Told(FIRST_BLOCK, tuple(its.block_ids(FIRST_BLOCK, last)))
    except Unreachable as unreachable:
        nothing = Silence(f"not comparable, as {stranger} {Silence(str(unreachable))}")
        return dict.fromkeys(told, nothing)
    return {n: t if isinstance(t, Silence) else Beside(t, made_up) for n, t in told.items()}


def height_of(network: Network, stranger: NodeName) -> Height | Silence:
    """The newest block of one that is not of this network."""
    try:
        return network.client_of_stranger(stranger).status().height
    except Unreachable as unreachable:
        return Silence(str(unreachable))
