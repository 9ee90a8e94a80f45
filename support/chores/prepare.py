"""Make what networks are started from: images, or unpacked programs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.saying import engines_wanted, say

NAME = "prepare"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which node software."""
    parser.add_argument("implementations", nargs="*", default=["injective"])


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """For every engine that is wanted."""
    from support.engines.registry import prepare
    from support.implementations.registry import implementation_named

    for name in options.implementations:
        software = implementation_named(name).software
        for engine in engines_wanted():
            prepare(engine, software, say)
    return 0
