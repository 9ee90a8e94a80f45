"""Cuts as pure functions: who drops whose packets."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.domain import BadRequest, NodeName, node_named
from support.faults.grudges import (
    NO_GRUDGE,
    Grudge,
    between,
    can_talk,
    deaf,
    groups,
    in_words,
    union,
)
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4

nodes = st.integers(min_value=1, max_value=12).map(node_named)
some_nodes = st.lists(nodes, min_size=1, max_size=6, unique=True)


@st.composite
def sides(draw: st.DrawFn, least: int = 2, most: int = 4) -> list[list[NodeName]]:
    """Groups of nodes that have no node in common."""
    count = draw(st.integers(least, most))
    named = draw(st.lists(nodes, min_size=count, max_size=12, unique=True))
    cuts = sorted(
        draw(
            st.lists(
                st.integers(1, len(named) - 1), min_size=count - 1, max_size=count - 1, unique=True
            )
        )
    )
    return [named[a:b] for a, b in zip([0, *cuts], [*cuts, len(named)], strict=True)]


@st.composite
def grudges(draw: st.DrawFn) -> Grudge:
    """Any grudge that the sentences can ask for."""
    kind = draw(st.sampled_from(["between", "deaf", "none"]))
    if kind == "none":
        return NO_GRUDGE
    one, other = draw(sides(2, 2))
    return between(one, other) if kind == "between" else deaf(one[0], other)


def drops(grudge: Grudge) -> set[tuple[NodeName, NodeName]]:
    """Each (who drops, whose packets)."""
    return {(node, sender) for node, senders in grudge.items() for sender in senders}


@given(sides(2, 2))
def test_every_pair_across_a_cut_is_cut_both_ways_and_no_other(both: list[list[NodeName]]) -> None:
    one, other = both
    across = {(a, b) for a in one for b in other}
    assert drops(between(one, other)) == across | {(b, a) for a, b in across}


@given(sides(2, 4))
def test_each_group_hears_only_itself(several: list[list[NodeName]]) -> None:
    grudge = groups(*several)
    for one, other in combinations(several, 2):
        assert not any(can_talk(grudge, a, b) for a in one for b in other)
    for side in several:
        assert all(can_talk(grudge, a, b) for a in side for b in side)


@given(st.lists(grudges(), max_size=4))
def test_nobody_holds_a_grudge_against_itself(several: list[Grudge]) -> None:
    assert all(node != sender for node, sender in drops(union(*several)))


@given(sides(2, 2))
def test_a_deaf_node_is_the_only_one_that_drops(both: list[list[NodeName]]) -> None:
    (node, *_), towards = both
    grudge = deaf(node, towards)
    assert drops(grudge) == {(node, sender) for sender in towards}
    assert not any(can_talk(grudge, node, sender) for sender in towards)


@given(grudges(), grudges())
def test_union_is_commutative(one: Grudge, other: Grudge) -> None:
    assert drops(union(one, other)) == drops(union(other, one)) == drops(one) | drops(other)


@given(grudges(), grudges(), grudges())
def test_union_is_associative(one: Grudge, two: Grudge, three: Grudge) -> None:
    assert union(one, union(two, three)) == union(union(one, two), three)


@given(grudges())
def test_a_grudge_on_top_of_itself_is_the_same(grudge: Grudge) -> None:
    assert drops(union(grudge, grudge, NO_GRUDGE)) == drops(grudge)


@given(grudges(), nodes, nodes)
def test_talking_takes_two(grudge: Grudge, one: NodeName, other: NodeName) -> None:
    assert can_talk(grudge, one, other) == can_talk(grudge, other, one)
    assert can_talk(grudge, one, other) == (not {(one, other), (other, one)} & drops(grudge))


@given(sides(2, 2))
def test_deafness_in_both_directions_is_a_cut(both: list[list[NodeName]]) -> None:
    one, other = both
    deaf_ones = [*(deaf(node, other) for node in one), *(deaf(node, one) for node in other)]
    assert union(*deaf_ones) == between(one, other)


@given(some_nodes, some_nodes)
def test_no_node_is_on_both_sides(one: list[NodeName], other: list[NodeName]) -> None:
    assume(set(one) & set(other))
    with pytest.raises(BadRequest, match="cannot be on both sides of a cut"):
        between(one, other)


@pytest.mark.parametrize(("one", "other"), [([], [NODE_1]), ([NODE_1], []), ([], [])])
def test_a_side_without_nodes_is_no_side(one: list[NodeName], other: list[NodeName]) -> None:
    with pytest.raises(BadRequest, match=r"^a cut needs at least one node on each side$"):
        between(one, other)


def test_a_node_that_is_named_twice_is_a_slip() -> None:
    with pytest.raises(BadRequest) as refused:
        between([NODE_2, NODE_1, NODE_2], [NODE_3])
    assert str(refused.value) == "node-2 is named twice on the same side of a cut"


def test_a_node_on_both_sides_is_named() -> None:
    with pytest.raises(BadRequest) as refused:
        between([NODE_1, NODE_2], [NODE_2, NODE_3])
    assert str(refused.value) == "node-2 cannot be on both sides of a cut"


def test_a_node_hears_itself() -> None:
    with pytest.raises(BadRequest, match=r"^node-1 cannot be cut off from itself$"):
        deaf(NODE_1, [NODE_2, NODE_1])


def test_groups_do_not_overlap() -> None:
    with pytest.raises(BadRequest, match="node-1 cannot be on both sides"):
        groups([NODE_1, NODE_2], [NODE_3], [NODE_4, NODE_1])


def test_nothing_is_dropped_without_a_grudge() -> None:
    assert union() == NO_GRUDGE
    assert can_talk(NO_GRUDGE, NODE_1, NODE_2)


def test_a_grudge_in_words() -> None:
    far = node_named(10)
    grudge = {far: frozenset({NODE_1}), NODE_2: frozenset({far, NODE_1}), NODE_3: frozenset()}
    assert in_words(grudge) == (
        "node-2 drops what node-1, node-10 send; node-10 drops what node-1 sends"
    )
    assert in_words({NODE_3: frozenset()}) == "nothing is dropped"
