"""How a run ends: what was too slow, who is told of the verdict, and the exit code.

Behave itself ends with 1, whatever went wrong. The last of its reporters is asked when everything
else is written, so that one may leave with the code that is meant.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from behave.model import Feature
from behave.reporter.base import Reporter

from support.exit_codes import ExitCode, code_of_summary, slower_than
from support.notify.news import Teller
from support.settings import Settings


class Ending(Reporter):  # type: ignore[misc]
    """Must stand behind all other reporters: nothing after it is written."""

    def __init__(
        self,
        runner: Any,
        settings: Settings,
        summary: Callable[[], Mapping[str, Any]],
        teller: Teller,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(runner.config)
        self._runner = runner
        self._settings = settings
        self._summary = summary
        self._teller = teller
        self._say = say

    def feature(self, feature: Feature) -> None:
        """The summary tells of every feature."""

    def end(self) -> None:
        """Leave Behave. Raises :class:`SystemExit` with an :class:`ExitCode`."""
        summary = self._summary()
        code = say_and_tell(summary, self._settings, self._teller, self._say)
        if code is ExitCode.PASSED and self._runner.hook_failures:
            code = ExitCode.ENVIRONMENT  # no example was wrong, but the suite was
        sys.exit(code)


def say_and_tell(
    summary: Mapping[str, Any],
    settings: Settings,
    teller: Teller,
    say: Callable[[str], None],
) -> ExitCode:
    """What is left to be said of a run whose ``run.json`` is written, and its exit code."""
    deadline = settings.soft_deadline
    code = code_of_summary(summary, deadline)
    late = slower_than(deadline, summary["examples"])
    if late:
        say("\n".join([f"slower than the {deadline:g} s that were promised:", *late]))
    teller.tell(summary, late)
    return code
