"""What links do to packets, as values: they add up, and make no promise that no link can keep."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import BadRequest, Links
from support.faults.treatment import NONE, Treatment, both_ways, in_words, together
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4

shares = st.floats(0, 1)
delays = st.floats(0, 10)
treatments = st.builds(
    lambda delay, part, lost, repeated, reordered, rate: Treatment(
        delay, delay * part, lost, repeated, reordered, rate
    ),
    delays,
    shares,
    shares,
    shares,
    shares,
    st.just(math.inf) | st.floats(50_000, 20_000_000),
)


def parts(treatment: Treatment) -> list[float]:
    return [
        treatment.delay,
        treatment.jitter,
        treatment.lost,
        treatment.repeated,
        treatment.reordered,
        -treatment.rate,
    ]


@given(treatments, treatments)
def test_two_at_once_are_the_same_in_either_order(one: Treatment, other: Treatment) -> None:
    assert parts(one.with_(other)) == pytest.approx(parts(other.with_(one)))


@given(treatments, treatments)
def test_nothing_gets_better_by_a_second_treatment(one: Treatment, other: Treatment) -> None:
    both = parts(one.with_(other))
    assert all(sum_ >= part - 1e-9 for sum_, part in zip(both, parts(one), strict=True))


@given(treatments)
def test_no_treatment_changes_nothing(one: Treatment) -> None:
    assert parts(one.with_(NONE)) == pytest.approx(parts(one))
    assert not NONE


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Treatment(delay=-0.005), "a link cannot take less than no time"),
        (
            lambda: Treatment(delay=0.01, jitter=0.02),
            "a link that takes 10 ms cannot vary by 20 ms: packets would arrive before they are "
            "sent",
        ),
        (lambda: Treatment(lost=1.5), "150% of the packets is no share of them: say 0 to 100 %"),
        (lambda: Treatment(repeated=-0.1), "-10% of the packets is no share of them"),
        (lambda: Treatment(rate=0), "a link that carries nothing is not narrow, it is cut: say so"),
        (lambda: Treatment(rate=-5000), "a link that carries nothing is not narrow"),
        (
            lambda: Treatment(rate=10_000),
            "a link of 10 kbit/s cannot be made: say from 50 kbit/s to 20000 kbit/s",
        ),
        (lambda: both_ways([(NODE_1, NODE_1)], NONE), "there is no link of node-1 to itself"),
        (lambda: both_ways([], NONE), "there is no link that could be changed"),
    ],
)
def test_what_no_link_can_do_gets_one_sentence(make: object, sentence: str) -> None:
    with pytest.raises(BadRequest) as refused:
        make()  # type: ignore[operator]
    assert str(refused.value).startswith(sentence)


def test_shapes_add_up_by_direction() -> None:
    slow = both_ways([(NODE_1, NODE_2), (NODE_2, NODE_3)], Treatment(delay=0.1))
    lossy = {(NODE_1, NODE_2): Treatment(lost=0.5)}
    assert together([slow, lossy])[NODE_1, NODE_2] == Treatment(delay=0.1, lost=0.5)
    assert together([slow, lossy])[NODE_2, NODE_1] == Treatment(delay=0.1)
    assert set(together([slow])) == {
        (NODE_1, NODE_2),
        (NODE_2, NODE_1),
        (NODE_2, NODE_3),
        (NODE_3, NODE_2),
    }


def test_a_shape_in_words() -> None:
    poor = Treatment(0.1, 0.02, 0.2, 0.1, 0.05, 500_000)
    shape = {(NODE_1, NODE_2): poor, (NODE_2, NODE_1): poor, (NODE_2, NODE_3): Treatment(lost=0.1)}
    assert in_words(shape) == (
        "node-1 -> node-2, node-2 -> node-1: takes 100 ms, give or take 20 ms, loses 20%, "
        "repeats 10%, lets 5% be overtaken, carries 500 kbit/s at most; node-2 -> node-3: loses 10%"
    )


def test_links_are_named_in_three_ways() -> None:
    nodes = [NODE_1, NODE_2, NODE_3, NODE_4]
    assert len(Links().among(nodes)) == 6
    assert Links((NODE_2,)).among(nodes) == [(NODE_1, NODE_2), (NODE_2, NODE_3), (NODE_2, NODE_4)]
    assert Links((NODE_4, NODE_1)).among(nodes) == [(NODE_4, NODE_1)]
