"""What must hold in every scenario without being asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hamcrest.core.matcher import Matcher

from support.agreement import all_agree_on_a_new_block, blocks_taken_back
from support.domain import (
    Coins,
    Family,
    Height,
    NetworkFailure,
    NodeName,
    Receipt,
    Silence,
)
from support.history import History
from support.matchers import (
    each_ledger_is,
    exist,
    in_words,
    is_confirmed,
    is_not_confirmed,
    of_every_payment,
    on_every_node,
    who_shows_which,
)
from support.network import Network
from support.payments import Payments
from support.waiting import CONFIRMATION, eventually, until

#: How many blocks after the last payment an example is judged.
_BLOCKS_AFTER_A_PAYMENT = 3


class Promises:
    """The standing promises of one scenario; made when it gets its network, judged at its end."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._moment = network.history.last_progress()
        self._height = network.top()
        self._supply = _told_by_all(network)
        self._cuts = network.faults.cuts

    def broken(self, payments: Payments) -> list[str]:
        """A sentence for every promise that was broken; the network must be whole by now."""
        checks: tuple[Callable[[], Iterator[str]], ...] = (
            lambda: self._all_agree_and_go_on(payments),
            *self._of_the_family(payments),
            lambda: self._every_payment_is_settled(payments),
            lambda: self._confirmed_payments_stay(payments),
            lambda: self._refused_payments_never_happen(payments),
            lambda: self._books_add_up(payments),
            self._no_coin_made_or_lost,
        )
        return [sentence for check in checks for sentence in check()]

    def _of_the_family(self, payments: Payments) -> Iterator[Callable[[], Iterator[str]]]:
        if self._network.family is Family.QUORUM_FINALITY:
            yield self._no_two_final_blocks
            yield self._heights_never_go_back
        elif self._network.faults.cuts == self._cuts:
            # Each side of a cut goes on by itself, and one of them is taken back, however deep.
            yield self._nothing_deep_was_taken_back
            yield lambda: self._no_payment_was_taken_back(payments)

    def _all_agree_and_go_on(self, payments: Payments) -> Iterator[str]:
        # what was paid is looked at some blocks later: a copy may be executed late
        further = _BLOCKS_AFTER_A_PAYMENT if payments.book.entries else 1
        yield from _complaint(
            lambda: all_agree_on_a_new_block(self._network, since=self._height, further=further)
        )
        payments.settle()

    def _no_two_final_blocks(self) -> Iterator[str]:
        for height, shown in self._network.history.forks(self._moment):
            yield f"two blocks were final at height {height}: {who_shows_which(shown)}"

    def _heights_never_go_back(self) -> Iterator[str]:
        yield from backward_steps(self._network.history, self._moment)

    def _nothing_deep_was_taken_back(self) -> Iterator[str]:
        most = self._network.confirmations.count - 1
        for node, depth in blocks_taken_back(self._network, self._moment).items():
            if depth > most:
                yield (
                    f"{node} took {depth} blocks back, though all nodes could talk to one another; "
                    f"no more than {most} may be"
                )

    def _no_payment_was_taken_back(self, payments: Payments) -> Iterator[str]:
        for entry in payments.taken_back:
            payment = entry.signed.payment
            yield (
                f"{payment.payer.name} was told that {payment.payee.name} has {payment.amount}, "
                "and it was taken back, though all nodes could talk to one another"
            )

    def _every_payment_is_settled(self, payments: Payments) -> Iterator[str]:
        for entry in payments.book.unsettled():
            payment = entry.signed.payment
            yield (
                f"nobody can tell whether {payment.payer.name} has paid {payment.payee.name} "
                f"{payment.amount}: {in_words(entry.outcome)}"
            )

    def _confirmed_payments_stay(self, payments: Payments) -> Iterator[str]:
        yield from self._all_are_at_last(payments, payments.book.confirmed(), is_confirmed())

    def _refused_payments_never_happen(self, payments: Payments) -> Iterator[str]:
        refused = payments.book.refused()
        for words in self._all_are_at_last(payments, refused, is_not_confirmed()):
            yield f"a payment was refused, and happened all the same:\n{words}"

    def _all_are_at_last(
        self, payments: Payments, receipts: Sequence[Receipt], matcher: Matcher[Any]
    ) -> Iterator[str]:
        """All are waited for together: hundreds of them, one after the other, would take hours."""
        wanted = on_every_node(matcher)
        left = list(receipts)

        def wrong() -> Mapping[Receipt, Mapping[NodeName, Any]]:
            told = {receipt: payments.outcomes(receipt) for receipt in left}
            left[:] = [receipt for receipt in left if not wanted.matches(told[receipt])]
            return {receipt: told[receipt] for receipt in left}

        yield from _complaint(lambda: eventually(wrong, of_every_payment(wanted), on=self._network))

    def _books_add_up(self, payments: Payments) -> Iterator[str]:
        def check() -> None:
            expected = payments.expected()
            eventually(
                lambda: {account.name: self._network.balances(account) for account in expected},
                each_ledger_is({account.name: coins for account, coins in expected.items()}),
                on=self._network,
            )

        yield from _complaint(check)

    def _no_coin_made_or_lost(self) -> Iterator[str]:
        yield from _complaint(
            lambda: eventually(
                self._network.supply, on_every_node(exist(self._supply)), on=self._network
            )
        )


def backward_steps(history: History, moment: float) -> Iterator[str]:
    """A sentence for every node that was seen at a lower height than before, since ``moment``.

    One that has got an empty disk in between is expected at the first block again, also when that
    happened in the middle of a look.
    """
    for node, samples in history.since(moment).items():
        before, seen = Height(0), moment
        for sample in samples:
            if sample.status is None:
                continue
            back = sample.status.height < before
            if back and not history.began_anew(node, seen, sample.ended):
                yield f"{node} went back from block {before} to block {sample.status.height}"
            before, seen = sample.status.height, sample.t


def _told_by_all(network: Network) -> Coins:
    """All coins that exist, once every node can tell.

    A node shows its first block a moment before it has executed it, and knows no balance until
    then; an example that went on at once would ask it in vain.
    """

    def told() -> Mapping[NodeName, Coins | Silence] | None:
        supply = network.supply()
        return None if any(isinstance(coins, Silence) for coins in supply.values()) else supply

    supply: Mapping[NodeName, Coins | Silence] | None = until(
        told, seconds=lambda: network.seconds(CONFIRMATION)
    )
    return _first_answer(network.supply() if supply is None else supply)


def _first_answer(supply: Mapping[NodeName, Coins | Silence]) -> Coins:
    for coins in supply.values():
        if isinstance(coins, Coins):
            return coins
    raise NetworkFailure("no node answers, so the example cannot begin")


def _complaint(check: Callable[[], object]) -> Iterator[str]:
    try:
        check()
    except AssertionError as broken:
        yield str(broken).strip("\n")
