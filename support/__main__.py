"""The suite's own chores: ``python -m support prepare``, ``engines``, ``capabilities`` …"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from support.domain import EnvironmentProblem

#: What the Makefile and scripts may rely on: 0 is done, 3 is "this machine cannot".
CANNOT = 3


def main() -> int:
    """Run one chore; say why in one sentence where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m support", description=__doc__)
    chores = parser.add_subparsers(dest="chore", required=True)
    prepare = chores.add_parser("prepare", help="make what networks are started from")
    prepare.add_argument("implementations", nargs="*", default=["injective"])
    chores.add_parser("engines", help="name the engines that can be used here")
    matrix = chores.add_parser("matrix", help="run features on every kind of network")
    matrix.add_argument("--implementations", type=_names, metavar="A,B", help="all by default")
    matrix.add_argument("--engines", type=_names, metavar="A,B", help="those that can be used here")
    matrix.add_argument("--folder", type=Path, default=Path("build/matrix"))
    chores.add_parser("capabilities", help="what each implementation offers, as a table")
    chores.add_parser("sweep", help="remove what runs that are over have left behind")
    remove = chores.add_parser("remove", help="remove a kept network of the process engine")
    remove.add_argument("network", metavar="RUN-TOKEN")
    options, further = parser.parse_known_args()
    if further and options.chore != "matrix":
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    try:
        if options.chore == "matrix":
            return _matrix(options.implementations, options.engines, further, options.folder)
        if options.chore == "prepare":
            _prepare(options.implementations)
        elif options.chore == "engines":
            _say("\n".join(_engines()))
        elif options.chore == "capabilities":
            _say(_capabilities())
        elif options.chore == "sweep":
            _sweep()
        else:
            _remove(options.network)
    except EnvironmentProblem as problem:
        print(problem, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _engines() -> list[str]:
    """The one that was chosen, or all that can be had."""
    from support.engines.registry import engines_at_hand

    chosen = os.environ.get("ACCORD_ENGINE")
    return [chosen] if chosen else engines_at_hand()


def _prepare(implementations: list[str]) -> None:
    # Imported here, so that `sweep` and `--help` do not wait for chain libraries.
    from support.engines.registry import prepare
    from support.implementations.registry import implementation_named

    for name in implementations:
        software = implementation_named(name).software
        for engine in _engines():
            prepare(engine, software, _say)


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _matrix(
    implementations: list[str] | None,
    engines: list[str] | None,
    arguments: list[str],
    folder: Path,
) -> int:
    from support.implementations.registry import KNOWN
    from support.matrix import run_matrix

    return run_matrix(
        implementations or sorted(KNOWN), engines or _engines(), arguments, folder=folder, say=_say
    )


def _capabilities() -> str:
    from support.implementations.registry import KNOWN, implementation_named
    from support.implementations.table import capability_table

    return capability_table([implementation_named(name) for name in sorted(KNOWN)])


def _sweep() -> None:
    from support.engines.janitor import sweep_dead_runs
    from support.engines.registry import engines_at_hand

    if not sweep_dead_runs(_say, engines_at_hand()):
        _say("nothing was left behind")


def _remove(network: str) -> None:
    from support.engines.process.sweep import remove_network

    if not remove_network(network):
        raise EnvironmentProblem(f"there is no network {network}")


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
