"""How waits end: with a reading, with what was seen, or at once when there is no point."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from hamcrest import equal_to

from support.domain import AccountName, Blocks, Coins, NodeName, Silence
from support.matchers import holds, on_every_node
from support.waiting import STALL, eventually, throughout, ticks, until
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, PlayedPace, PlayedTime

T = TypeVar("T")

TEN_BLOCKS = Blocks(10)
ALICE_HOLDS_70 = on_every_node(holds(AccountName("Alice"), Coins(70)))


@pytest.fixture
def pace() -> PlayedPace:
    return PlayedPace()


def one_after_the_other(*readings: T) -> Callable[[], T]:
    """A probe that gives one reading after the other, and the last one for ever."""
    rest: Iterator[T] = iter(readings)
    last = readings[-1]
    return lambda: next(rest, last)


def shown(*coins: int) -> dict[NodeName, Coins | Silence]:
    return dict(zip((NODE_1, NODE_2, NODE_3, NODE_4), map(Coins, coins), strict=False))


def disappointment(
    probe: Callable[[], T], matcher: object, pace: PlayedPace, within: Blocks = TEN_BLOCKS
) -> list[str]:
    """The lines of what is raised by a wait that must not succeed."""
    with pytest.raises(AssertionError) as raised:
        eventually(probe, matcher, on=pace, within=within)  # type: ignore[arg-type]
    return str(raised.value).strip("\n").splitlines()


# -- eventually


def test_a_reading_that_fits_is_returned_at_once(clock: PlayedTime, pace: PlayedPace) -> None:
    before = clock.now
    assert eventually(lambda: 7, equal_to(7), on=pace) == 7
    assert clock.now == before
    assert not pace.asked, "a reading that fits is never too late"


def test_readings_are_taken_until_one_fits(clock: PlayedTime, pace: PlayedPace) -> None:
    assert eventually(one_after_the_other(1, 2, 3), equal_to(3), on=pace) == 3


def test_what_was_seen_over_time_is_listed(clock: PlayedTime, pace: PlayedPace) -> None:
    probe = one_after_the_other(
        *[shown(100, 100, 70, 70)] * 8, *[shown(70, 100, 70, 70)] * 4, shown(70, 0, 70, 70)
    )
    assert disappointment(probe, ALICE_HOLDS_70, pace) == [
        "Expected: on every node, Alice holds 70 coins",
        "     but: waited 10 blocks (2.0 s), with the network at height 41 (node-2 at 39)",
        "          after 0.0 s: 2 of 4 nodes disagree: node-1 shows 100 coins; "
        "node-2 shows 100 coins",
        "          after 0.4 s: 1 of 4 nodes disagrees: node-2 shows 100 coins",
        "          after 0.6 s: 1 of 4 nodes disagrees: node-2 shows nothing",
    ]


def test_a_stall_ends_the_wait_at_once(clock: PlayedTime, pace: PlayedPace) -> None:
    stalled = "the network has stalled at height 41 (node-2 at 39, unreachable for 6 blocks)"
    readings = 0

    def probe() -> dict[NodeName, Coins | Silence]:
        nonlocal readings
        readings += 1
        pace.pointless = stalled if readings == 9 else None
        return shown(100, 100, 70, 70) if readings < 9 else shown(70, 100, 70, 70)

    assert disappointment(probe, ALICE_HOLDS_70, pace, Blocks(1000)) == [
        "Expected: on every node, Alice holds 70 coins",
        "     but: gave up because the network has stalled at height 41 "
        "(node-2 at 39, unreachable for 6 blocks)",
        "          after 0.0 s: 2 of 4 nodes disagree: node-1 shows 100 coins; "
        "node-2 shows 100 coins",
        "          after 0.4 s: 1 of 4 nodes disagrees: node-2 shows 100 coins",
    ]
    assert readings == 9


def test_a_stalled_network_may_still_show_what_was_waited_for(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    pace.pointless = "the network has stalled"
    assert eventually(lambda: 7, equal_to(7), on=pace) == 7


def test_the_network_is_told_since_when_it_is_waited_for(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    began = clock.now
    eventually(one_after_the_other(1, 1, 2), equal_to(2), on=pace, stall=Blocks(3))
    assert pace.asked == [(began, Blocks(3))] * 2


def test_a_wait_counts_as_stalled_after_the_usual_number_of_blocks(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    eventually(one_after_the_other(1, 2), equal_to(2), on=pace)
    assert pace.asked[0][1] == STALL


@pytest.mark.parametrize("error", [AssertionError("wrong"), KeyError("x"), OSError("gone")])
def test_any_other_exception_of_a_probe_passes(
    clock: PlayedTime, pace: PlayedPace, error: Exception
) -> None:
    def probe() -> int:
        raise error

    with pytest.raises(type(error)) as raised:
        eventually(probe, equal_to(7), on=pace)
    assert raised.value is error


def test_a_network_that_slows_down_is_given_more_time(clock: PlayedTime, pace: PlayedPace) -> None:
    began = clock.now

    def probe() -> int:
        if clock.now - began > 1.0:
            pace.block_time = 1.0
        return 7 if clock.now - began > 8.0 else 0

    assert eventually(probe, equal_to(7), on=pace, within=Blocks(10)) == 7


def test_a_network_that_speeds_up_is_given_less_time(clock: PlayedTime, pace: PlayedPace) -> None:
    began = clock.now

    def probe() -> int:
        pace.block_time = 0.05
        return 0

    assert "waited 10 blocks (0.5 s)" in disappointment(probe, equal_to(7), pace)[1]
    assert clock.now - began < 1.0


def test_one_more_reading_is_taken_when_the_time_is_up(clock: PlayedTime, pace: PlayedPace) -> None:
    began = clock.now
    probe = lambda: 7 if clock.now - began > 2.0 else 0  # noqa: E731
    assert eventually(probe, equal_to(7), on=pace, within=Blocks(10)) == 7


def test_only_the_last_of_many_observations_are_shown(clock: PlayedTime, pace: PlayedPace) -> None:
    lines = disappointment(one_after_the_other(*range(100, 110)), equal_to(7), pace)
    assert lines[2] == "          (4 earlier observations left out)"
    assert [line.rpartition("was ")[2] for line in lines[3:]] == [
        f"<{value}>" for value in range(104, 110)
    ]


def test_what_is_seen_again_later_is_told_again(clock: PlayedTime, pace: PlayedPace) -> None:
    lines = disappointment(one_after_the_other(1, 2, 1), equal_to(7), pace)
    assert [line.rpartition("was ")[2] for line in lines[2:]] == ["<1>", "<2>", "<1>"]


# -- throughout


HOLDS_70 = holds(AccountName("Alice"), Coins(70))


def test_what_lasts_is_watched_for_the_whole_period(clock: PlayedTime, pace: PlayedPace) -> None:
    began, looked = clock.now, []

    def probe() -> dict[NodeName, Coins | Silence]:
        looked.append(clock.now)
        return shown(70)

    throughout(probe, HOLDS_70, on=pace, period=Blocks(15))
    assert looked[0] == began
    assert looked[-1] >= began + 3.0 - 0.06
    assert clock.now >= began + 3.0


def test_patience_stretches_a_deadline_and_not_what_is_claimed(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    pace.patience = 5.0
    began = clock.now
    throughout(lambda: shown(70), HOLDS_70, on=pace, period=Blocks(10))
    assert clock.now - began < 2.2
    disappointment(lambda: 0, equal_to(7), pace, Blocks(10))
    assert clock.now - began > 10.0


def test_what_does_not_last_is_told_with_the_reading(clock: PlayedTime, pace: PlayedPace) -> None:
    probe = one_after_the_other(*[shown(70, 70, 70, 70)] * 4, shown(70, 70, 70, 0))
    with pytest.raises(AssertionError) as raised:
        throughout(probe, HOLDS_70, on=pace, period=Blocks(15))
    assert str(raised.value).strip("\n").splitlines() == [
        "Expected: Alice holds 70 coins",
        "     but: it did not last 15 blocks",
        "          after 0.2 s: node-4 shows nothing",
    ]


def test_an_answer_that_does_not_come_decides_nothing(clock: PlayedTime, pace: PlayedPace) -> None:
    silent = {NODE_1: Coins(70), NODE_2: Silence("timed out")}
    probe = one_after_the_other(silent, silent, shown(70, 70))
    throughout(probe, HOLDS_70, on=pace, period=Blocks(15))


def test_a_node_that_is_never_heard_has_kept_no_promise(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    readings = {NODE_1: Coins(70), NODE_2: Silence("connection refused")}
    with pytest.raises(AssertionError) as raised:
        throughout(lambda: readings, HOLDS_70, on=pace, period=Blocks(15))
    assert "not every node could be heard" in str(raised.value)
    assert "node-2 does not answer (connection refused)" in str(raised.value)


def test_a_node_that_falls_silent_for_good_has_kept_no_promise(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    began = clock.now
    silent = {NODE_1: Coins(70), NODE_2: Silence("timed out")}
    probe = one_after_the_other(*[shown(70, 70)] * 5, silent)
    with pytest.raises(AssertionError) as raised:
        throughout(probe, HOLDS_70, on=pace, period=Blocks(15))
    assert "not every node could be heard" in str(raised.value)
    assert "node-2 does not answer (timed out)" in str(raised.value)
    assert "node-1" not in str(raised.value)
    assert clock.now - began < pace.seconds(Blocks(15 + STALL.count)) + 0.2


def test_a_node_that_is_silent_at_the_end_is_asked_until_it_answers(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    began = clock.now
    silent = {NODE_1: Coins(70), NODE_2: Silence("timed out")}
    probe = lambda: silent if 1.0 < clock.now - began < 6.0 else shown(70, 70)  # noqa: E731
    throughout(probe, HOLDS_70, on=pace, period=Blocks(15))
    assert 6.0 <= clock.now - began < 6.2


def test_where_there_is_no_node_to_ask_nothing_has_lasted(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    nobody: dict[NodeName, Coins | Silence] = {}
    with pytest.raises(AssertionError) as raised:
        throughout(lambda: nobody, HOLDS_70, on=pace, period=Blocks(15))
    assert "there was no node to ask" in str(raised.value)


def test_the_answer_after_a_silence_counts_as_well(clock: PlayedTime, pace: PlayedPace) -> None:
    silent = {NODE_1: Coins(70), NODE_2: Silence("timed out")}
    probe = one_after_the_other(*[shown(70, 70)] * 5, *[silent] * 100, shown(70, 0))
    with pytest.raises(AssertionError, match="node-2 shows nothing"):
        throughout(probe, HOLDS_70, on=pace, period=Blocks(15))


def test_nobody_has_to_answer_at_the_same_moment_as_the_others(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    began = clock.now
    in_turn = (
        {NODE_1: Coins(70), NODE_2: Silence("timed out")},
        {NODE_1: Silence("timed out"), NODE_2: Coins(70)},
    )
    readings = one_after_the_other(*in_turn * 100)
    throughout(readings, HOLDS_70, on=pace, period=Blocks(15))
    assert clock.now - began < 3.2


def test_a_slow_reading_is_not_the_only_one(clock: PlayedTime, pace: PlayedPace) -> None:
    readings = 0

    def probe() -> dict[NodeName, Coins | Silence]:
        nonlocal readings
        readings += 1
        clock.now += 100.0
        return shown(70)

    throughout(probe, HOLDS_70, on=pace, period=Blocks(15))
    assert readings == 2


def test_the_second_reading_counts_as_well(clock: PlayedTime, pace: PlayedPace) -> None:
    readings = one_after_the_other(shown(70), shown(71))

    def probe() -> dict[NodeName, Coins | Silence]:
        clock.now += 100.0
        return readings()

    with pytest.raises(AssertionError, match="it did not last 15 blocks"):
        throughout(probe, HOLDS_70, on=pace, period=Blocks(15))


def test_no_exception_of_a_watched_reading_is_swallowed(
    clock: PlayedTime, pace: PlayedPace
) -> None:
    def probe() -> dict[NodeName, Coins | Silence]:
        raise OSError("the daemon is gone")

    with pytest.raises(OSError, match="the daemon is gone"):
        throughout(probe, HOLDS_70, on=pace)


# -- until


def test_machinery_is_asked_until_it_answers(clock: PlayedTime) -> None:
    assert until(one_after_the_other(None, None, 3), seconds=lambda: 1.0) == 3


@pytest.mark.parametrize("answer", [False, 0, ""])
def test_an_answer_is_anything_but_none(clock: PlayedTime, answer: object) -> None:
    began = clock.now
    assert until(lambda: answer, seconds=lambda: 1.0) is answer
    assert clock.now == began


def test_machinery_that_does_not_answer_in_time_is_given_up(clock: PlayedTime) -> None:
    began = clock.now
    assert until(lambda: None, seconds=lambda: 3.0) is None
    assert 3.0 < clock.now - began < 3.1


def test_a_wait_for_machinery_can_be_given_up_early(clock: PlayedTime) -> None:
    began = clock.now
    given_up = until(
        lambda: None, seconds=lambda: 3.0, give_up_if=lambda since: clock.now - since > 1.0
    )
    assert given_up is None
    assert 1.0 < clock.now - began < 1.1


def test_the_time_for_machinery_is_asked_anew(clock: PlayedTime) -> None:
    began = clock.now
    assert until(lambda: None, seconds=lambda: 5.0 if clock.now > began + 1 else 2.0) is None
    assert clock.now - began > 5.0


# -- ticks


def test_the_first_tick_comes_at_once_and_none_after_the_stop() -> None:
    stop = threading.Event()
    seen = []
    for moment in ticks(0.0, stop):
        seen.append(moment)
        if len(seen) == 3:
            stop.set()
    assert len(seen) == 3
    assert list(ticks(0.0, stop)) == []
