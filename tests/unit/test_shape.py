"""A network without some of its nodes has to agree on blocks that those had no part in."""

from __future__ import annotations

import pytest

from support.domain import Height, NodeName
from support.shape import take_away_in_turn
from tests.unit.played import Stage


class OneMoreBlock:
    """Whoever is taken away, the others make one more block without it, and go on with it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._last = stage.ledger.height
        deployment, clock = stage.deployment, stage.clock
        self._goes_down, self._comes_back = deployment.stop, deployment.start
        deployment.stop = self.stop  # type: ignore[method-assign]
        deployment.start = self.start  # type: ignore[method-assign]
        clock.on_each_sleep(self.make_it)

    def stop(self, node: NodeName) -> None:
        self._goes_down(node)
        self._stage.ledger.moves = False
        self._last = Height(self._stage.ledger.height + 1)

    def start(self, node: NodeName) -> None:
        self._comes_back(node)
        self._stage.ledger.moves = True

    def make_it(self) -> None:
        ledger = self._stage.ledger
        if not ledger.moves and ledger.height < self._last:
            ledger.make_block()


def test_whoever_goes_on_without_the_others_agrees_on_new_blocks(stage: Stage) -> None:
    stage.blocks_pass(5)
    before = stage.ledger.height
    take_away_in_turn(stage.network, 1)
    assert stage.ledger.height >= before + 4 * 3
    assert sorted(stage.deployment.done) == sorted(
        f"{what} node-{number}" for what in ("start", "stop") for number in range(1, 5)
    )


def test_a_block_that_was_under_way_is_no_proof_that_the_others_can_go_on(stage: Stage) -> None:
    stage.blocks_pass(5)
    OneMoreBlock(stage)
    with pytest.raises(AssertionError, match="the newest block that all have"):
        take_away_in_turn(stage.network, 1)
