"""How often each example passed when all were run many times: the flake meter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rate:
    """Of one example; ``of`` is how often it was to run, whether it came to an end or not."""

    location: str
    example: str
    passed: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true rate lies, with a confidence of 95 % (Wilson)."""
        return wilson(self.passed, self.of)

    def told(self) -> dict[str, Any]:
        """For ``run.json``."""
        low, high = self.interval
        return {
            "location": self.location,
            "example": self.example,
            "passed": self.passed,
            "of": self.of,
            "confidence_95": [round(low, 4), round(high, 4)],
        }

    def in_words(self) -> str:
        """A line for people."""
        return f"{_sure(self.passed, self.of)}: {self.example!r} ({self.location})"


def rates(
    endings: Iterable[tuple[str, str, str, float]], asked_for: Mapping[str, str], times: int
) -> list[Rate]:
    """The least steady first, of location, name, status and seconds of everything that ended.

    ``asked_for`` is location -> name of all examples that were to run ``times`` times; one that
    did not come to its end so often has not passed each of them.
    """
    names = dict(asked_for)
    passed = dict.fromkeys(names, 0)
    for location, name, status, _ in endings:
        names.setdefault(location, name)
        passed[location] = passed.get(location, 0) + (status == "passed")
    found = [Rate(location, names[location], number, times) for location, number in passed.items()]
    return sorted(found, key=lambda rate: (rate.passed / rate.of, rate.location))


def rates_in_words(all_rates: Sequence[Rate]) -> str:
    """A table; its heading is about all together."""
    steady = sum(rate.passed == rate.of for rate in all_rates)
    passed, of = sum(rate.passed for rate in all_rates), sum(rate.of for rate in all_rates)
    heading = (
        f"{steady} of {len(all_rates)} examples passed every time; in all, {_sure(passed, of)}"
    )
    return "\n".join([heading, *(rate.in_words() for rate in all_rates)])


def _sure(passed: int, of: int) -> str:
    low, high = wilson(passed, of)
    return f"{passed} of {of} passed, {passed / of:.1%} (95 % confidence: {low:.1%} to {high:.1%})"


def wilson(passed: int, of: int) -> tuple[float, float]:
    """Where the true pass rate lies with a confidence of 95 %, by Wilson's score interval.

    It is right also where all or none have passed, which is where the usual one shrinks to a point.
    """
    if of == 0:
        return 0.0, 1.0
    z = 1.959964
    rate, denominator = passed / of, 1 + z * z / of
    centre = (rate + z * z / (2 * of)) / denominator
    half = z * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of)) / denominator
    return max(0.0, centre - half), min(1.0, centre + half)
