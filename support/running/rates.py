"""How often each example passed when all were run many times: the flake meter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from support.running.plan import wilson


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
        low, high = self.interval
        return (
            f"{self.passed} of {self.of} passed, {self.passed / self.of:.1%} "
            f"(95 % confidence: {low:.1%} to {high:.1%}): {self.example!r} ({self.location})"
        )


def rates(
    endings: Iterable[tuple[str, str, str, float]], skipped: Iterable[str], times: int
) -> list[Rate]:
    """The least steady first, of location, name, status and seconds of everything that ended.

    ``skipped`` are locations that cannot run here. An example that did not run ``times`` times has
    not passed each of them.
    """
    passed: dict[tuple[str, str], int] = {}
    left_out = set(skipped)
    for location, name, status, _ in endings:
        if location not in left_out:
            key = (location, name)
            passed[key] = passed.get(key, 0) + (status == "passed")
    found = [Rate(location, name, number, times) for (location, name), number in passed.items()]
    return sorted(found, key=lambda rate: (rate.passed / rate.of, rate.location))


def rates_in_words(all_rates: Sequence[Rate]) -> str:
    """A table, its heading first."""
    steady = sum(rate.passed == rate.of for rate in all_rates)
    runs = sum(rate.of for rate in all_rates)
    whole = Rate("all of them", "any example", sum(rate.passed for rate in all_rates), max(runs, 1))
    return "\n".join(
        [
            f"{steady} of {len(all_rates)} examples passed every time; {whole.in_words()}",
            *(rate.in_words() for rate in all_rates),
        ]
    )
