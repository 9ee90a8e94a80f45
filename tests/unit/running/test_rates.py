"""Pass rates, and how sure they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.running.rates import Rate, rates, rates_in_words, wilson


@pytest.mark.parametrize(
    ("passed", "of", "interval"),
    [  # from Wilson's formula, as tables and other programs have it
        (200, 200, (0.9812, 1.0)),
        (199, 200, (0.9722, 0.9991)),
        (0, 10, (0.0, 0.2775)),
        (5, 10, (0.2366, 0.7634)),
        (1, 1, (0.2065, 1.0)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_the_interval_of_wilson(passed: int, of: int, interval: tuple[float, float]) -> None:
    assert wilson(passed, of) == pytest.approx(interval, abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_rate_lies_in_its_interval(told: tuple[int, int]) -> None:
    passed, of = told
    low, high = wilson(passed, of)
    assert 0 <= low <= passed / of + 1e-9
    assert passed / of - 1e-9 <= high <= 1


def test_an_example_that_did_not_come_to_its_end_has_not_passed() -> None:
    endings = [("a:1", "A", "passed", 1.0), ("a:1", "A", "passed", 1.0), ("b:1", "B", "failed", 1)]
    assert rates(endings, {"c:1": "C"}, 3) == [
        Rate("b:1", "B", 0, 3),
        Rate("c:1", "C", 0, 3),
        Rate("a:1", "A", 2, 3),
    ]


def test_rates_in_words_have_the_least_steady_first() -> None:
    words = rates_in_words([Rate("b:1", "B", 1, 2), Rate("a:1", "A", 2, 2)]).splitlines()
    assert words[0].startswith("1 of 2 examples passed every time; in all, 3 of 4 passed, 75.0%")
    assert words[1].startswith("1 of 2 passed, 50.0% (95 % confidence: 9.5% to 90.5%): 'B' (b:1)")
    assert words[2].startswith("2 of 2 passed, 100.0%")
