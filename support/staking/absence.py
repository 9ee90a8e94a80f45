"""Nodes that were away too long: waiting for their time in jail to be over."""

from __future__ import annotations

from support.domain import BadRequest, Blocks, NodeName, Silence
from support.implementations.attendance import Jailer
from support.implementations.stakes import Stakes
from support.network import Network
from support.staking.views import ask, first_answer
from support.waiting import RECOVERY, until

#: The shortest time in jail that a network can be had with is 5 s; its blocks take 0.2 s.
_IN_JAIL = Blocks(25 + RECOVERY.count)


def await_the_end_of_jail(network: Network, node: NodeName) -> None:
    """Return when a block is dated late enough for a jailed node to return to duty."""

    def until_when(stakes: Stakes) -> float:
        if not isinstance(stakes, Jailer):
            raise BadRequest("nobody is jailed in this network: the feature needs attendance")
        return stakes.jailed_until()[node]

    free = first_answer(ask(network, until_when, network.up))

    def is_over() -> bool | None:
        dates = network.read(lambda client: client.time(), network.up).values()
        early = [d for d in dates if isinstance(d, Silence) or d.newest_block <= free]
        return None if early else True

    if until(is_over, seconds=lambda: network.seconds(_IN_JAIL), every=0.1) is None:
        raise AssertionError(f"the time of {node} in jail is not over: {network.whereabouts()}")
