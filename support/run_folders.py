"""Where runs leave their journals, and how many are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

#: One folder a run, so that two runs in one checkout do not write into each other's journal.
RUNS = Path("build/runs")
RUNS_KEPT = 50
#: Below the folder of a run of several processes, each of which has one in there.
PARTS = "parts"


def folder_of_run(journal: Path) -> Path:
    """The folder of the run that a journal, of all or of a part, belongs to."""
    place = journal.absolute().parent
    return place.parent.parent if place.parent.name == PARTS else place


def forget_old_runs() -> None:
    """The journals of the last runs are enough; one takes about half a megabyte."""
    for folder in sorted(RUNS.glob("*"))[:-RUNS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
