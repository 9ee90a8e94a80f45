"""What was proposed in one scenario, and who voted on it how."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from support.domain import (
    BadRequest,
    Blocks,
    Choice,
    Confirmed,
    Height,
    NetworkFailure,
    NodeName,
    Outcome,
    Votes,
)
from support.implementations.governance import CastVote, Plan, ProposeUpgrade, VotingRules
from support.matchers import in_words
from support.network import Network
from support.parallel import side_by_side
from support.staking.orders import Orders
from support.staking.views import first_answer
from support.upgrade.views import ask
from support.waiting import CONFIRMATION

#: No network makes its blocks faster than this part of the time that it was asked for.
_FASTEST = 0.75
#: Nor much faster for long than it was seen to, unless the machine was busy with something else.
_FASTER_THAN_SEEN = 0.6
#: So many blocks are between the end of a vote and the height that it decides on, so that whoever
#: is quick can do something in between; and so many where nothing has to be done.
_PREPARATION, _NO_PREPARATION = Blocks(40), Blocks(8)


@dataclass(frozen=True)
class Motion:
    """A proposal that was made: its number, and the height at which nodes are to be upgraded."""

    number: int
    name: str
    height: Height

    @property
    def plan(self) -> Plan:
        """What a node waits for when it was accepted."""
        return Plan(self.name, self.height)


class Motions:
    """Proposes upgrades in the name of operators, and has them vote."""

    def __init__(self, network: Network, orders: Orders) -> None:
        self._network = network
        self._orders = orders
        self._last: Motion | None = None

    @property
    def last(self) -> Motion:
        """The proposal that the scenario speaks of."""
        if self._last is None:
            raise BadRequest("this scenario speaks of a proposal before one was made")
        return self._last

    def rules(self) -> VotingRules:
        """The rules of the network, as a node that is up says them."""
        return first_answer(ask(self._network, lambda g: g.rules(), self._network.up))

    def time_to_decide(self) -> Blocks:
        """In how many blocks a vote that begins now is over, at the latest."""
        blocks = self.rules().open_for / self._network.pace.block_time()
        return Blocks(math.ceil(blocks) + CONFIRMATION.count)

    def propose(self, by: NodeName, *, prepared: bool = False) -> Motion:
        """The operator of a node proposes the current release, for a height after the vote.

        ``prepared``: with time between the two in which nodes can be prepared.
        """
        network = self._network
        fastest = network.topology.block_time * _FASTEST
        if prepared:  # a release may have a pace of its own, and ignore what is asked of it
            fastest = max(fastest, network.pace.block_time() * _FASTER_THAN_SEEN)
        vote = math.ceil(self.rules().open_for / fastest)
        afterwards = _PREPARATION if prepared else _NO_PREPARATION
        height = Height(network.top() + vote + afterwards.count)
        return self.propose_for(by, height)

    def propose_for(self, by: NodeName, height: Height, *, part_of_deposit: int = 1) -> Motion:
        """The same for just this height, with the deposit that is asked for, or a part of it.

        Raises :class:`~support.domain.NetworkFailure` when it is refused.
        """
        name = self._network.next_release.plan_name
        deposit = Votes(self.rules().deposit.value / part_of_deposit)
        order = ProposeUpgrade(self._orders.operator(by), name, height, deposit)
        _insist(self._orders.give(order, by), "the proposal")
        known = first_answer(ask(self._network, lambda g: g.proposals(), [by]))
        self._last = Motion(max(known), name, height)
        return self._last

    def vote(self, nodes: Iterable[NodeName], choice: Choice) -> None:
        """The operators of these nodes vote, all at once, each through the own node."""
        outcomes = side_by_side(lambda node: self.try_to_vote(node, choice), list(nodes))
        for node, outcome in outcomes.items():
            _insist(outcome, f"the vote of the operator of {node}")

    def try_to_vote(self, node: NodeName, choice: Choice) -> Outcome:
        """As one of :meth:`vote`, and what became of it."""
        order = CastVote(self._orders.operator(node), self.last.number, choice)
        return self._orders.give(order, node)


def _insist(outcome: Outcome, what: str) -> None:
    if not isinstance(outcome, Confirmed):
        raise NetworkFailure(f"{what} did not get through: {in_words(outcome)}")
