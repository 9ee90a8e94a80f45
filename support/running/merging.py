"""One report and one verdict of all processes of a parallel run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.evidence.report import write_report, write_whole
from support.running.side_by_side import Ended


def merge(ended: Ended, record: Path, target: Path) -> dict[str, Any]:
    """Write the reports to ``target``; what ``run.json`` is to hold.

    They are made from the journals of all processes and ``record``, that of the run itself. Added
    is who was ended in the middle, and where the logs are. Raises :class:`EnvironmentProblem` when
    the disk does not take it.
    """
    journals = [record, *(part.journal for part in ended.parts if part.has_begun)]
    summary = dict(write_report(journals, target))
    summary["unfinished"] = sorted(set(ended.unfinished))
    summary["parts"] = [
        {"feature": part.task.feature.path, "log": str(part.log), "journal": str(part.journal)}
        for part in ended.parts
    ]
    return summary


def keep(summary: Mapping[str, Any], target: Path) -> None:
    """Write ``run.json``. Raises :class:`EnvironmentProblem`, which does not hide the verdict."""
    try:
        write_whole(target / "run.json", json.dumps(summary, indent=2) + "\n")
    except OSError as problem:
        raise EnvironmentProblem(
            f"{target} could not be written ({problem.strerror}): the verdict is "
            f"{summary['verdict']}"
        ) from problem
