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
    from support.engines.janitor import sweep_dead_runs
    from support.engines.registry import engines_at_hand

    if not sweep_dead_runs(say, engines_at_hand()):
        say("nothing was left behind")
    return 0
