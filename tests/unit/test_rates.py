"""Pass rates, and how sure they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.evidence.rates import Rate, rate_of, rates_in_words, rates_of, wilson
from support.evidence.story import AttemptStory, ExampleStory, FeatureStory, RuleStory, RunStory


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


def example(name: str, times: int, *statuses: str) -> ExampleStory:
    attempts = [AttemptStory(status, None, 1.0, ()) for status in statuses]
    return ExampleStory(name.upper(), f"{name}:1", 1, "", (), attempts, times)


def test_the_least_steady_come_first_and_what_cannot_run_here_is_left_out() -> None:
    examples = [
        example("a", 3, "passed", "passed", "passed"),
        example("b", 3, "failed", "passed", "passed"),
        example("c", 3, "skipped", "skipped", "skipped"),
        example("d", 1, "passed"),
        example("e", 3, "untested"),
    ]
    story = RunStory([], [FeatureStory("", "", 1, (), (), [RuleStory("", 1, (), (), examples)])])
    assert rates_of(story) == [
        Rate("e:1", "E", 0, 0, 3),
        Rate("b:1", "B", 2, 3, 3),
        Rate("a:1", "A", 3, 3, 3),
    ]


def test_what_never_came_to_an_end_is_no_evidence_and_told_all_the_same() -> None:
    cut_short = rate_of(example("a", 200, "passed", "passed", "interrupted"))
    assert cut_short == Rate("a:1", "A", 2, 2, 200)
    assert not cut_short.is_steady
    assert cut_short.sure == (
        "2 of 2 passed, 100.0% (95 % confidence: 34.2% to 100.0%); 198 of 200 did not come to an "
        "end"
    )
    assert Rate("a:1", "A", 0, 0, 3).sure == "0 of 0 passed; 3 of 3 did not come to an end"


def test_several_attempts_have_a_rate_also_where_nobody_planned_them() -> None:
    assert rate_of(example("a", 1, "passed", "failed")) == Rate("a:1", "A", 1, 2, 2)


def test_a_rate_is_read_as_it_was_told() -> None:
    rate = Rate("a:1", "A", 2, 3, 4)
    assert Rate.read(rate.told()) == rate


def test_rates_in_words() -> None:
    words = rates_in_words([Rate("b:1", "B", 1, 2, 2), Rate("a:1", "A", 2, 2, 2)]).splitlines()
    assert words[0].startswith("1 of 2 examples passed every time; in all, 3 of 4 passed, 75.0%")
    assert words[1].startswith("1 of 2 passed, 50.0% (95 % confidence: 9.5% to 90.5%): 'B' (b:1)")
    assert words[2].startswith("2 of 2 passed, 100.0%")
