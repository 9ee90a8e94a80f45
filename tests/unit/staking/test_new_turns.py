"""Which blocks are those that come: none that somebody who was lost may have proposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from support.domain import Height, NodeName
from support.staking.matchers import made_none
from support.staking.turns import coming_turns
from tests.unit.played import NODE_1, NODE_4, PlayedNode, Stage


class Makers(dict[int, NodeName]):
    """Node 1 has made every block but these."""

    def makers(self, first: Height, last: Height) -> Sequence[NodeName]:
        return [self.get(height, NODE_1) for height in range(first, last + 1)]

    def lost_turns(self, first: Height, last: Height) -> int:
        return 0

    def voters(self, height: Height | None = None) -> Mapping[NodeName, int]:
        return {NODE_1: 1}


class Staked(PlayedNode):
    """Knows who has made which block."""

    stakes = Makers()


@pytest.fixture
def staked(stage: Stage) -> Stage:
    for name in stage.nodes:
        stage.nodes[name] = Staked(name, stage.ledger, stage.topology.names)
    return stage


def test_a_block_that_is_under_way_is_none_of_those_that_come(
    staked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = staked.ledger.height + 1
    monkeypatch.setattr(Staked, "stakes", Makers({under_way: NODE_4}))
    turns = coming_turns(staked.network, 3)
    assert turns.first == under_way + 1
    assert turns.made == Counter({NODE_1: 3})
    assert made_none([NODE_4]).matches(turns)


def test_a_block_that_is_begun_afterwards_is_one_of_them(
    staked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_later = staked.ledger.height + 2
    monkeypatch.setattr(Staked, "stakes", Makers({begun_later: NODE_4}))
    assert not made_none([NODE_4]).matches(coming_turns(staked.network, 3))
