"""One thing done to many at once: all are waited for, and results keep their order."""

from __future__ import annotations

import threading

import pytest

from support.parallel import in_background, side_by_side

#: Seconds after which a test gives up; never how long something is supposed to take.
PATIENCE = 30


def test_results_keep_the_order_of_the_items() -> None:
    assert list(side_by_side(lambda n: n * n, [3, 1, 2]).items()) == [(3, 9), (1, 1), (2, 4)]
    assert side_by_side(lambda n: n, []) == {}


def test_all_are_under_way_at_the_same_moment() -> None:
    everybody = threading.Barrier(8)
    side_by_side(lambda n: everybody.wait(PATIENCE), range(8))


def test_all_are_waited_for_when_one_goes_wrong() -> None:
    failed, finished = threading.Event(), threading.Event()

    def act(which: str) -> None:
        if which == "wrong":
            failed.set()
            raise OSError("the daemon is gone")
        assert failed.wait(PATIENCE)
        threading.Event().wait(0.1)  # long enough for an error that did not wait to be seen
        finished.set()

    with pytest.raises(OSError, match="the daemon is gone"):
        side_by_side(act, ["wrong", "slow"])
    assert finished.is_set()


def test_the_first_of_several_errors_is_raised() -> None:
    def act(number: int) -> None:
        raise ValueError(f"number {number}")

    with pytest.raises(ValueError, match="number 3"):
        side_by_side(act, [3, 1, 2])


def test_something_in_the_background_can_be_asked_for() -> None:
    assert in_background(lambda: 7).result(PATIENCE) == 7
