"""The book of what delegators have delegated to whom, and what should become of an order. Pure."""

from __future__ import annotations

from collections import Counter
from enum import Enum

from support.domain import AccountName, NodeName, Votes
from support.endurance.actions import CollectEarnings, Lend, Move, StakeAction, TakeBack

#: Of the same delegator with the same node (or pair of nodes) so many are under way at the most,
#: until the first one's time has come (Cosmos SDK, x/staking, parameter max_entries).
_MOST_UNDER_WAY = 7

_Loan = tuple[AccountName, NodeName]


class Expected(Enum):
    """What should become of an order."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    #: It depends on how much time has passed.
    EITHER = "confirmed or refused"


class StakeBook:
    """Delegations, in whole votes, by the orders that were confirmed."""

    def __init__(self, opening: Votes) -> None:
        self._opening = opening
        self._held: Counter[_Loan] = Counter()
        self._lent_ever: Counter[AccountName] = Counter()
        self._taken_back: Counter[_Loan] = Counter()
        self._moved: Counter[tuple[AccountName, NodeName, NodeName]] = Counter()
        self._moved_to: set[_Loan] = set()

    def held(self, by: AccountName, node: NodeName) -> Votes:
        """What somebody has delegated to a node."""
        return Votes.of(self._held[by, node])

    def on(self, node: NodeName) -> Votes:
        """What all of them together have delegated to a node."""
        return Votes.of(sum(votes for (_, to), votes in self._held.items() if to == node))

    def expected(self, action: StakeAction) -> Expected:
        """What should become of it.

        Votes that were moved may not be moved on before the time has come after which they would
        have been returned (Cosmos SDK, x/staking: transitive redelegation).
        """
        match action:
            case Lend():
                lent = Votes.of(self._lent_ever[action.by])
                return _if(action.votes + lent <= self._opening)
            case CollectEarnings():
                return _if(self._held[action.by, action.node] > 0)
        if action.votes > self.held(action.by, action.node):
            return Expected.REFUSED
        if isinstance(action, TakeBack):
            crowded = self._taken_back[action.by, action.node] >= _MOST_UNDER_WAY
            return Expected.EITHER if crowded else Expected.CONFIRMED
        crowded = self._moved[action.by, action.node, action.to] >= _MOST_UNDER_WAY
        again = (action.by, action.node) in self._moved_to
        return Expected.EITHER if crowded or again else Expected.CONFIRMED

    def note_confirmed(self, action: StakeAction) -> None:
        """Write down that it has happened."""
        match action:
            case Lend(by=by, node=node, votes=votes):
                self._held[by, node] += votes.whole
                self._lent_ever[by] += votes.whole
            case TakeBack(by=by, node=node, votes=votes):
                self._held[by, node] -= votes.whole
                self._taken_back[by, node] += 1
            case Move(by=by, node=node, to=to, votes=votes):
                self._held[by, node] -= votes.whole
                self._held[by, to] += votes.whole
                self._moved[by, node, to] += 1
                self._moved_to.add((by, to))


def _if(right: bool) -> Expected:
    return Expected.CONFIRMED if right else Expected.REFUSED
