"""Faults at random: of all kinds, the same again for the same seed, each of them undone."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import BadRequest, Blocks
from support.faults.campaign import mishaps
from support.journal import Journal
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, Stage, journalled

NODES = (NODE_1, NODE_2, NODE_3, NODE_4)


@given(st.integers())
def test_the_same_seed_brings_the_same_faults(seed: int) -> None:
    def told() -> list[tuple[str, Blocks]]:
        return [(mishap.words, mishap.lasts) for mishap in mishaps(NODES, Random(seed), 20)]

    assert told() == told()
    assert len(told()) == 20


def test_other_seeds_bring_other_faults() -> None:
    told = {tuple(m.words for m in mishaps(NODES, Random(seed), 5)) for seed in range(20)}
    assert len(told) == 20


def test_faults_of_every_kind_come() -> None:
    words = " ".join(mishap.words for mishap in mishaps(NODES, Random(1), 200))
    for kind in ("cut off", "hears nobody", "halves", "no link", " ms", "loses", "crashes"):
        assert kind in words
    assert "is shut down" in words
    assert "is frozen" in words


@pytest.mark.parametrize("seed", range(10))
def test_whatever_comes_goes_again(stage: Stage, journal: Journal, seed: int) -> None:
    for mishap in mishaps(stage.network.nodes, Random(seed), 6):
        if " ms" in mishap.words or "loses" in mishap.words:
            continue  # between real network namespaces, in tests/unit/process/test_links.py
        mishap.comes(stage.network.faults)
        assert stage.network.faults.any, mishap.words
        mishap.goes(stage.network.faults)
        assert not stage.network.faults.any, mishap.words
    assert "fault undone" in [record["kind"] for record in journalled(journal.path)]


def test_a_network_of_one_node_has_no_links() -> None:
    with pytest.raises(BadRequest, match="a network of one node has no links"):
        list(mishaps([NODE_1], Random(1), 1))
