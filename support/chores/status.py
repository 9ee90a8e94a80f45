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
    """A table for each."""
    from support.kept.caller import kept_networks, the_network
    from support.kept.status_table import as_table

    known = kept_networks()
    several = options.network is None and len(known) > 1
    asked = known if several else [the_network(options.network)]
    told = [network.ask("status") for network in asked]
    if options.json:
        say(json.dumps(told, indent=2))
    else:
        say("\n\n".join(as_table(status, colour=sys.stdout.isatty()) for status in told))
    return 0
