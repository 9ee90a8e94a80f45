"""What can be had, and the sentence for what cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import BadRequest, Megabytes, node_named
from support.topology import MOST_NODES, SMALL_DISK, Topology, Trait


@given(st.integers(min_value=1, max_value=MOST_NODES))
def test_nodes_are_numbered_from_one(size: int) -> None:
    names = Topology(size).names
    assert (len(names), names[0], names[-1]) == (size, "node-1", f"node-{size}")


@pytest.mark.parametrize("size", [0, -1, MOST_NODES + 1, 1000])
def test_too_few_or_too_many_nodes_are_refused_in_one_sentence(size: int) -> None:
    with pytest.raises(BadRequest) as refused:
        Topology(size)
    sentence = f"a network of {size} nodes cannot be had: ask for 1 to {MOST_NODES} nodes"
    assert str(refused.value) == sentence


@pytest.mark.parametrize("seconds", [0.0, 0.049, -1.0, 60.1, float("nan"), float("inf")])
def test_a_block_time_that_makes_no_sense_is_refused(seconds: float) -> None:
    with pytest.raises(BadRequest, match=r"cannot be had: ask for 0.05 to 60 seconds"):
        Topology(4, seconds)


@pytest.mark.parametrize("seconds", [0.05, 60.0])
def test_the_limits_of_the_block_time_can_be_had(seconds: float) -> None:
    assert Topology(4, seconds).block_time == seconds


@pytest.mark.parametrize("size", [0, -1, 7, 1001])
def test_a_disk_that_makes_no_sense_is_refused(size: int) -> None:
    with pytest.raises(BadRequest) as refused:
        Topology(4, disk=Megabytes(size))
    assert str(refused.value) == f"a disk of {size} MB cannot be had: ask for 8 to 1000 MB"


def test_networks_with_small_disks_are_apart_from_others() -> None:
    assert Topology(4).disk is None
    assert Topology(4, disk=SMALL_DISK) != Topology(4)


def test_equal_topologies_share_a_lease() -> None:
    assert {Topology(4, 0.2): "a network"}[Topology(4, 0.2)] == "a network"
    assert Topology(4, 0.2) != Topology(4, 0.5)


@pytest.mark.parametrize(
    ("shape", "links"),
    [
        (None, {(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)}),
        (Trait.RING, {(1, 2), (2, 3), (3, 4), (1, 4)}),
        (Trait.LINE, {(1, 2), (2, 3), (3, 4)}),
        (Trait.STAR, {(1, 2), (1, 3), (1, 4)}),
    ],
)
def test_who_is_linked_to_whom(shape: Trait | None, links: set[tuple[int, int]]) -> None:
    topology = Topology(4, traits=frozenset({shape} if shape else ()))
    pairs = [(a, b) for a in range(1, 5) for b in range(1, 5)]
    linked = {(a, b) for a, b in pairs if topology.linked(node_named(a), node_named(b))}
    assert linked == links | {(b, a) for a, b in links}


def test_whoever_joins_later_is_linked_to_everybody() -> None:
    star = Topology(4, traits=frozenset({Trait.STAR}))
    assert star.linked(node_named(3), node_named(5))
    assert star.linked(node_named(5), node_named(3))


def test_nodes_form_one_shape() -> None:
    with pytest.raises(BadRequest, match="one shape"):
        Topology(4, traits=frozenset({Trait.STAR, Trait.RING}))
