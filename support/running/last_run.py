"""What the last run's ``run.json`` says: which examples did not pass, and how long each took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.domain import BadRequest, NothingSelected


def known_seconds(report: Path) -> dict[str, float]:
    """Location -> seconds, of all examples that were begun or skipped. Empty where no report is."""
    try:
        return _seconds(_read(report))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def seconds_from(report: Path) -> dict[str, float]:
    """The same of a file that somebody named. Raises :class:`BadRequest` when it is no report."""
    try:
        return _seconds(_read(report))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadRequest(f"--durations: {report} is no run.json of a run: {problem}") from problem


def did_not_pass(report: Path) -> frozenset[str]:
    """Locations of the examples that failed, had an error, or never came to their end.

    Raises :class:`BadRequest` where there is no report, :class:`NothingSelected` where all passed.
    """
    try:
        told = _read(report)
        found = {
            str(example["location"])
            for example in told["examples"]
            if example["status"] in ("failed", "error")
        }
        found |= {str(location) for location in told.get("unfinished", ())}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadRequest(
            f"--rerun-failed: there is no report of an earlier run in {report.parent}"
        ) from problem
    if not found:
        raise NothingSelected(f"nothing is to be run again: nothing failed in {report}")
    return frozenset(found)


def _seconds(told: Mapping[str, Any]) -> dict[str, float]:
    return {
        str(example["location"]): float(example["seconds"])
        for example in told["examples"]
        if example["status"] != "untested"
    }


def _read(report: Path) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return told
