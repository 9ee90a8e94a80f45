"""What looking at every node in the background costs, as a share of one core."""

from __future__ import annotations

import time

from support.waiting import until

#: Seconds for each look at the cost; the observer looks at all nodes some twenty times in them.
_LOOK = 5.0


def cost(looks: int) -> list[float]:
    """Seconds of a core for each second, once for every look, while a network is only watched.

    All of this process counts: asking, understanding, writing the journal. Where nodes make blocks
    on demand, asking for those is part of it.
    """
    return [_look() for _ in range(looks)]


def _look() -> float:
    began, spent = time.monotonic(), time.process_time()
    until(lambda: None, seconds=lambda: _LOOK, every=_LOOK)
    return (time.process_time() - spent) / (time.monotonic() - began)
