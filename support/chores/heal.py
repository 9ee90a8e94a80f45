"""Undo every fault of a network, and wait until all nodes agree on a new block."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from support.chores.asking import ask_in_words

NAME = "heal"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where, and what if not everything."""
    parser.add_argument("--network", metavar="NAME")
    parser.add_argument("sentence", nargs="?", help='only this: "node 2 starts again"')


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """1 when the nodes do not agree afterwards."""
    from support.kept.caller import the_network
    from support.kept.prompt import done_in_words, healed_in_words

    network = the_network(options.network)
    if options.sentence is None:
        return ask_in_words(network, "heal", healed_in_words)
    return ask_in_words(network, "fault", done_in_words, words=options.sentence)
