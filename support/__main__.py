"""The suite's own chores: ``python -m support prepare``, ``engines``, ``capabilities`` …"""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Protocol

from support.chores import (
    capabilities,
    catalogue,
    down,
    engines,
    fault,
    heal,
    living,
    logs,
    matrix,
    prepare,
    report,
    run,
    shell,
    status,
    sweep,
    up,
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
    *(prepare, engines, capabilities, run, matrix, report, living, catalogue),
    *(up, status, logs, shell, fault, heal, down, sweep),
)


def main() -> int:
    """Run one chore; say why in one sentence where it cannot be done. An :class:`ExitCode`."""
    parser = argparse.ArgumentParser(prog="python -m support", description=__doc__)
    chores = parser.add_subparsers(dest="chore", required=True)
    for chore in CHORES:
        others = getattr(chore, "ALIASES", ())
        chore.add_arguments(
            chores.add_parser(chore.NAME, aliases=others, help=chore.__doc__, allow_abbrev=False)
        )
    options, further = parser.parse_known_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have us ignore it
    (chosen,) = (c for c in CHORES if options.chore in (c.NAME, *getattr(c, "ALIASES", ())))
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
    except Exception:  # noqa: BLE001 - Python would end with 1, and that is a broken promise
        traceback.print_exc()
        return ExitCode.ENVIRONMENT


if __name__ == "__main__":
    sys.exit(main())
