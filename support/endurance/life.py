"""Has people do what is on a list, one thing after the other, and keeps the books about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hamcrest import assert_that
from hamcrest.core.matcher import Matcher

from support.agreement import (
    all_agree_on_a_new_block,
    become_whole,
    have_begun,
    nodes_have_caught_up,
)
from support.domain import (
    AccountName,
    Amount,
    Coins,
    Confirmed,
    Doer,
    Height,
    Instruction,
    NodeName,
    Outcome,
    Refusal,
    Votes,
)
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
    StakeAction,
    TakeBack,
    Withdraw,
)
from support.endurance.plan import (
    CUSTOMERS,
    DELEGATORS,
    OPENING_COINS,
    OPENING_VOTES,
    mended,
)
from support.endurance.stake_book import Expected, StakeBook
from support.faults.faults import Faults
from support.faults.grudges import between
from support.implementations.contract import Account
from support.implementations.stakes import Collect, Delegate, Order, Redelegate, Undelegate
from support.journal import Journal
from support.matchers import (
    each_ledger_is,
    has_a_block_after,
    in_words,
    is_confirmed,
    is_refused_because,
    on_every_node,
)
from support.network import Network
from support.payments import Payments
from support.staking.matchers import has_delegated, is_refused
from support.staking.orders import Orders
from support.staking.verdicts import has_staked
from support.staking.views import candidates, delegations, first_answer, stakes_of
from support.waiting import eventually

#: After so many actions the books are looked at, as soon as nobody is away.
_BETWEEN_CHECKPOINTS = 25

_GOES: Mapping[Absence, Callable[[Faults, NodeName], object]] = {
    Absence.CRASH: lambda faults, node: faults.kill(node),
    Absence.STOP: lambda faults, node: faults.stop(node),
    Absence.FREEZE: lambda faults, node: faults.freeze(node),
}
_COMES: Mapping[Absence, Callable[[Faults, NodeName], object]] = {
    Absence.CRASH: lambda faults, node: faults.start(node),
    Absence.STOP: lambda faults, node: faults.start(node),
    Absence.FREEZE: lambda faults, node: faults.wake(node),
    Absence.CUT: lambda faults, _: faults.heal(),
}


class Life:
    """What people did with a network, and what the network should show because of it.

    Every action has an end before the next one begins. One that ends otherwise than the books say
    raises AssertionError, and so does a node that shows something else than they do.
    """

    def __init__(
        self, network: Network, payments: Payments, orders: Orders, journal: Journal
    ) -> None:
        self._network = network
        self._payments = payments
        self._orders = orders
        self._journal = journal
        self._stakes = StakeBook(OPENING_VOTES)
        self._staked_before: dict[NodeName, Votes] = {}
        self._since = network.top()
        self._away: Leave | None = None
        #: Who does things.
        self.doers: frozenset[Doer] = frozenset()
        #: What was done so far, with what is being done.
        self.done: list[Action] = []

    def open(self, doers: frozenset[Doer]) -> None:
        """Give everybody what they begin with. It is part of every life, and on no list."""
        self.doers = doers
        if Doer.CUSTOMERS in doers:
            for customer in CUSTOMERS:
                opened = self._payments.deposit(customer, OPENING_COINS)
                self._insist(f"{customer} begins with {OPENING_COINS}", opened, is_confirmed())
        if Doer.DELEGATORS in doers:
            shown = first_answer(candidates(self._network))
            self._staked_before = {n: shown[n].stake for n in self._network.nodes if n in shown}
            for delegator in DELEGATORS:
                granted = self._orders.grant(self._payments.account(delegator), OPENING_VOTES)
                self._insist(f"{delegator} begins with {OPENING_VOTES}", granted, is_confirmed())

    def follow(self, actions: Sequence[Action], *, until: Height | None = None) -> None:
        """Do all of these, or as many as it takes until a block has been made.

        Whoever is away then comes back. A list that is too short is followed by waiting.
        """
        for action in actions:
            if until is not None and self._network.top() >= until:
                break
            self._do(action)
            if len(self.done) % _BETWEEN_CHECKPOINTS == 0 and self._away is None:
                self.look_at_the_books()
        for back in mended(self.done)[len(self.done) :]:
            self._do(back)
        if until is not None:
            goal = on_every_node(has_a_block_after(Height(until - 1)))
            eventually(self._network.heights, goal, on=self._network)

    def look_at_the_books(self) -> None:
        """All agree on something new, and every node shows what people have, to the coin.

        Raises AssertionError that says which node shows what.
        """
        top = self._network.top()
        all_agree_on_a_new_block(self._network, since=self._since)
        self._since = top
        expected = {who.name: coins for who, coins in self._payments.expected().items()}
        eventually(
            lambda: {name: self._network.balances(self._account(name)) for name in expected},
            each_ledger_is(expected),
            on=self._network,
        )
        if Doer.DELEGATORS in self.doers:
            self._look_at_stakes()
        self._journal.write("books looked at", network=self._network.name, actions=len(self.done))

    def _look_at_stakes(self) -> None:
        for node in self._staked_before:
            for by in DELEGATORS:
                self._look_at_delegation(by, node)
            self._look_at_stake(node)

    def _look_at_delegation(self, by: AccountName, node: NodeName) -> None:
        account, held = self._account(by), self._stakes.held(by, node)
        shown = on_every_node(has_delegated(by, held))
        eventually(lambda: delegations(self._network, account, node), shown, on=self._network)

    def _look_at_stake(self, node: NodeName) -> None:
        staked = self._staked_before[node] + self._stakes.on(node)
        shown = on_every_node(has_staked(node, staked))
        eventually(lambda: stakes_of(self._network, node), shown, on=self._network)

    # -- one action

    def _do(self, action: Action) -> None:
        self.done.append(action)
        self._journal.write(
            "action begun",
            network=self._network.name,
            number=len(self.done),
            words=action.words,
        )
        match action:
            case Pay() | Deposit() | Withdraw():
                self._pay(action)
            case Leave():
                self._leave(action)
            case Return():
                self._return(action)
            case _:
                self._order(action)

    def _pay(self, action: Pay | Deposit | Withdraw) -> None:
        match action:
            case Deposit(customer=name, amount=amount, through=through):
                outcome = self._payments.deposit(name, Coins(amount.value), through)
                self._insist(action.words, outcome, is_confirmed())
                return
            case Withdraw(customer=name, amount=amount, through=through):
                expected = self._if_there_is_enough(name, amount)
                outcome = self._payments.withdraw(name, amount, through)
            case Pay(payer=name, payee=payee, amount=amount, through=through):
                expected = self._if_there_is_enough(name, amount)
                outcome = self._payments.pay(Instruction(name, payee, amount, through))
        self._insist(action.words, outcome, expected)

    def _if_there_is_enough(self, name: AccountName, amount: Amount) -> Matcher[Outcome]:
        held = self._payments.expected()[self._account(name)]
        enough = amount.value <= held.value
        return is_confirmed() if enough else is_refused_because(Refusal.BALANCE_TOO_LOW)

    def _order(self, action: StakeAction) -> None:
        by, expected = self._account(action.by), self._stakes.expected(action)
        outcome = self._orders.give(_as_order(action, by), action.through)
        if expected is Expected.CONFIRMED:
            self._insist(action.words, outcome, is_confirmed())
        elif expected is Expected.REFUSED or not isinstance(outcome, Confirmed):
            self._insist(action.words, outcome, is_refused())
        if isinstance(outcome, Confirmed):
            self._stakes.note_confirmed(action)

    def _leave(self, action: Leave) -> None:
        become_whole(self._network)
        have_begun(self._network, [action.node])
        self._away = action
        if action.how is Absence.CUT:
            others = [node for node in self._network.nodes if node != action.node]
            self._network.faults.cut(between([action.node], others))
        else:
            _GOES[action.how](self._network.faults, action.node)

    def _return(self, action: Return) -> None:
        _COMES[action.how](self._network.faults, action.node)
        self._away = None
        nodes_have_caught_up(self._network, [action.node])

    # -- words

    def _account(self, name: AccountName) -> Account:
        return self._payments.account(name)

    def _insist(self, words: str, outcome: Outcome, expected: Matcher[Outcome]) -> None:
        assert_that(outcome, expected, f"{words}, and it {in_words(outcome)}")


def _as_order(action: StakeAction, by: Account) -> Order:
    match action:
        case Lend(node=node, votes=votes):
            return Delegate(by, node, votes)
        case TakeBack(node=node, votes=votes):
            return Undelegate(by, node, votes)
        case Move(node=node, to=to, votes=votes):
            return Redelegate(by, node, to, votes)
        case CollectEarnings(node=node):
            return Collect(by, node)
