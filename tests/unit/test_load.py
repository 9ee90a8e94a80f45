"""Payments that flow in the background: whom customers ask, and what they do without an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from support.domain import (
    AccountName,
    BadRequest,
    Coins,
    Confirmed,
    Height,
    Instruction,
    NetworkFailure,
    NodeName,
    Outcome,
    Receipt,
    Unknown,
)
from support.journal import Journal
from support.load import Load
from support.sending import NobodyThere
from support.waiting import until
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, journalled

NODES = (NODE_1, NODE_2, NODE_3, NODE_4)


class Till:
    """Stands in for Payments: each node does as it was told, and everything is written down."""

    def __init__(self) -> None:
        self.held: dict[AccountName, int] = {}
        self.made: list[Instruction] = []
        self.answers: dict[NodeName, Callable[[Instruction, Receipt], Outcome]] = {}
        self.settled: dict[Receipt, Outcome] = {}
        self.whole = False
        self.pointless: str | None = None
        self._numbers = count()
        self._lock = threading.Lock()

    def deposit(self, name: AccountName, amount: Coins) -> Outcome:
        self.held[name] = amount.value
        return Confirmed(Receipt("deposit"), Height(1))

    def pay_at_once(self, gifts: Sequence[Instruction]) -> list[Outcome]:
        for gift in gifts:
            self.held[gift.payer] -= gift.amount.value
            self.held[gift.payee] = self.held.get(gift.payee, 0) + gift.amount.value
        return [Confirmed(Receipt("gift"), Height(1)) for _ in gifts]

    def try_to_pay(self, instruction: Instruction, *, enough: Callable[[], bool]) -> Outcome:
        with self._lock:
            receipt = Receipt(str(next(self._numbers)))
            self.made.append(instruction)
        assert instruction.through is not None
        answer = self.answers.get(instruction.through, lambda _, r: Confirmed(r, Height(2)))
        return answer(instruction, receipt)

    def outcomes(self, receipt: Receipt) -> dict[NodeName, Outcome]:
        return {NODE_1: self.settled.get(receipt, Unknown(receipt, "who knows"))}

    def through(self) -> list[NodeName | None]:
        return [instruction.through for instruction in self.made]


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def load(till: Till, journal: Journal) -> Iterator[Load]:
    network: Any = SimpleNamespace(
        nodes=NODES,
        is_whole=lambda: till.whole,
        top=lambda: Height(1),
        seconds=lambda blocks: 20,
        why_pointless=lambda **_: till.pointless,
    )
    payments: Any = till
    load = Load(network, payments, journal, rate=20, chance=Random(1))
    yield load
    load.abandon()


def after(load: Load, done: Callable[[], bool]) -> None:
    assert until(lambda: done() or None, seconds=lambda: 20)


def silent(instruction: Instruction, receipt: Receipt) -> Outcome:
    return Unknown(receipt, "it was waited for", taken=True)


def absent(instruction: Instruction, receipt: Receipt) -> Outcome:
    raise NobodyThere("nothing can be paid through it")


def test_everybody_begins_with_the_same(load: Load, till: Till) -> None:
    load.start()
    assert len(till.held) == 16
    assert set(till.held.values()) == {1000}


def test_payments_go_through_all_nodes_and_to_others(load: Load, till: Till) -> None:
    load.start()
    after(load, lambda: load.confirmed() >= 8)
    load.stop()
    assert set(till.through()) == set(NODES)
    assert all(instruction.payer != instruction.payee for instruction in till.made)


def test_they_stop_when_they_are_told_to(load: Load, till: Till, journal: Journal) -> None:
    load.start()
    after(load, lambda: load.confirmed() >= 2)
    load.stop()
    load.stop()
    made = len(till.made)
    assert until(lambda: len(till.made) > made or None, seconds=lambda: 0.2) is None
    assert made == load.confirmed()
    assert [r["kind"] for r in journalled(journal.path)][1:] == ["load started", "load stopped"]


def test_who_finds_nobody_there_asks_the_next_node(load: Load, till: Till) -> None:
    till.answers[NODE_2] = absent
    load.start()
    after(load, lambda: load.confirmed() >= 8)
    load.stop()
    asked_in_vain = [n for n, node in enumerate(till.through()) if node == NODE_2]
    assert asked_in_vain
    assert load.confirmed() == len(till.made) - len(asked_in_vain)


def test_who_got_no_answer_does_not_ask_the_same_node_again(load: Load, till: Till) -> None:
    till.answers[NODE_2] = silent
    load.start()
    after(load, lambda: load.confirmed() >= 60)
    load.stop()
    in_vain = [i.payer for i in till.made if i.through == NODE_2]
    assert in_vain
    assert len(in_vain) == len(set(in_vain))


def test_who_waits_everywhere_pays_again_when_something_is_known(load: Load, till: Till) -> None:
    till.answers = dict.fromkeys(NODES, silent)
    load.start()
    after(load, lambda: len(till.made) == 16 * len(NODES))
    assert load.confirmed() == 0
    till.answers.clear()
    till.settled = {Receipt(str(n)): Confirmed(Receipt(str(n)), Height(3)) for n in range(99)}
    after(load, lambda: load.confirmed() > 0)


def test_who_waits_everywhere_begins_anew_when_the_network_is_whole(load: Load, till: Till) -> None:
    till.answers = dict.fromkeys(NODES, silent)
    load.start()
    after(load, lambda: len(till.made) == 16 * len(NODES))
    till.answers.clear()
    till.whole = True
    after(load, lambda: load.confirmed() > 0)


def test_a_node_that_never_got_the_payment_is_asked_again(load: Load, till: Till) -> None:
    till.answers = {NODE_1: lambda _, r: Unknown(r, "connection refused")}
    load.start()
    after(load, lambda: till.through().count(NODE_1) > 16)


def test_what_goes_wrong_in_the_background_is_raised_at_the_end(load: Load, till: Till) -> None:
    def lies(instruction: Instruction, receipt: Receipt) -> Outcome:
        raise NetworkFailure("node-3 answered nonsense")

    till.answers[NODE_3] = lies
    load.start()
    after(load, lambda: NODE_3 in till.through())
    with pytest.raises(NetworkFailure, match="node-3 answered nonsense"):
        load.stop()


def test_what_was_on_its_way_already_does_not_go_on(load: Load, till: Till) -> None:
    load.start()
    after(load, lambda: load.confirmed() > 5)
    assert load.confirmed(after=Height(1)) > 5
    assert load.confirmed(after=Height(2)) == 0
    till.pointless = "the network has stalled"
    with pytest.raises(AssertionError, match=r"(?s)5 of the payments .*0 were"):
        load.go_on()


def test_payments_go_on_when_later_blocks_have_some(load: Load, till: Till) -> None:
    till.answers = dict.fromkeys(NODES, lambda _, r: Confirmed(r, Height(3)))
    load.start()
    load.go_on()
    assert load.confirmed(after=Height(2)) >= 5


@pytest.mark.parametrize("rate", [0, 21])
def test_a_rate_that_nobody_keeps_up_gets_one_sentence(
    till: Till, journal: Journal, rate: int
) -> None:
    network: Any = SimpleNamespace(nodes=NODES)
    payments: Any = till
    with pytest.raises(BadRequest, match=f"at 1 to 20 a second, and not at {rate}$"):
        Load(network, payments, journal, rate=rate, chance=Random(1))
