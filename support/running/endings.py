"""Ends a parallel run when it is told to: once in order, again at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Requests:
    """How often somebody has asked for the end."""

    def __init__(self) -> None:
        self.number = 0

    def take(self, number: int, frame: object) -> None:
        """A handler of signals. Nothing is interrupted: the run looks by itself, and soon."""
        self.number += 1


@contextmanager
def requests_to_end() -> Iterator[Requests]:
    """From Ctrl-C and SIGTERM, also where a shell has told us to ignore them."""
    requests = Requests()
    before = {number: signal.signal(number, requests.take) for number in _SIGNALS}
    try:
        yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
