"""Run features on every kind of network; further words are for behave."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from support.chores.saying import engines_wanted, implementations_wanted, say

NAME = "matrix"
#: Words that this chore does not know are for behave.
TAKES_FURTHER = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which of them, and where the table goes."""
    parser.add_argument(
        "--implementations", type=_names, metavar="A,B", help="the chosen one, or all"
    )
    parser.add_argument("--engines", type=_names, metavar="A,B", help="those that can be used here")
    parser.add_argument("--folder", type=Path, default=Path("build/matrix"))


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """The exit code is that of the worst run."""
    from support.matrix import run_matrix

    return run_matrix(
        options.implementations or implementations_wanted(),
        options.engines or engines_wanted(),
        list(further),
        folder=options.folder,
        say=say,
    )


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]
