"""How often each example passed when all were run many times: the flake meter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from support.evidence.story import ERROR, FAILED, PASSED, SKIPPED, ExampleStory, RunStory

#: What proves something: an attempt that was cut short, or never made, says nothing of a network.
_TELLING = (PASSED, FAILED, ERROR)


@dataclass(frozen=True)
class Rate:
    """Of one example: it was ``asked`` for so often, and came to its end ``of`` times."""

    location: str
    example: str
    passed: int
    of: int
    asked: int

    @property
    def is_steady(self) -> bool:
        """Whether it passed as often as was asked for."""
        return self.passed == self.asked

    @property
    def share(self) -> float:
        """From 0 to 1, of those that came to their end."""
        return self.passed / self.of if self.of else 0.0

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
            "asked": self.asked,
            "confidence_95": [round(low, 4), round(high, 4)],
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """From ``run.json``."""
        numbers = (int(told[key]) for key in ("passed", "of", "asked"))
        return cls(str(told["location"]), str(told["example"]), *numbers)

    @property
    def sure(self) -> str:
        """Numbers for people: ``4 of 5 passed, 80.0% (95 % confidence: 37.6% to 96.4%)``."""
        low, high = self.interval
        said = f"{self.passed} of {self.of} passed"
        if self.of:
            said += f", {self.share:.1%} (95 % confidence: {low:.1%} to {high:.1%})"
        missing = self.asked - self.of
        return f"{said}; {missing} of {self.asked} did not come to an end" if missing else said

    def in_words(self) -> str:
        """A line for people."""
        return f"{self.sure}: {self.example!r} ({self.location})"


def rate_of(example: ExampleStory) -> Rate | None:
    """None for an example that was to run once, or that cannot run here."""
    asked = max(example.times, len(example.attempts))
    if asked == 1 or example.status == SKIPPED:
        return None
    ended = [attempt.status for attempt in example.attempts if attempt.status in _TELLING]
    return Rate(example.location, example.name, ended.count(PASSED), len(ended), asked)


def rates_of(story: RunStory) -> list[Rate]:
    """Of all examples that were to run more than once, the least steady first."""
    found = [rate for example in story.examples if (rate := rate_of(example)) is not None]
    return sorted(found, key=lambda rate: (rate.passed / rate.asked, rate.location))


def heading(rates: Sequence[Rate]) -> str:
    """All of them together, in a sentence."""
    steady = sum(rate.is_steady for rate in rates)
    passed, of, asked = (
        sum(getattr(rate, counted) for rate in rates) for counted in ("passed", "of", "asked")
    )
    together = Rate("", "", passed, of, asked)
    return f"{steady} of {len(rates)} examples passed every time; in all, {together.sure}"


def rates_in_words(rates: Sequence[Rate]) -> str:
    """A table for people, with its heading."""
    return "\n".join([heading(rates), *(rate.in_words() for rate in rates)])


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
