"""Take a network for people down: nothing of it stays."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.saying import say

NAME = "down"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which one."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--network", metavar="NAME")
    which.add_argument("--all", action="store_true", help="every network of yours")


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Everything is gone when this returns."""
    from support.kept.caller import kept_networks, the_network

    for network in kept_networks() if options.all else [the_network(options.network)]:
        network.take_down()
        say(f"{network.name} was taken down")
    return 0
