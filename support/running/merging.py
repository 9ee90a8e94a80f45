"""One report and one verdict of all processes of a parallel run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.evidence.report import write_report, write_whole
from support.exit_codes import ExitCode, code_of_verdict, weightiest
from support.running.rates import Rate
from support.running.side_by_side import Ended

#: Exit code -> the word for it in ``run.json``.
_VERDICTS = {
    ExitCode.PASSED: "passed",
    ExitCode.BROKEN_PROMISE: "failed",
    ExitCode.ENVIRONMENT: "environment",
    ExitCode.INTERRUPTED: "interrupted",
}


def merge(ended: Ended, target: Path, *, seconds: float, rates: Sequence[Rate]) -> dict[str, Any]:
    """Write the report to ``target``; what stands in its ``run.json``.

    To what the journals tell it adds what none of them can: processes that died, and how long the
    whole took, in ``seconds``. Raises :class:`EnvironmentProblem` when the disk does not take it.
    """
    journals = [part.journal for part in ended.parts if part.journal.is_file()]
    summary = dict(write_report(journals, target))
    troubles = [trouble for trouble in (summary["trouble"], *ended.troubles) if trouble]
    summary["trouble"] = "; ".join(troubles) or None
    summary["verdict"] = _VERDICTS[
        weightiest(
            [
                code_of_verdict(summary["verdict"]),
                ExitCode.ENVIRONMENT if troubles else ExitCode.PASSED,
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
    if rates:
        summary["repeats"] = [rate.told() for rate in rates]
    try:
        write_whole(target / "run.json", json.dumps(summary, indent=2) + "\n")
    except OSError as problem:
        raise EnvironmentProblem(
            f"{target} could not be written ({problem.strerror}): the verdict is "
            f"{summary['verdict']}"
        ) from problem
    return summary
