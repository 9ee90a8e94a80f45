"""What the samples of all nodes say about their pace, their progress and their agreement."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import BlockId, Height, NodeName, NodeStatus
from support.history import History, Sample
from tests.unit.played import NODE_1, NODE_2, NODE_3


def seen(t: float, height: int | None, tip: str | None = None) -> Sample:
    if height is None:
        return Sample(t, None)
    block = BlockId(f"block-{height}" if tip is None else tip)
    return Sample(t, NodeStatus(Height(height), block, False))


def history_of(**nodes: list[Sample]) -> History:
    """By node, with ``node_1`` for node-1."""
    history = History()
    samples = [
        (sample.t, NodeName(name.replace("_", "-")), sample)
        for name, samples in nodes.items()
        for sample in samples
    ]
    for _, node, sample in sorted(samples, key=lambda each: each[:2]):
        history.add(node, sample)
    return history


# -- pace


def test_the_pace_is_unknown_after_a_few_blocks() -> None:
    history = history_of(node_1=[seen(n, n) for n in range(1, 6)])
    assert history.block_time() is None
    history.add(NODE_1, seen(6, 6))
    assert history.block_time() == 1.0


def test_one_stall_does_not_count_as_the_pace() -> None:
    samples = [seen(n * 0.5, n) for n in range(1, 10)]
    samples += [seen(1000 + n * 0.5, n) for n in range(10, 20)]
    assert history_of(node_1=samples).block_time() == pytest.approx(0.5)


def test_blocks_between_two_looks_share_the_time() -> None:
    history = history_of(node_1=[seen(float(n), 4 * n) for n in range(1, 10)])
    assert history.block_time() == 0.25


def test_looks_at_the_same_block_do_not_make_the_pace_faster() -> None:
    history = history_of(node_1=[seen(n / 4, n // 4) for n in range(4, 60)])
    assert history.block_time() == 1.0


def test_the_pace_is_that_of_the_last_blocks() -> None:
    slow = [seen(float(n), n) for n in range(100)]
    fast = [seen(100 + n * 0.1, 100 + n) for n in range(25)]
    assert history_of(node_1=slow + fast).block_time() == pytest.approx(0.1)


def test_several_nodes_are_one_network() -> None:
    history = history_of(
        node_1=[seen(float(n), n) for n in range(1, 10)],
        node_2=[seen(n + 0.4, n - 1) for n in range(1, 10)],
    )
    assert history.block_time() == 1.0


def test_a_sleep_does_not_slow_the_pace_down() -> None:
    history = history_of(node_1=[seen(float(n), n) for n in range(1, 10)])
    history.restart()
    assert history.block_time() is None
    for n in range(10, 20):
        history.add(NODE_1, seen(5000.0 + n, n))
    assert history.block_time() == 1.0


# -- progress


def test_progress_is_a_height_that_no_node_had_before() -> None:
    history = history_of(
        node_1=[seen(1, 5), seen(4, 5)], node_2=[seen(2, 6), seen(5, 6)], node_3=[seen(3, 6)]
    )
    assert history.last_progress() == 2


def test_a_node_that_catches_up_is_no_progress_of_the_network() -> None:
    history = history_of(node_1=[seen(1, 5)], node_2=[seen(2, 1), seen(3, 2), seen(4, 5)])
    assert history.last_progress() == 1
    assert history.progress_of(NODE_2) == 4


def test_progress_of_a_node_is_when_it_was_first_seen_at_its_height() -> None:
    history = history_of(node_1=[seen(1, 4), seen(2, 5), seen(3, 5), seen(4, None), seen(5, 5)])
    assert history.progress_of(NODE_1) == 2


def test_a_node_that_was_never_seen_made_no_progress() -> None:
    assert History().progress_of(NODE_1) == 0.0
    assert history_of(node_1=[seen(1, None)]).progress_of(NODE_1) == 0.0
    assert History().latest(NODE_1) is None


def test_the_latest_sample_may_be_a_silence() -> None:
    history = history_of(node_1=[seen(1, 4), seen(2, None)])
    assert history.latest(NODE_1) == Sample(2, None)


@given(st.lists(st.integers(min_value=0, max_value=100), unique=True), st.integers(-5, 105))
def test_what_was_seen_since_a_moment_includes_the_moment(times: list[int], moment: int) -> None:
    history = history_of(node_1=[seen(t, 1) for t in sorted(times)])
    since = history.since(moment).get(NODE_1, ())
    assert [sample.t for sample in since] == [t for t in sorted(times) if t >= moment]


# -- forks


def test_nodes_that_tell_the_same_are_no_fork() -> None:
    history = history_of(
        node_1=[seen(1, 4), seen(2, 5)], node_2=[seen(1, 3), seen(2, 4), seen(3, 5)]
    )
    assert history.forks(0) == []


def test_different_blocks_at_one_height_are_a_fork_whenever_they_were_seen() -> None:
    history = history_of(node_1=[seen(1, 4), seen(2, 5, "x")], node_2=[seen(1, 4), seen(9, 5, "y")])
    assert history.forks(0) == [(5, {"x": {NODE_1}, "y": {NODE_2}})]


def test_forks_before_the_moment_are_not_told_again() -> None:
    history = history_of(node_1=[seen(1, 5, "x")], node_2=[seen(1, 5, "y")])
    assert history.forks(2) == []


def test_a_node_without_a_block_is_no_fork() -> None:
    history = history_of(node_1=[seen(1, 0, "")], node_2=[seen(1, 0, "y")], node_3=[seen(1, None)])
    assert history.forks(0) == []
    assert history.latest(NODE_3) == Sample(1, None)


def test_a_node_that_changes_its_newest_block_has_forked() -> None:
    history = history_of(node_1=[seen(1, 5, "x"), seen(2, 5, "y")], node_2=[seen(1, 5, "y")])
    assert history.forks(0) == [(5, {"x": {NODE_1}, "y": {NODE_1, NODE_2}})]


def test_samples_can_be_read_while_they_are_taken() -> None:
    history = History()
    stop = threading.Event()
    errors: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                history.since(0)
                history.forks(0)
                history.block_time()
                history.progress_of(NODE_1)
            except (RuntimeError, ValueError, IndexError) as error:
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(300):
        history.add(NodeName(f"node-{n % 40 + 1}"), seen(float(n), n))
    stop.set()
    reader.join()
    assert not errors
