"""Make the report of a run again, or one report of several shards, from their journals."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from support.chores.saying import say
from support.domain import BadRequest

NAME = "report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which runs, and where the report goes."""
    parser.add_argument(
        "runs", nargs="+", type=Path, metavar="DIR", help="a folder of build/runs, or a journal"
    )
    parser.add_argument("--target", type=Path, default=Path("build/report"), metavar="FOLDER")


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Says the verdict; that a promise was broken is no failure of this chore."""
    from support.evidence.report import write_report
    from support.evidence.summary import closing_words

    journals = [journal for place in options.runs for journal in _journals(place)]
    summary = write_report(list(dict.fromkeys(journals)), options.target)
    say(closing_words(summary, options.target / "index.html"))
    return 0


def _journals(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    found = sorted(place.rglob("journal.jsonl"))
    if not found:
        raise BadRequest(f"there is no journal.jsonl in {place}: name a folder of build/runs")
    return found
