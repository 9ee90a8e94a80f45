"""What the journal says of payments that flowed, before, during and after the faults."""

from __future__ import annotations

from typing import Any

from support.evidence.load_report import in_words, loads

WHERE = "features/resilience/payments_under_fire.feature:12"


def payment(
    receipt: str, sent: float, seconds: float, outcome: str = "confirmed"
) -> list[dict[str, Any]]:
    return [
        {"kind": "payment sent", "t": sent, "receipt": receipt},
        {
            "kind": "payment settled",
            "t": sent + seconds,
            "receipt": receipt,
            "seconds": seconds,
            "outcome": outcome,
        },
    ]


def told(*happened: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"kind": "scenario started", "t": 0.0, "location": WHERE},
        {"kind": "payment sent", "t": 1.0, "receipt": "a deposit"},
        {"kind": "load started", "t": 10.0},
        *sorted(happened, key=lambda record: float(record["t"])),
        {"kind": "load stopped", "t": 30.0},
        {"kind": "scenario finished", "t": 31.0},
    ]


FAULT = ({"kind": "fault asked for", "t": 14.0}, {"kind": "fault undone", "t": 24.0})


def test_each_payment_belongs_to_the_part_in_which_it_was_sent() -> None:
    parts = loads(
        told(
            *FAULT,
            *payment("1", 11, 0.4),
            *payment("2", 13.9, 0.6),
            *payment("3", 15, 2.0),
            *payment("4", 24, 0.5),
        )
    )[WHERE]
    assert list(parts) == ["before", "during", "after"]
    assert [part["sent"] for part in parts.values()] == [2, 1, 1]
    assert [part["seconds"] for part in parts.values()] == [4.0, 10.0, 6.0]
    assert parts["before"]["per_second"] == 0.5
    assert parts["before"]["median"] == 0.5
    assert parts["during"]["median"] == 2.0


def test_what_is_found_out_late_counts_and_is_not_timed() -> None:
    late = {"kind": "payment settled", "t": 29.0, "receipt": "1", "outcome": "confirmed"}
    during = loads(told(*FAULT, *payment("1", 15, 5, "unknown"), late | {"late": True}))[WHERE][
        "during"
    ]
    assert (during["confirmed"], during["unknown"]) == (1, 0)
    assert during["median"] is None


def test_who_gave_up_on_one_node_does_not_outvote_who_saw_it_confirmed_through_another() -> None:
    through_two = (*payment("1", 15, 5, "unknown"), *payment("1", 16, 0.5))
    during = loads(told(*FAULT, *through_two))[WHERE]["during"]
    assert (during["sent"], during["confirmed"], during["unknown"]) == (1, 1, 0)


def test_a_payment_without_an_end_is_unknown() -> None:
    sent = {"kind": "payment sent", "t": 11.0, "receipt": "1"}
    refused = payment("2", 12, 0.1, "refused")
    before = loads(told(sent, *refused))[WHERE]["before"]
    assert (before["sent"], before["unknown"], before["refused"]) == (2, 1, 1)
    assert before["median"] is None


def test_without_a_fault_there_is_only_one_part() -> None:
    assert list(loads(told(*payment("1", 11, 0.4)))[WHERE]) == ["before"]


def test_a_fault_that_is_never_undone_lasts_until_the_end() -> None:
    parts = loads(told(FAULT[0], *payment("1", 29, 0.4)))[WHERE]
    assert list(parts) == ["before", "during"]
    assert parts["during"]["confirmed"] == 1


def test_faults_that_are_undone_when_nothing_flows_any_more_do_not_count() -> None:
    parts = loads(told(FAULT[0], {"kind": "fault undone", "t": 30.5}))[WHERE]
    assert list(parts) == ["before", "during"]


def test_examples_in_which_nothing_flowed_are_not_told() -> None:
    quiet = [r for r in told(*payment("1", 11, 0.4)) if not r["kind"].startswith("load")]
    assert loads(quiet) == {}


def test_in_words() -> None:
    parts = loads(told(*FAULT, *payment("1", 11, 0.4), *payment("2", 25, 0.5)))[WHERE]
    assert in_words(parts) == "0.2/s in 0.40 s before, 0.0/s during, 0.2/s in 0.50 s after"
