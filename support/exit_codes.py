"""What a run, or a chore, ends with: one number for whoever called, each with one meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from support.domain import BadRequest, EnvironmentProblem, NothingSelected


class ExitCode(IntEnum):
    """README has the same table for people."""

    PASSED = 0
    BROKEN_PROMISE = 1
    WRONG_CALL = 2
    ENVIRONMENT = 3
    INTERRUPTED = 4
    NOTHING_SELECTED = 5
    SLOW = 6


#: The words of ``run.json``.
_OF_A_VERDICT = {
    "passed": ExitCode.PASSED,
    "failed": ExitCode.BROKEN_PROMISE,
    "environment": ExitCode.ENVIRONMENT,
    "interrupted": ExitCode.INTERRUPTED,
}

#: What outweighs what, where several runs make one: a run that was cut short has no verdict, and
#: what the network did wrong weighs more than what the machine did.
_LEAST_FIRST = (
    ExitCode.PASSED,
    ExitCode.SLOW,
    ExitCode.NOTHING_SELECTED,
    ExitCode.ENVIRONMENT,
    ExitCode.BROKEN_PROMISE,
    ExitCode.WRONG_CALL,
    ExitCode.INTERRUPTED,
)


def code_of_verdict(verdict: str) -> ExitCode:
    """A word that nobody knows is no success."""
    return _OF_A_VERDICT.get(verdict, ExitCode.ENVIRONMENT)


def code_of_problem(problem: EnvironmentProblem) -> ExitCode:
    """Whose fault it was: the caller's, or the machine's."""
    if isinstance(problem, NothingSelected):
        return ExitCode.NOTHING_SELECTED
    return ExitCode.WRONG_CALL if isinstance(problem, BadRequest) else ExitCode.ENVIRONMENT


def weightiest(codes: Iterable[ExitCode]) -> ExitCode:
    """The one that stands for all; ``PASSED`` where there are none."""
    return max(codes, key=_LEAST_FIRST.index, default=ExitCode.PASSED)


def slower_than(deadline: float | None, examples: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each example of ``run.json`` that passed, but took more than ``deadline`` seconds, in words.

    None promises nothing.
    """
    if deadline is None:
        return []
    return [
        f"{example['example']!r} took {example['seconds']:.1f} s ({example['location']})"
        for example in examples
        if example["status"] == "passed" and example["seconds"] > deadline
    ]


def code_of_summary(summary: Mapping[str, Any], deadline: float | None) -> ExitCode:
    """For the content of ``run.json``. ``deadline`` in seconds an example, if there is one."""
    code = code_of_verdict(str(summary["verdict"]))
    late = code is ExitCode.PASSED and slower_than(deadline, summary["examples"])
    return ExitCode.SLOW if late else code
