"""Let a fault befall a network, in the words of the features; without words, list them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.asking import ask_in_words
from support.chores.saying import say

NAME = "fault"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where, and what."""
    parser.add_argument("--network", metavar="NAME")
    parser.add_argument(
        "sentence", nargs="?", help='such as "nodes 1 and 2 are cut off from the others"'
    )


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """It is in force, and was measured, when this returns; ``heal`` undoes it."""
    from support.kept import spoken
    from support.kept.caller import the_network
    from support.kept.prompt import done_in_words

    if options.sentence is None:
        spoken.learn()
        say("\n".join(spoken.faults()))
        return 0
    network = the_network(options.network)
    return ask_in_words(network, "fault", done_in_words, words=options.sentence)
