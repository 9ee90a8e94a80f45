"""Makes up what people do, long before they do it: a list of actions from a seed. Pure.

The same chance gives the same list. Nobody is away while somebody else is, so that those who are
left can agree, and whoever goes away comes back before the list is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from support.domain import AccountName, Amount, BadRequest, Coins, Doer, NodeName, Votes
from support.endurance.actions import (
    Absence,
    Action,
    CollectEarnings,
    Deposit,
    Leave,
    Lend,
    Move,
    Pay,
    Return,
    TakeBack,
    Withdraw,
)

CUSTOMERS = tuple(map(AccountName, ("Alice", "Bob", "Carol", "Dave", "Erin")))
DELEGATORS = tuple(map(AccountName, ("Frank", "Grace", "Heidi")))
#: What every customer and every delegator begins with.
OPENING_COINS = Coins(100)
OPENING_VOTES = Votes.of(6000)
#: What a delegator does not delegate, because orders cost something.
_KEPT_FOR_FEES = 1000

#: More coins, and more votes, than anybody ever has in such a list.
_TOO_MANY = 10**6
#: One action in so many asks for that much.
_ONE_IN = 12
_LARGEST_PAYMENT, _LARGEST_LOAN = 40, 1500

#: Of four nodes one can be away, and the others still are a quorum by any rule.
_FEWEST_TO_SPARE_ONE = 4
#: How many actions of others a node is away for.
_SHORTEST_ABSENCE, _LONGEST_ABSENCE = 2, 6


def plan(
    nodes: Sequence[NodeName], doers: frozenset[Doer], chance: Random, count: int
) -> tuple[Action, ...]:
    """So many actions, or one more, because whoever is away at the end comes back.

    Raises :class:`BadRequest` when a node would have to go away and cannot be spared.
    """
    if Doer.OPERATORS in doers and len(nodes) < _FEWEST_TO_SPARE_ONE:
        raise BadRequest(
            f"a network of {len(nodes)} nodes cannot spare one: operators need "
            f"{_FEWEST_TO_SPARE_ONE} at least"
        )
    author = _Author(nodes, doers, chance)
    return mended(author.next_action() for _ in range(count))


def mended(actions: Iterable[Action]) -> tuple[Action, ...]:
    """A part of such a list without what makes no sense in it any more.

    Nobody comes back who is not away, or goes away while somebody is; whoever is away comes back
    before being asked for something, and at the end.
    """
    kept: list[Action] = []
    away: Leave | None = None
    for action in actions:
        if isinstance(action, Leave):
            if away is not None:
                continue
            away = action
        elif isinstance(action, Return):
            if away is None or (away.node, away.how) != (action.node, action.how):
                continue
            away = None
        elif away is not None and action.through == away.node:
            kept.append(Return(away.node, away.how))
            away = None
        kept.append(action)
    if away is not None:
        kept.append(Return(away.node, away.how))
    return tuple(kept)


class _Author:
    """Makes actions up one after the other, and remembers what they would lead to."""

    def __init__(self, nodes: Sequence[NodeName], doers: frozenset[Doer], chance: Random) -> None:
        self._nodes = nodes
        self._chance = chance
        self._away: Leave | None = None
        self._until_return = 0
        self._free = Counter(dict.fromkeys(DELEGATORS, OPENING_VOTES.whole - _KEPT_FOR_FEES))
        self._lent: Counter[tuple[AccountName, NodeName]] = Counter()
        of_whom: dict[Doer, dict[Callable[[], Action], int]] = {
            Doer.CUSTOMERS: {self._pay: 10, self._deposit: 2, self._withdraw: 2},
            Doer.DELEGATORS: {
                self._lend: 4,
                self._take_back: 2,
                self._move: 2,
                self._collect: 2,
            },
            Doer.OPERATORS: {self._leave: 2},
        }
        weights = {make: w for doer in Doer if doer in doers for make, w in of_whom[doer].items()}
        self._kinds, self._weights = list(weights), list(weights.values())

    def next_action(self) -> Action:
        """The next one."""
        if self._away is not None:
            if self._until_return == 0:
                back, self._away = Return(self._away.node, self._away.how), None
                return back
            self._until_return -= 1
        (make,) = self._chance.choices(self._kinds, self._weights)
        while self._away is not None and make == self._leave:
            (make,) = self._chance.choices(self._kinds, self._weights)
        return make()

    # -- customers

    def _pay(self) -> Action:
        payer, payee = self._chance.sample(CUSTOMERS, 2)
        return Pay(payer, payee, self._amount(), self._through())

    def _deposit(self) -> Action:
        amount = Amount(self._chance.randint(1, _LARGEST_PAYMENT))
        return Deposit(self._chance.choice(CUSTOMERS), amount, self._through())

    def _withdraw(self) -> Action:
        return Withdraw(self._chance.choice(CUSTOMERS), self._amount(), self._through())

    def _amount(self) -> Amount:
        return Amount(
            _TOO_MANY if self._is_too_much() else self._chance.randint(1, _LARGEST_PAYMENT)
        )

    # -- delegators

    def _lend(self) -> Action:
        by, node = self._chance.choice(DELEGATORS), self._chance.choice(self._nodes)
        most = min(_LARGEST_LOAN, self._free[by])
        votes = self._chance.randint(1, most) if most else _TOO_MANY
        if self._is_too_much():
            votes = _TOO_MANY
        if votes != _TOO_MANY:
            self._free[by] -= votes
            self._lent[by, node] += votes
        return Lend(by, node, Votes.of(votes), self._through())

    def _take_back(self) -> Action:
        by, node, votes = self._some_of_what_is_lent()
        self._lent[by, node] -= min(votes, self._lent[by, node])
        return TakeBack(by, node, Votes.of(votes), self._through())

    def _move(self) -> Action:
        by, node, votes = self._some_of_what_is_lent()
        to = self._chance.choice([other for other in self._nodes if other != node])
        if votes <= self._lent[by, node]:
            self._lent[by, node] -= votes
            self._lent[by, to] += votes
        return Move(by, node, to, Votes.of(votes), self._through())

    def _collect(self) -> Action:
        by, node, _ = self._some_of_what_is_lent()
        return CollectEarnings(by, node, self._through())

    def _some_of_what_is_lent(self) -> tuple[AccountName, NodeName, int]:
        lent = [pair for pair, votes in self._lent.items() if votes]
        if not lent:
            return self._chance.choice(DELEGATORS), self._chance.choice(self._nodes), 1
        by, node = self._chance.choice(lent)
        if self._is_too_much():
            return by, node, _TOO_MANY
        return by, node, self._chance.randint(1, self._lent[by, node])

    # -- operators

    def _leave(self) -> Action:
        self._away = Leave(self._chance.choice(self._nodes), self._chance.choice(list(Absence)))
        self._until_return = self._chance.randint(_SHORTEST_ABSENCE, _LONGEST_ABSENCE)
        return self._away

    # -- everybody

    def _through(self) -> NodeName:
        """A node that is there: who is asked in vain is another feature's matter."""
        away = None if self._away is None else self._away.node
        return self._chance.choice([node for node in self._nodes if node != away])

    def _is_too_much(self) -> bool:
        return self._chance.randrange(_ONE_IN) == 0
