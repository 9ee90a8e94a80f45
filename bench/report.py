"""How long all reports of a run take to be made, from a journal of two hundred examples."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.figures import timed
from support.evidence.report import write_report
from tests.report.synthetic import long_run

EXAMPLES = 200


def made(rounds: int) -> tuple[list[float], int]:
    """Seconds for each round, and the bytes of the page."""
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as name:
        folder = Path(name)
        journal = long_run(EXAMPLES).save(folder / "runs" / "one" / "journal.jsonl")
        target = folder / "report"
        seconds = [timed(lambda: write_report([journal], target)) for _ in range(rounds)]
        return seconds, (target / "index.html").stat().st_size
