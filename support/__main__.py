"""The suite's own chores from the command line: ``python -m support images`` and ``... sweep``."""

from __future__ import annotations

import argparse
import sys

from support.domain import EnvironmentProblem

#: What the Makefile and scripts may rely on: 0 is done, 3 is "this machine cannot".
CANNOT = 3


def main() -> int:
    """Run one chore; say why in one sentence where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m support", description=__doc__)
    chores = parser.add_subparsers(dest="chore", required=True)
    images = chores.add_parser("images", help="make the images that networks are started from")
    images.add_argument("implementations", nargs="*", default=["injective"])
    chores.add_parser("sweep", help="remove what runs that are over have left behind")
    options = parser.parse_args()
    try:
        if options.chore == "images":
            _images(options.implementations)
        else:
            _sweep()
    except EnvironmentProblem as problem:
        print(problem, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _images(implementations: list[str]) -> None:
    # Imported here, so that `sweep` and `--help` do not wait for chain libraries.
    from support.engines.docker.images import ensure_faultbox_image, ensure_node_image
    from support.engines.docker.sweep import connect
    from support.implementations.registry import implementation_named

    client = connect().client
    for name in implementations:
        ensure_node_image(client, implementation_named(name).software, _say)
    ensure_faultbox_image(client, _say)


def _sweep() -> None:
    from support.engines.janitor import sweep_dead_runs

    if not sweep_dead_runs(_say):
        _say("nothing was left behind")


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
