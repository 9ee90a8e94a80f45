"""Says what went wrong in plain words under the step that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from behave.formatter.base import Formatter
from behave.model import Status, Step
from behave.step_registry import StepRegistry

from support.domain import BadRequest, EnvironmentProblem


class Narration(Formatter):  # type: ignore[misc]
    """Stands before the formatters that print, and gives them better words.

    Behave shows a traceback for everything but an assertion. When the host is at fault, one
    sentence helps more; and what a failure left behind should stand right below it.
    """

    name = "narration"
    description = "plain words for what went wrong"

    def __init__(
        self, config: Any, sentences: StepRegistry, afterword: Callable[[Step], str]
    ) -> None:
        # nothing is printed here, so there is no stream to open
        self.config = config
        self._sentences = sentences
        self._afterword = afterword

    def result(self, step: Step) -> None:
        """Called with a finished step, before anybody prints it."""
        if not step.status.has_failed():
            return
        step.error_message = _plain(step, self._sentences).rstrip("\n")
        step.error_message += self._afterword(step)

    def close(self) -> None:
        """Nothing was opened."""


def _plain(step: Step, sentences: StepRegistry) -> str:
    if step.status is Status.undefined:
        return _no_such_sentence(step, sentences)
    if isinstance(step.exception, BadRequest):
        return f"NOT POSSIBLE: {step.exception}"
    if isinstance(step.exception, EnvironmentProblem):
        return f"ENVIRONMENT: {step.exception}"
    return str(step.error_message or "")


def _no_such_sentence(step: Step, sentences: StepRegistry) -> str:
    known = [matcher.pattern for matcher in sentences.steps[step.step_type]]
    near = get_close_matches(step.name, known, n=1, cutoff=0.3)
    nearest = f" The nearest one is: {step.keyword} {near[0]}." if near else ""
    return (
        f"NOT A SENTENCE: nothing reads “{step.name}”.{nearest} Accounts begin with a capital "
        "(Alice), nodes are `node 3` or `nodes 1, 2 and 3`, and numbers are written in digits."
    )
