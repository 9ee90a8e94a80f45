"""What each implementation offers, as a table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.saying import say

NAME = "capabilities"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """As README shows it."""
    from support.implementations.registry import KNOWN, implementation_named
    from support.implementations.table import capability_table

    say(capability_table([implementation_named(name) for name in sorted(KNOWN)]))
    return 0
