"""Having a node vote twice, and waiting for what the network makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from support.agreement import become_whole, cut_when_whole
from support.domain import BadRequest, Height, NodeName, Silence
from support.faults.grudges import between
from support.implementations.stakes import ReturnToDuty, Stakes
from support.implementations.twins import DoubleVote, Witness
from support.network import Network
from support.staking.orders import Orders
from support.staking.views import ask
from support.waiting import RECOVERY, until


def start_a_twin(network: Network, of: NodeName) -> None:
    """From now on a second node votes with the key of a member, and all hear both."""
    become_whole(network)
    _take_part(network, network.twins.start(of, network.nodes), network.nodes)


def start_twins_beyond_a_cut(
    network: Network, doubled: Sequence[NodeName], side: Sequence[NodeName]
) -> None:
    """Cut some nodes off from the others, and give them a twin of each of ``doubled`` of those.

    The links between members are cut before there is a twin: until they meet, neither side hears
    what is voted on the other one. Returns when votes with the keys of the twins have arrived on
    their side, where nobody hears those whose keys they are.
    """
    others = [node for node in network.nodes if node not in network.members(side)]
    for node in network.members(doubled):
        if node not in others:
            raise BadRequest(f"{node} is on that side itself: its twin belongs on the other one")
    cut_when_whole(network, between(side, others))
    twins = [network.twins.start(node, side) for node in doubled]
    network.faults.cut(between(twins, others))
    for twin in twins:
        _take_part(network, twin, side)
    _insist_on_votes(network, doubled, side)


def _insist_on_votes(network: Network, of: Sequence[NodeName], side: Sequence[NodeName]) -> None:
    """Return when a node of that side has shown a vote of each. Raises AssertionError if none."""
    seen: set[NodeName] = set()

    def all_have_voted() -> bool | None:
        for told in ask(network, lambda stakes: _witness(stakes).votes_in_hand(), side).values():
            seen.update(() if isinstance(told, Silence) else told)
        return True if seen.issuperset(of) else None

    if until(all_have_voted, seconds=lambda: network.seconds(RECOVERY)) is None:
        missing = ", ".join(node for node in of if node not in seen)
        raise AssertionError(f"no vote with the key of {missing} has reached {', '.join(side)}")


def double_votes(network: Network) -> Mapping[NodeName, Sequence[DoubleVote] | Silence]:
    """What is proved against anybody, as each node says."""
    return ask(network, lambda stakes: _witness(stakes).double_votes())


def try_to_return(orders: Orders, node: NodeName) -> None:
    """The operator of a node says that it is fit for duty."""
    orders.give(ReturnToDuty(orders.operator(node), node))


def _witness(stakes: Stakes) -> Witness:
    if not isinstance(stakes, Witness):
        raise BadRequest("nobody proves a double vote here: the feature needs such evidence")
    return stakes


def _take_part(network: Network, twin: NodeName, peers: Sequence[NodeName]) -> None:
    """Return when a twin has every block that its peers had when it was started."""
    goal = network.top(peers)

    def takes_part() -> Height | None:
        status = network.twins.status(twin)
        caught_up = status is not None and not status.catching_up and status.height >= goal
        return status.height if status is not None and caught_up else None

    if until(takes_part, seconds=lambda: network.seconds(RECOVERY), every=0.1) is None:
        raise AssertionError(
            f"{twin} takes no part in voting: it says {network.twins.status(twin)}, and is to "
            f"reach block {goal}"
        )
