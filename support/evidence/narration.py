"""Says what went wrong in plain words under the step that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from behave.formatter.base import Formatter
from behave.model import Status, Step

from support.domain import EnvironmentProblem


class Narration(Formatter):  # type: ignore[misc]
    """Stands before the formatters that print, and gives them better words.

    Behave shows a traceback for everything but an assertion. When the host is at fault, one
    sentence helps more; and what a failure left behind should stand right below it.
    """

    name = "narration"
    description = "plain words for what went wrong"

    def __init__(self, config: Any, afterword: Callable[[Step], str]) -> None:
        # nothing is printed here, so there is no stream to open
        self.config = config
        self._afterword = afterword

    def result(self, step: Step) -> None:
        """Called with a finished step, before anybody prints it."""
        if not step.status.has_failed():
            return
        words = step.error_message or ""
        if step.status is not Status.failed and isinstance(step.exception, EnvironmentProblem):
            words = f"ENVIRONMENT: {step.exception}"
        step.error_message = words.rstrip("\n") + self._afterword(step)

    def close(self) -> None:
        """Nothing was opened."""
