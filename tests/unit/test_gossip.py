"""Who has heard of what, and that nobody is blamed for what the suite was slow to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import pytest

from support import gossip
from support.domain import BlockId, Blocks, Height, NodeName, NodeStatus, Receipt, Silence
from support.gossip import (
    HandedIn,
    before_further_blocks,
    found_in_blocks,
    have_for_good,
    lateness_of_blocks,
    who_knows,
)
from support.gossip_matchers import are_in_exactly_one_block
from support.network import Network
from tests.unit.played import NODE_1, NODE_2

A, B, C = (Receipt(letter) for letter in "ABC")


class Client:
    """One node: its height, what waits in it, and its blocks."""

    def __init__(self, height: int = 1, *, waits: Iterable[Receipt] = ()) -> None:
        self.height = height
        self.waits = set(waits)
        self.blocks: dict[int, list[Receipt]] = {}

    def status(self) -> NodeStatus:
        return NodeStatus(Height(self.height), BlockId(f"block {self.height}"), False)

    def waiting(self, receipts: Iterable[Receipt]) -> frozenset[Receipt]:
        return frozenset(receipts) & self.waits

    def payments_in(self, first: Height, last: Height) -> Sequence[Sequence[Receipt]]:
        assert first <= last <= self.height
        return [self.blocks.get(height, []) for height in range(first, last + 1)]


class Nodes:
    """As much of a network as is asked here. ``ahead`` happens before each reading of heights."""

    def __init__(self, clients: dict[NodeName, Client | None]) -> None:
        self.clients = clients
        self.ahead: Callable[[], object] = lambda: None
        self.hopeless: str | None = None

    @property
    def nodes(self) -> list[NodeName]:
        return list(self.clients)

    def top(self) -> Height:
        self.ahead()
        return Height(max(c.height for c in self.clients.values() if c))

    def heights(self) -> dict[NodeName, Height | Silence]:
        self.ahead()
        return self.read(lambda client: client.status().height)

    def read(self, question: Any, nodes: Iterable[NodeName] | None = None) -> dict[NodeName, Any]:
        return {
            node: Silence("it is down") if client is None else question(client)
            for node, client in self.clients.items()
            if nodes is None or node in nodes
        }

    def seconds(self, blocks: Blocks) -> float:
        return 5.0

    def why_pointless(self, **_: object) -> str | None:
        return self.hopeless

    def whereabouts(self) -> str:
        return "at height 1"

    @property
    def network(self) -> Network:
        return cast(Network, self)


def test_a_node_knows_what_waits_in_it_and_what_is_in_its_blocks() -> None:
    one = Client(3, waits=[A])
    one.blocks = {1: [C], 3: [B]}
    network = Nodes({NODE_1: one, NODE_2: None}).network
    known = who_knows(network, HandedIn(frozenset({A, B, C}), Height(1)))
    assert known[NODE_1] == {A, B}  # block 1 was there before
    assert isinstance(known[NODE_2], Silence)


def test_a_payment_that_goes_into_a_block_between_two_questions_is_known() -> None:
    class Moving(Client):
        def waiting(self, receipts: Iterable[Receipt]) -> frozenset[Receipt]:
            self.height, self.blocks = 2, {2: [A]}
            return frozenset()

    network = Nodes({NODE_1: Moving(1)}).network
    assert who_knows(network, HandedIn(frozenset({A}), Height(1)))[NODE_1] == {A}


def test_the_blocks_of_the_nodes_that_are_asked_are_looked_at() -> None:
    one, two = Client(3), Client(3)
    one.blocks, two.blocks = {1: [A], 2: [B], 3: [C, B]}, {2: [B]}
    network = Nodes({NODE_1: one, NODE_2: two}).network
    handed_in = HandedIn(frozenset({A, B}), Height(1))
    assert found_in_blocks(network, handed_in) == {NODE_1: [B, B], NODE_2: [B]}
    assert found_in_blocks(network, handed_in, [NODE_2]) == {NODE_2: [B]}


def test_it_is_decided_as_soon_as_all_know() -> None:
    nodes = Nodes({NODE_1: Client(waits=[A]), NODE_2: Client(waits=[A])})
    known = before_further_blocks(nodes.network, HandedIn(frozenset({A}), Height(1)), 2)
    assert known == {NODE_1: {A}, NODE_2: {A}}


def test_it_is_over_when_the_blocks_were_made_before_anybody_was_asked() -> None:
    slow = Client()
    nodes = Nodes({NODE_1: Client(waits=[A]), NODE_2: slow})
    looks = 0

    def another_block() -> None:
        nonlocal looks
        looks += 1
        if looks > 2:
            nodes.clients[NODE_1].height += 1  # type: ignore[union-attr]

    nodes.ahead = another_block
    known = before_further_blocks(nodes.network, HandedIn(frozenset({A}), Height(1)), 2)
    assert known == {NODE_1: {A}, NODE_2: frozenset()}
    assert looks == 4  # the first to begin with, one too early, and one more for each block


def test_what_is_heard_late_by_the_suite_alone_is_no_failure() -> None:
    slow = Client()
    nodes = Nodes({NODE_1: Client(waits=[A]), NODE_2: slow})
    nodes.ahead = lambda: setattr(nodes.clients[NODE_1], "height", 9) or slow.waits.add(A)
    known = before_further_blocks(nodes.network, HandedIn(frozenset({A}), Height(1)), 2)
    assert known[NODE_2] == {A}


def after_each_block(*, repeated_at: int = 0) -> Nodes:
    """Two nodes that have A in block 2, and make another block whenever heights are read."""
    one, two = Client(2), Client(2)
    one.blocks = two.blocks = {2: [A]}

    def another_block() -> None:
        one.height = two.height = one.height + 1
        if one.height == repeated_at:
            one.blocks[repeated_at] = [A]

    nodes = Nodes({NODE_1: one, NODE_2: two})
    nodes.ahead = another_block
    return nodes


def test_a_payment_is_in_one_block_when_each_node_had_its_turn() -> None:
    nodes = after_each_block()
    handed_in = HandedIn(frozenset({A}), Height(1))
    have_for_good(nodes.network, handed_in, are_in_exactly_one_block(handed_in.receipts))
    assert nodes.clients[NODE_2].height == 6  # type: ignore[union-attr]  # 3 of it, and a look


@pytest.mark.parametrize("turn", [4, 5, 6])
def test_who_puts_it_into_a_block_once_more_is_noticed(turn: int) -> None:
    handed_in = HandedIn(frozenset({A}), Height(1))
    once = are_in_exactly_one_block(handed_in.receipts)
    with pytest.raises(AssertionError, match="has 1 of them more than once"):
        have_for_good(after_each_block(repeated_at=turn).network, handed_in, once)


def test_blocks_that_nobody_makes_any_more_prove_nothing() -> None:
    nodes = Nodes({NODE_1: Client(2), NODE_2: Client(2)})
    nodes.hopeless = "the network has stalled"
    for client in nodes.clients.values():
        client.blocks = {2: [A]}  # type: ignore[union-attr]
    handed_in = HandedIn(frozenset({A}), Height(1))
    once = are_in_exactly_one_block(handed_in.receipts)
    with pytest.raises(AssertionError, match="the network has stalled"):
        have_for_good(nodes.network, handed_in, once)


class PlayedTime:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> PlayedTime:
    played = PlayedTime()
    monkeypatch.setattr(gossip, "time", played)
    return played


def looked_at(nodes: Nodes, clock: PlayedTime, looks: Sequence[tuple[float, int, int]]) -> None:
    """What both nodes show at these moments; the last look is repeated."""
    left = list(looks)
    read = nodes.read

    def look(question: Any, asked: Iterable[NodeName] | None = None) -> dict[NodeName, Any]:
        moment, one, two = left.pop(0) if len(left) > 1 else left[0]
        clock.now = moment
        nodes.clients[NODE_1].height, nodes.clients[NODE_2].height = one, two  # type: ignore[union-attr]
        return read(question, asked)

    nodes.read = look  # type: ignore[method-assign]


def test_a_node_is_late_by_what_is_sure(clock: PlayedTime) -> None:
    nodes = Nodes({NODE_1: Client(), NODE_2: Client()})
    looked_at(nodes, clock, [(100, 1, 1), (101, 2, 1), (101.4, 2, 1), (104, 2, 2), (105, 3, 3)])
    late = lateness_of_blocks(nodes.network, 2)
    # it may have come at any moment between 101.4 and 104
    assert late == {Height(2): pytest.approx(0.4), Height(3): 0.0}


def test_blocks_that_do_not_come_everywhere_are_a_failure(clock: PlayedTime) -> None:
    nodes = Nodes({NODE_1: Client(), NODE_2: Client()})
    nodes.hopeless = "the network has stalled"
    looked_at(nodes, clock, [(100, 1, 1), (101, 3, 2)])
    with pytest.raises(AssertionError, match="block 3 does not come everywhere"):
        lateness_of_blocks(nodes.network, 2)
