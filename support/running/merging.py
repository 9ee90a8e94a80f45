"""One report and one verdict of all processes of a parallel run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.evidence.report import write_report, write_whole
from support.exit_codes import ExitCode, code_of_verdict, weightiest
from support.running.side_by_side import Ended

#: Exit code -> the word for it in ``run.json``.
_VERDICTS = {
    ExitCode.PASSED: "passed",
    ExitCode.BROKEN_PROMISE: "failed",
    ExitCode.ENVIRONMENT: "environment",
    ExitCode.INTERRUPTED: "interrupted",
}


def merge(ended: Ended, target: Path, *, seconds: float) -> dict[str, Any]:
    """Write the reports to ``target``; what ``run.json`` is to hold.

    To what the journals tell it adds what none of them can: who was ended or never begun, where
    the logs are, and how long the whole took, in ``seconds``. Raises :class:`EnvironmentProblem`
    when the disk does not take it.
    """
    summary = dict(write_report([part.journal for part in ended.parts if part.has_begun], target))
    summary["verdict"] = _VERDICTS[
        weightiest(
            [
                code_of_verdict(summary["verdict"]),
                ExitCode.ENVIRONMENT if summary["trouble"] else ExitCode.PASSED,
                ExitCode.INTERRUPTED if ended.interrupted else ExitCode.PASSED,
            ]
        )
    ]
    summary["seconds"] = round(seconds, 1)
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
