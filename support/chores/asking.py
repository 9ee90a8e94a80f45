"""What chores share that ask a network for people to do something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.chores.saying import complain, say
from support.domain import NetworkFailure
from support.kept.caller import Kept


def ask_in_words(network: Kept, do: str, in_words: Callable[[Any], object], **more: Any) -> int:
    """Say what came of it; 1 when the network has not done as it should."""
    try:
        say(str(in_words(network.ask(do, **more))))
    except NetworkFailure as failure:
        complain(str(failure))
        return 1
    return 0
