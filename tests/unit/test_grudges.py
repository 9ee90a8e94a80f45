"""Cuts as pure functions: who drops whose packets."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.domain import BadRequest, NodeName, node_named
from support.faults.grudges import (
    NO_GRUDGE,
    Grudge,
    between,
    bridge,
    can_talk,
    cut_nodes,
    deaf,
    groups,
    halves,
    in_short,
    in_words,
    isolated,
    reunited,
    ring,
    row,
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
    one, other = draw(sides(2, 2))
    return draw(
        st.sampled_from(
            [
                NO_GRUDGE,
                between(one, other),
                deaf(one[0], other),
                isolated(one[0], other),
                ring([*one, *other]),
                halves([*one, *other], Random(draw(st.integers()))),
            ]
        )
    )


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


@given(grudges(), grudges(), some_nodes)
def test_whoever_is_reunited_could_not_talk_and_can_now(
    one: Grudge, other: Grudge, named: list[NodeName]
) -> None:
    again = reunited(union(one, other), one, named)
    pairs = {(node, peer) for node, peers in again.items() for peer in peers}
    assert pairs == {
        (node, peer)
        for node in named
        for peer in named
        if can_talk(one, node, peer) and not can_talk(union(one, other), node, peer)
    }
    assert all(again.values())


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


# -- the shapes that have a name

every_node = st.lists(nodes, min_size=2, max_size=12, unique=True)


def is_mutual(grudge: Grudge) -> bool:
    return drops(grudge) == {(b, a) for a, b in drops(grudge)}


@given(every_node)
def test_an_isolated_node_is_cut_off_from_everybody_and_nobody_else_is(
    named: list[NodeName],
) -> None:
    alone, *others = named
    grudge = isolated(alone, others)
    assert is_mutual(grudge)
    assert not any(can_talk(grudge, alone, other) for other in others)
    assert all(can_talk(grudge, a, b) for a, b in combinations(others, 2))


@given(sides(3, 3))
def test_a_bridge_hears_both_sides_which_do_not_hear_each_other(
    three: list[list[NodeName]],
) -> None:
    middle, one, other = three
    grudge = bridge(middle, one, other)
    assert is_mutual(grudge)
    assert all(can_talk(grudge, joint, node) for joint in middle for node in [*one, *other])
    assert not any(can_talk(grudge, a, b) for a in one for b in other)
    for side in three:
        assert all(can_talk(grudge, a, b) for a, b in combinations(side, 2))


def test_a_bridge_stands_on_neither_side() -> None:
    with pytest.raises(BadRequest, match="node-1 cannot be a bridge to itself"):
        bridge([NODE_1], [NODE_1, NODE_2], [NODE_3])


@given(every_node)
def test_in_a_ring_every_node_talks_to_its_two_neighbours_only(named: list[NodeName]) -> None:
    grudge = ring(named)
    assert is_mutual(grudge)
    for place, node in enumerate(named):
        talks_to = {other for other in named if other != node and can_talk(grudge, node, other)}
        assert talks_to == {named[place - 1], named[(place + 1) % len(named)]} - {node}


@given(every_node)
def test_in_a_row_every_node_talks_to_those_beside_it_only(named: list[NodeName]) -> None:
    grudge = row(named)
    assert is_mutual(grudge)
    for place, node in enumerate(named):
        talks_to = {other for other in named if other != node and can_talk(grudge, node, other)}
        assert talks_to == {*named[max(0, place - 1) : place], *named[place + 1 : place + 2]}


@given(every_node, st.integers())
def test_halves_cover_everybody_and_differ_by_one_at_the_most(
    named: list[NodeName], seed: int
) -> None:
    grudge = halves(named, Random(seed))
    assert is_mutual(grudge)
    one = {named[0], *(n for n in named if n != named[0] and can_talk(grudge, named[0], n))}
    other = set(named) - one
    assert abs(len(one) - len(other)) <= 1
    assert drops(grudge) == {(a, b) for a in one for b in other} | {
        (b, a) for a in one for b in other
    }


@given(every_node, st.integers())
def test_the_same_seed_makes_the_same_halves(named: list[NodeName], seed: int) -> None:
    assert halves(named, Random(seed)) == halves(named, Random(seed))


def test_different_seeds_make_different_halves() -> None:
    four = [NODE_1, NODE_2, NODE_3, NODE_4]
    assert len({str(sorted(drops(halves(four, Random(seed))))) for seed in range(100)}) == 3


def test_one_node_has_no_halves() -> None:
    with pytest.raises(BadRequest, match="cannot be cut into halves"):
        halves([NODE_1], Random(1))


@pytest.mark.parametrize(
    ("grudge", "name", "nodes"),
    [
        (
            isolated(NODE_4, [NODE_1, NODE_2, NODE_3]),
            "node 4 cut off from nodes 1, 2 and 3",
            [NODE_4],
        ),
        (
            between([NODE_1, NODE_2], [NODE_3, NODE_4]),
            "nodes 1 and 2 cut off from nodes 3 and 4",
            [NODE_1, NODE_2],
        ),
        (deaf(NODE_2, [NODE_1, NODE_3]), "node 2 does not hear nodes 1 and 3", [NODE_2]),
        (
            ring([NODE_1, NODE_2, NODE_3, NODE_4]),
            "links cut between nodes 1, 2, 3 and 4",
            [NODE_1, NODE_2, NODE_3, NODE_4],
        ),
        (NO_GRUDGE, "nothing is cut", []),
    ],
)
def test_a_cut_has_a_name_and_says_whom_it_sets_apart(
    grudge: Grudge, name: str, nodes: list[NodeName]
) -> None:
    assert in_short(grudge) == name
    assert cut_nodes(grudge) == nodes
