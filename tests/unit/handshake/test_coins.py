"""How much there is at which height, as hsd counts it."""

from __future__ import annotations

import pytest

from support.implementations.handshake.coins import COIN, SUPPLY, created_by

#: The block before the first one, and hsd 8.0.0's getReward added up for every block after it.
CREATED = {
    0: 2_002_210_000,
    1: 4_002_210_000,
    7: 16_002_210_000,
    2499: 5_000_002_210_000,
    2500: 5_001_002_210_000,
    2501: 5_002_002_210_000,
    4999: 7_500_002_210_000,
    5000: 7_500_502_210_000,
    7500: 8_750_252_210_000,
}


@pytest.mark.parametrize("height", CREATED)
def test_what_blocks_create(height):
    assert created_by(height) == CREATED[height]


def test_blocks_after_the_last_reward_create_nothing():
    assert created_by(200_000) == created_by(300_000)


def test_the_treasury_begins_with_a_million():
    assert SUPPLY == 1_000_000
    assert SUPPLY * COIN == 5 * 2_000_000_000
