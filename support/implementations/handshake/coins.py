"""Which money there is on hsd's regtest, and how much of it a new network starts with.

The figures of the chain are those of hsd 8.0.0 (``lib/protocol/networks.js``, ``consensus.js``),
and a real node was seen to count them so. Its smallest unit is the dollarydoo.
"""

from __future__ import annotations

#: Dollarydoos in what features call a coin. It is more than an output that is dust to a node, and
#: more than the fee of any payment (``payments.py``).
COIN = 10_000
#: An output of less is dust: three times what it costs to make one of 32 bytes and to spend it.
DUST = 297

#: What the block before the first one created.
GENESIS = 2_002_210_000
#: What a block creates, and the number of blocks after which it is half of that.
REWARD = 2_000_000_000
HALVING = 2_500
#: All the money that may ever exist: a node refuses an output of more as too large.
MOST_MONEY = 2_040_000_000_000_000
#: Blocks after which what a block created can be spent.
MATURITY = 2

#: The first block pays for fees, the next ones are the treasury's, and all later ones nobody's.
FEES_BLOCK = 1
TREASURY_BLOCKS = 5
#: All coins that features know of; the treasury holds them at the start.
SUPPLY = TREASURY_BLOCKS * REWARD // COIN


def created_by(height: int) -> int:
    """Dollarydoos that exist when all blocks up to ``height`` are there; fees create none."""
    total = GENESIS - REWARD  # the block before the first one is among those of the first reward
    reward, left = REWARD, height + 1
    while left and reward:
        blocks = min(left, HALVING)
        total += blocks * reward
        left -= blocks
        reward //= 2
    return total
