"""Show how the networks for people are: nodes, heights, peers, faults in force."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from support.chores.saying import say

NAME = "status"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which of them, and for whom."""
    parser.add_argument("--network", metavar="NAME", help="all of them by default")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """A table for each; 3 when the owner of one has died, after what the others tell."""
    from support.kept.caller import OwnerHasDied, kept_networks, the_network
    from support.kept.status_table import as_table

    known = kept_networks()
    several = options.network is None and len(known) > 1
    asked = known if several else [the_network(options.network)]
    told, dead = [], []
    for network in asked:
        try:
            told.append(network.ask("status"))
        except OwnerHasDied as death:
            dead.append(death)
    if options.json:
        say(json.dumps(told, indent=2))
    elif told:
        say("\n\n".join(as_table(status, colour=sys.stdout.isatty()) for status in told))
    if dead:
        raise dead[0]
    return 0
