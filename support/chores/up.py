"""Start a network to play with, and stay with it until Ctrl-C, or in the background."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from support.chores.saying import complain, say
from support.domain import NetworkFailure

NAME = "up"

#: What Alice and Bob begin with, so that there is something to pay with.
_PURSE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What kind of network."""
    parser.add_argument("--nodes", type=int, default=4, metavar="N", help="4 by default")
    parser.add_argument("--implementation", metavar="NAME", help="the node software")
    parser.add_argument("--engine", metavar="NAME", help="where the nodes run")
    parser.add_argument("--block-time", metavar="SECONDS", help="seconds between blocks")
    parser.add_argument(
        "--keep-running", action="store_true", help="go on in the background until `down`"
    )


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Ready when all nodes have agreed on a first block; 1 when they do not."""
    from support.domain import AccountName, Coins
    from support.kept.front import Front
    from support.settings import read_settings
    from support.suite import Suite
    from support.topology import Topology

    asked = {
        name: value
        for name in ("implementation", "engine", "block_time")
        if (value := getattr(options, name)) is not None
    }
    settings = read_settings(asked, os.environ)
    Topology(options.nodes)  # what cannot be had is told before anything starts
    suite = Suite(settings, asked, say, Front() if options.keep_running else None)
    try:
        world = suite.new_world_for_people()
        world.take_network(options.nodes)
        for name in ("Alice", "Bob"):
            world.payments.deposit(AccountName(name), Coins(_PURSE))
        suite.keep(world, "started for people")
        if not options.keep_running:
            say("It is taken down with Ctrl-C, or by `python -m support down`.")
    except NetworkFailure as failure:
        complain(str(failure))
        return 1
    finally:
        suite.close(interrupted=False)
    return 0
