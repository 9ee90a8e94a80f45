"""The picture of an example and the words below it: who stood still, and who caught up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest

from support.evidence.page.caption import caption
from support.evidence.page.complaints import Complaint, complaints
from support.evidence.page.failure import heights_table, in_force, in_parts
from support.evidence.page.lines import thinned
from support.evidence.page.scale import ticks
from support.evidence.page.timeline import timeline
from support.evidence.story import (
    AttemptStory,
    FaultStory,
    Look,
    PaymentStory,
    StepStory,
)

CUT = FaultStory("node 2 cut off from node 1", ["node-2"], "long words", 2.0, 2.2, 6.0)


def rising(until: float = 10.0, start: int = 1) -> list[Look]:
    """A block a second."""
    return [(float(t), start + t, "x") for t in range(int(until) + 1)]


def played(
    heights: Mapping[str, Sequence[Look]],
    *,
    faults: Sequence[FaultStory] = (CUT,),
    payments: Sequence[PaymentStory] = (),
    steps: Sequence[StepStory] = (),
) -> AttemptStory:
    return AttemptStory(
        "failed", None, 10.0, steps, heights=heights, faults=faults, payments=payments
    )


STILL = [(0.0, 1, "x"), (1.0, 2, "x"), (2.0, 3, "x")]
CAUGHT_UP = played({"node-1": rising(), "node-2": [*STILL, (7.0, 8, "x"), (10.0, 11, "x")]})
LEFT_BEHIND = played({"node-1": rising(), "node-2": [*STILL, (10.0, 3, "x")]})


def test_a_minority_that_caught_up_is_told_of() -> None:
    assert caption(CAUGHT_UP) == (
        "Node 2 cut off from node 1, 2.0 s to 6.0 s: node 1 went from 3 to 7; node 2 stood still "
        "at 3. Afterwards node 2 caught up."
    )


def test_a_minority_that_did_not_is_told_of_as_well() -> None:
    assert caption(LEFT_BEHIND).endswith(
        "Afterwards, node 1 went from 7 to 11; node 2 stood still at 3."
    )


def test_a_node_that_gives_no_answer_does_not_stand_still() -> None:
    silent = played({"node-1": rising(), "node-2": [*STILL, (2.5, None, "")]})
    assert "node 2 gave no answer after 3" in caption(silent)


def test_a_block_that_was_under_way_is_no_progress() -> None:
    late = played({"node-1": rising(), "node-2": [*STILL, (2.4, 4, "x"), (10.0, 4, "x")]})
    assert "node 2 stopped at 4" in caption(late)


def test_a_bad_day_is_not_told_fault_by_fault() -> None:
    day = played({"node-1": rising()}, faults=[CUT] * 9)
    assert caption(day).endswith("And 5 more faults.")


def test_without_a_fault_the_whole_is_told() -> None:
    quiet = played({"node-1": rising(), "node-2": rising()}, faults=())
    assert caption(quiet) == "No fault was in force: nodes 1 and 2 went from 1 to 11."


# -- the picture


def test_where_nothing_was_seen_there_is_no_picture() -> None:
    assert timeline(played({}), "x", "An example") is None
    assert timeline(played({"node-1": [(0.0, None, "")]}), "x", "An example") is None


def test_a_picture_is_named_and_described() -> None:
    drawn = str(timeline(CAUGHT_UP, "x", "An <example>"))
    assert 'aria-labelledby="x-t x-d"' in drawn
    assert '<title id="x-t">Heights of 2 nodes over time: An &lt;example&gt;</title>' in drawn


def test_half_a_page_of_pictures_is_not_wasted_on_straight_lines() -> None:
    still = [(t / 10, 5 if t else 1, "x") for t in range(100)]
    drawn = str(timeline(played({"node-1": rising(), "node-2": still}), "x", ""))
    (path,) = re.findall(r'<path class="n1 apart" d="([^"]+)"', drawn)
    assert re.fullmatch(r"M0 \d+h10v-\d+h990", path)


def test_the_band_of_a_fault_is_where_the_fault_was() -> None:
    drawn = str(timeline(CAUGHT_UP, "x", ""))
    x, width = re.findall(r'class="hatch" x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%"', drawn)[0]
    assert float(x) == pytest.approx(9 + 70.5 * 0.2, abs=0.1)
    assert float(width) == pytest.approx(70.5 * 0.4, abs=0.1)
    assert "node 2 cut off from node 1</text>" in drawn


def test_the_line_of_the_minority_is_flat_and_thicker() -> None:
    drawn = str(timeline(LEFT_BEHIND, "x", ""))
    (path,) = re.findall(r'<path class="n1 apart" d="([^"]+)"', drawn)
    assert path.endswith("h800")
    assert path.count("v") == 2  # the two blocks before the cut
    (other,) = re.findall(r'<path class="n0" d="([^"]+)"', drawn)
    assert other.count("v") == 10


def test_no_answer_is_a_gap() -> None:
    looks = [(0.0, 1, "x"), (2.0, None, ""), (8.0, 1, "x")]
    drawn = str(timeline(played({"node-1": looks}), "x", ""))
    (path,) = re.findall(r'<path class="n0" d="([^"]+)"', drawn)
    assert re.fullmatch(r"M0 (\d+)h200M800 \1h200", path)


@pytest.mark.parametrize("outcome", ["confirmed", "refused", "unknown"])
def test_each_outcome_has_a_shape_and_a_name(outcome: str) -> None:
    payment = PaymentStory("Alice pays Bob 3 coins", "node-1", 1.0, 2.0, outcome)
    drawn = str(timeline(played({"node-1": rising()}, payments=[payment]), "x", ""))
    assert f'<use href="#p-{outcome}"' in drawn
    assert f">{outcome}</text>" in drawn
    assert '<use href="#p-sent"' in drawn
    assert f"Alice pays Bob 3 coins: {outcome} at 2.0 s" in drawn


def test_hundreds_of_payments_share_their_marks() -> None:
    many = [PaymentStory("p", "node-1", n / 100, n / 100 + 0.1, "confirmed") for n in range(900)]
    drawn = str(timeline(played({"node-1": rising()}, payments=many), "x", ""))
    assert drawn.count("<use") < 150


def test_the_failing_step_is_marked() -> None:
    steps = [
        StepStory("Given", "a network", status="passed", began=0.0, seconds=2.0),
        StepStory("Then", "all is well", status="failed", began=2.0, seconds=6.0),
        StepStory("And", "so on"),
    ]
    drawn = str(timeline(played({"node-1": rising()}, steps=steps), "x", ""))
    assert "failed here, at 8.0 s" in drawn
    assert drawn.count('class="step ') == 2


def test_a_picture_needs_no_more_looks_than_it_has_columns() -> None:
    looks: list[Look] = [(t / 100, t, "x") for t in range(1000)]
    kept = thinned(looks, 10.0, 75)
    assert len(kept) < 160
    assert kept[0] == looks[0]
    assert kept[-1] == looks[-1]


@pytest.mark.parametrize(
    ("least", "most", "least_step", "expected"),
    [
        (0, 10, 0, [0, 5, 10]),
        (0, 0.4, 0, [0, 0.1, 0.2, 0.3, 0.4]),
        (1, 3, 1, [1, 2, 3]),
        (7, 7, 1, [7]),
        (90, 130, 1, [90, 100, 110, 120, 130]),
    ],
)
def test_an_axis_has_round_numbers(
    least: float, most: float, least_step: float, expected: list[float]
) -> None:
    assert ticks(least, most, 4, least_step=least_step) == expected


# -- the words of a failure


def test_a_failure_is_taken_apart() -> None:
    words = """ASSERT FAILED:
a promise was broken:

Expected: on every node, Alice holds 70 coins
     but: gave up
          after 0.0 s: node-2 shows 100 coins
          after 0.4 s: node-2 shows 100 coins;
              node-3 does not answer

Expected: one more
     but: no

Evidence: build/evidence/x"""
    told = in_parts(words)
    assert told.before == "a promise was broken:"
    first, second = told.findings
    assert (first.expected, first.seen) == ("on every node, Alice holds 70 coins", "gave up")
    assert first.over_time == [
        ("0.0", "node-2 shows 100 coins"),
        ("0.4", "node-2 shows 100 coins;\nnode-3 does not answer"),
    ]
    assert (second.expected, second.seen, list(second.over_time)) == ("one more", "no", [])
    assert told.short.startswith("expected on every node, Alice holds 70 coins, but gave up; after")


@pytest.mark.parametrize("words", ["", "ENVIRONMENT: no room", "Expected: half a sentence"])
def test_other_words_stay_whole(words: str) -> None:
    told = in_parts(words)
    assert words.removeprefix("Expected: ") in (
        told.before + "".join(f.expected for f in told.findings)
    )


def test_the_fault_in_force_is_the_one_at_the_failing_step() -> None:
    later = FaultStory("later", [], "", 9.0)
    earlier = FaultStory("earlier", [], "", 0.5, None, 1.5)
    step = StepStory("Then", "all is well", status="failed", began=3.0, seconds=1.0)
    attempt = played({}, faults=[earlier, CUT, later], steps=[step])
    assert in_force(attempt) == [CUT]


def test_a_long_table_of_heights_keeps_its_end() -> None:
    table = heights_table({"node-1": rising(100), "node-2": [(0.0, 1, "x")]})
    assert len(table.rows) < 30
    assert [moment for moment, _ in table.rows[-3:]] == [98.0, 99.0, 100.0]
    assert table.left_out == 101 - len(table.rows)
    assert table.rows[-1][1] == [(101, False), (1, True)]


def test_what_a_node_complained_of_is_counted_whatever_its_numbers_are() -> None:
    logs = {
        "node-1": ["8:29AM INF all is well", "8:29AM ERR peer 3 is gone"],
        "node-4": [f"8:29AM ERR height regression. Got {n}, last height 1000" for n in range(9)],
    }
    assert complaints(logs) == [
        Complaint("node-4", "8:29AM ERR height regression. Got 8, last height 1000", 9),
        Complaint("node-1", "8:29AM ERR peer 3 is gone", 1),
    ]


@pytest.mark.parametrize("line", ["INF no error=nil here", "verrry well", '{"level":"info"}'])
def test_other_lines_are_no_complaints(line: str) -> None:
    assert complaints({"node-1": [line]}) == []
