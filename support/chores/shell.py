"""A Python prompt with a network at hand: network, node(3), alice, pay(alice, bob, 30) …"""

from __future__ import annotations

import argparse
import code
import importlib
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from support.chores.saying import complain, say

NAME = "shell"
ALIASES = ("attach",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which network."""
    parser.add_argument("--network", metavar="NAME")


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Until the person leaves; the network stays."""
    from support.domain import EnvironmentProblem, NetworkFailure
    from support.kept.caller import the_network
    from support.kept.prompt import GUIDE, AtHand, say_what_went_wrong
    from support.kept.status_table import as_table

    network = the_network(options.network)
    banner = f"{as_table(network.ask('status'), colour=sys.stdout.isatty())}\n\n{GUIDE}"
    say_what_went_wrong((EnvironmentProblem, NetworkFailure), complain)
    _prompt(AtHand(network, say).names, banner)
    return 0


def _prompt(names: dict[str, Any], banner: str) -> None:
    """IPython's or ptpython's where somebody types and has them, Python's own elsewhere."""
    if sys.stdin.isatty():
        with suppress(ImportError):
            ipython = importlib.import_module("IPython")
            say(banner)
            ipython.start_ipython(argv=["--no-banner"], user_ns=names)
            return
        with suppress(ImportError):
            ptpython = importlib.import_module("ptpython.repl")
            say(banner)
            ptpython.embed(globals=names, locals=names)
            return
        with suppress(ImportError):
            readline = importlib.import_module("readline")
            completer = importlib.import_module("rlcompleter").Completer(names)
            readline.set_completer(completer.complete)
            readline.parse_and_bind("tab: complete")
    code.interact(banner=banner, local=names, exitmsg="")
