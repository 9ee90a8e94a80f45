"""Show what the nodes of a network write: all in one stream, in order."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from support.chores.saying import say

NAME = "logs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which lines."""
    from support.kept.log_lines import read_duration

    def since(text: str) -> float:
        try:
            return read_duration(text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    def count(text: str) -> int:
        if not text.isdecimal():
            raise argparse.ArgumentTypeError(f"{text!r} is no number of lines")
        return int(text)

    parser.add_argument("--network", metavar="NAME")
    parser.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    parser.add_argument("--node", type=int, metavar="N", help="of this one only")
    parser.add_argument("--since", type=since, metavar="5m", help="not older: 90s, 5m, 2h, 1d")
    parser.add_argument("--level", choices=("debug", "info", "warn", "error"), default="debug")
    parser.add_argument(
        "-n", "--last", type=count, metavar="N", help="so many of the lines that are there"
    )


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Until there is no more, or, when they are followed, until the reader has enough."""
    from support.kept.caller import the_network
    from support.kept.log_text import as_text

    colour = sys.stdout.isatty()
    try:
        the_network(options.network).ask(
            "logs",
            node=options.node,
            since=options.since,
            level=options.level,
            last=options.last,
            follow=options.follow,
            on_line=lambda line: say(as_text(line, colour=colour)),
        )
    except BrokenPipeError:  # of `logs | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        if not options.follow:
            raise
    return 0
