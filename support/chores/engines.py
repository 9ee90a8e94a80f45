"""Name the engines that can be used here, the best one first."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.saying import engines_wanted, say

NAME = "engines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """One a line."""
    say("\n".join(engines_wanted()))
    return 0
