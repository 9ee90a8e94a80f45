"""Run features in parallel; further words are for behave."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from support.chores.saying import say

NAME = "run"
#: Words that this chore does not know are for behave.
TAKES_FURTHER = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many at once, how often, and which of them."""
    parser.add_argument("-j", "--jobs", metavar="N", help="so many features at once")
    parser.add_argument("--repeat", metavar="N", default="1", help="run each example N times")
    parser.add_argument("--rerun-failed", action="store_true", help="what did not pass last time")
    parser.add_argument("--shard", metavar="I/N", help="the part of one of N machines")
    parser.add_argument(
        "--durations", type=Path, metavar="RUN.JSON", help="by which shards are balanced"
    )


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """The exit code tells what became of it: see README."""
    from support.running import plan
    from support.running.run import Wishes, run_features

    wishes = Wishes(
        jobs=plan.read_jobs(options.jobs),
        repeat=plan.read_repeat(options.repeat),
        rerun_failed=options.rerun_failed,
        shard=plan.read_shard(options.shard) if options.shard is not None else None,
        durations=options.durations,
    )
    return run_features(wishes, further, say)
