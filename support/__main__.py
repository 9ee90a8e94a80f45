"""The suite's own chores: ``python -m support prepare``, ``engines``, ``capabilities`` …"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Protocol

from support.chores import (
    capabilities,
    engines,
    living,
    matrix,
    prepare,
    remove,
    report,
    run,
    sweep,
)
from support.domain import EnvironmentProblem
from support.exit_codes import ExitCode, code_of_problem


class Chore(Protocol):
    """A module of :mod:`support.chores`."""

    NAME: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what it may be told."""

    def run(self, options: argparse.Namespace, further: Sequence[str]) -> int:
        """Do it; the exit code. ``further`` is empty unless the chore ``TAKES_FURTHER``."""


#: In the order in which ``--help`` names them.
CHORES: tuple[Chore, ...] = (
    *(prepare, engines, capabilities, run, matrix, report, living, sweep, remove),
)


def main() -> int:
    """Run one chore; say why in one sentence where it cannot be done. An :class:`ExitCode`."""
    parser = argparse.ArgumentParser(prog="python -m support", description=__doc__)
    chores = parser.add_subparsers(dest="chore", required=True)
    for chore in CHORES:
        chore.add_arguments(chores.add_parser(chore.NAME, help=chore.__doc__, allow_abbrev=False))
    options, further = parser.parse_known_args()
    (chosen,) = (chore for chore in CHORES if options.chore == chore.NAME)
    if further and not getattr(chosen, "TAKES_FURTHER", False):
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    try:
        return chosen.run(options, further)
    except EnvironmentProblem as problem:
        print(problem, file=sys.stderr)
        return code_of_problem(problem)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return ExitCode.INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
