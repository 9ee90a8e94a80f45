"""Write the catalogue of all features into README.md."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from support.chores.saying import say

NAME = "catalogue"

#: Between these two lines, in the file.
BEGINS, ENDS = "<!-- catalogue -->", "<!-- end of catalogue -->"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it goes."""
    parser.add_argument("--target", type=Path, default=Path("README.md"))


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """A test keeps the file true to the features."""
    from support.domain import BadRequest, EnvironmentProblem
    from support.evidence.catalogue import catalogue
    from support.evidence.living import features_in
    from support.evidence.report import write_whole

    try:
        before, begins, rest = options.target.read_text(encoding="utf-8").partition(BEGINS)
        _, ends, after = rest.partition(ENDS)
        if not (begins and ends):
            raise BadRequest(f"{options.target} has no place for it: no {BEGINS} and {ENDS}")
        told = catalogue(features_in(Path("features")))
        write_whole(options.target, f"{before}{BEGINS}\n\n{told}\n\n{ENDS}{after}")
    except OSError as error:
        raise EnvironmentProblem(f"{options.target}: {error.strerror}") from error
    say(f"wrote the catalogue into {options.target}")
    return 0
