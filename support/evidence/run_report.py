"""Tells the journal how Behave judged every example, and has the reports made when all is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from behave.model import Feature, Scenario, Status
from behave.reporter.base import Reporter

from support.domain import EnvironmentProblem
from support.evidence.reading import read_story
from support.evidence.report import append_job_summary, write_report
from support.evidence.summary import closing_words, summary_of
from support.journal import Journal


class RunReport(Reporter):  # type: ignore[misc]
    """A Behave reporter; it gets whole features as they end, and reports when all have."""

    def __init__(
        self, config: Any, journal: Journal, target: Path | None, say: Callable[[str], None]
    ) -> None:
        super().__init__(config)
        self._journal = journal
        self._target = target
        self._say = say
        self._summary: Mapping[str, Any] = {}

    def feature(self, feature: Feature) -> None:
        """Behave has the last word about an example: it alone saw the hooks after it."""
        for scenario in feature.walk_scenarios():
            status = _status(scenario)
            if status is None:
                continue
            with suppress(EnvironmentProblem):  # a full disk has been complained of already
                self._journal.write(
                    "example ended",
                    location=str(scenario.location),
                    status=status,
                    seconds=round(scenario.duration, 3),
                    words=_words(scenario),
                    why_skipped=scenario.skip_reason,
                )

    def end(self) -> None:
        """Write the files and say the verdict; without a target, whoever merges journals will."""
        if self._target is None:
            self._summary = summary_of(read_story([self._journal.path]))
            return
        try:
            self._summary = write_report([self._journal.path], self._target)
            append_job_summary(self._target, os.environ)
        except EnvironmentProblem as problem:
            self._say(str(problem))
            self._summary = summary_of(read_story([self._journal.path]))
        self._say(closing_words(self._summary, self._target / "index.html"))

    def summary(self) -> Mapping[str, Any]:
        """What was written at the end, or would have been if the disk had taken it."""
        return self._summary


def _status(scenario: Scenario) -> str | None:
    """In the words of reports; None for one that was not selected, or never begun."""
    status = scenario.status
    if status in (Status.passed, Status.failed):
        return str(status.name)
    if status is Status.untested:
        return None
    if status is Status.skipped:
        return "skipped" if scenario.skip_reason else None
    return "error"


def _words(scenario: Scenario) -> str | None:
    """What a hook said that went wrong; words of a step have been told with the step."""
    message = getattr(scenario, "error_message", None)
    return str(message) if message else None
