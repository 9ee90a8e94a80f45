"""Remove a kept network of the process engine."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.domain import EnvironmentProblem

NAME = "remove"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which one."""
    parser.add_argument("network", metavar="RUN-TOKEN")


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Its processes, links and folder."""
    from support.engines.process.sweep import remove_network

    if not remove_network(options.network):
        raise EnvironmentProblem(f"there is no network {options.network}")
    return 0
