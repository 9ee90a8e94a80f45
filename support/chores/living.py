"""Write docs/living-documentation.html: all features in one page, without a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from support.chores.saying import say

NAME = "living"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it goes."""
    parser.add_argument("--target", type=Path, default=Path("docs/living-documentation.html"))


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """A test keeps the file true to the features."""
    from support.domain import EnvironmentProblem
    from support.evidence.living import living_documentation
    from support.evidence.report import write_whole

    try:
        write_whole(options.target, living_documentation(Path("features")))
    except OSError as error:
        raise EnvironmentProblem(f"{options.target} cannot be written: {error.strerror}") from error
    say(f"wrote {options.target}")
    return 0
