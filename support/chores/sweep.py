"""Remove what runs that are over have left behind."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.saying import say

NAME = "sweep"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """On every engine at hand; says what was removed."""
    from support.engines import runs
    from support.engines.janitor import sweep_dead_runs
    from support.engines.registry import engines_at_hand

    swept = sweep_dead_runs(say, engines_at_hand())
    gone = runs.forget_sockets_of_the_dead()
    if gone:
        say(f"forgot {gone} networks for people whose owner has died")
    if not swept + gone:
        say("nothing was left behind")
    return 0
