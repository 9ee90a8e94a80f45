"""Where runs leave their journals, and how many of them are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

#: One folder a run, so that two runs in one checkout do not write into each other's journal.
RUNS = Path("build/runs")
RUNS_KEPT = 50


def forget_old_runs() -> None:
    """The journals of the last runs are enough; one takes about half a megabyte."""
    for folder in sorted(RUNS.glob("*"))[:-RUNS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
