"""What several chores need: a voice, a person who reads, and what is meant to be used."""

from __future__ import annotations

import os
import sys


def say(words: str) -> None:
    """To whoever called."""
    print(words, flush=True)


def complain(words: str) -> None:
    """To whoever called, where no program reads along."""
    print(words, file=sys.stderr, flush=True)


def engines_wanted() -> list[str]:
    """The one that was chosen, or all that can be had."""
    from support.engines.registry import engines_at_hand

    chosen = os.environ.get("ACCORD_ENGINE")
    return [chosen] if chosen else engines_at_hand()


def implementations_wanted() -> list[str]:
    """The one that was chosen, or all that are known by name."""
    from support.implementations.registry import KNOWN

    chosen = os.environ.get("ACCORD_IMPLEMENTATION")
    return [chosen] if chosen else sorted(KNOWN)
