"""How long a block takes, in the two times that CometBFT is told of."""

from __future__ import annotations

from collections.abc import Mapping

from support.implementations.cosmos.placeholders import COMMIT, PROPOSE

#: What agreeing on a block takes besides the pause after it: four nodes, two cores (measured).
_AGREEMENT = 0.05
#: How much longer than a block the others wait for a proposal before they pass over its maker.
_SLOW_PROPOSER = 0.5


def pace(block_time: float) -> Mapping[str, str]:
    """The pause after a block, and how long a proposal is waited for; ``block_time`` in seconds."""
    commit = max(block_time - _AGREEMENT, block_time / 4)
    return {
        COMMIT: _milliseconds(commit),
        PROPOSE: _milliseconds(block_time + _SLOW_PROPOSER),
    }


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"
