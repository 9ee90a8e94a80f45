"""What runs where and when, on one machine and on several."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.domain import BadRequest
from support.running.plan import (
    BYTES_AT_ONCE,
    cores_here,
    memory_here,
    read_jobs,
    read_repeat,
    read_shard,
    seconds_for,
    shard_of,
    side_by_side,
    tasks_for,
)
from support.running.selection import Example, SelectedFeature

GIB = 1 << 30


def feature(name: str, examples: int = 1) -> SelectedFeature:
    path = f"features/{name}.feature"
    found = tuple(Example(f"{path}:{line}", f"{name} {line}") for line in range(1, examples + 1))
    return SelectedFeature(path, name, found, whole=True)


features = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.integers(1, 9)),
    unique_by=lambda each: each[0],
    max_size=20,
).map(lambda drawn: [feature(*each) for each in drawn])


# -- the order


def test_what_takes_longest_begins_first() -> None:
    short, long, unknown = feature("short"), feature("long", 2), feature("unknown")
    known = {"features/short.feature:1": 1.0} | {
        f"features/long.feature:{line}": 30.0 for line in (1, 2)
    }
    tasks = tasks_for([short, unknown, long], known, repeat=1, jobs=2)
    assert [task.feature.name for task in tasks] == ["long", "unknown", "short"]


def test_where_nothing_is_known_many_examples_come_before_few() -> None:
    tasks = tasks_for([feature("a"), feature("b", 3), feature("c", 2)], {}, repeat=1, jobs=2)
    assert [task.feature.name for task in tasks] == ["b", "c", "a"]


@given(features, st.integers(1, 300), st.integers(1, 8))
def test_every_repetition_is_run_by_somebody(
    some: list[SelectedFeature], repeat: int, jobs: int
) -> None:
    tasks = tasks_for(some, {}, repeat=repeat, jobs=jobs)
    for each in some:
        times = [task.times for task in tasks if task.feature is each]
        assert sum(times) == repeat
        assert len(times) == min(repeat, jobs)
        assert max(times) - min(times) <= 1
    assert len({task.name for task in tasks}) == len(tasks)
    assert all(seconds_for(a, {}) >= seconds_for(b, {}) for a, b in pairwise(tasks))


# -- how many at once


@pytest.mark.parametrize(
    ("asked", "cores", "memory", "jobs"),
    [
        (None, 2, 16 * GIB, 2),
        (None, 8, 3 * GIB, 3),
        (None, 1, GIB // 2, 1),
        (3, 2, 16 * GIB, 3),
        (8, 2, 16 * GIB, 8),
    ],
)
def test_as_many_as_the_machine_bears(
    asked: int | None, cores: int, memory: int, jobs: int
) -> None:
    assert side_by_side(asked, cores=cores, memory=memory) == (jobs, None)


def test_more_than_the_machine_bears_is_said() -> None:
    assert side_by_side(64, cores=2, memory=16 * GIB) == (
        8,
        "-j 64 is more than this machine bears (2 cores, 16 GiB): 8 features run at once",
    )
    jobs, sentence = side_by_side(64, cores=32, memory=4 * BYTES_AT_ONCE)
    assert (jobs, sentence is not None) == (4, True)


def test_this_machine_has_something() -> None:
    assert cores_here() >= 1
    assert memory_here() > GIB // 4


# -- several machines


@given(features, st.integers(1, 9), st.booleans())
def test_shards_have_every_feature_once(
    some: list[SelectedFeature], shards: int, measured: bool
) -> None:
    known = {e.location: len(e.name) * 1.5 for f in some for e in f.examples} if measured else {}
    parts = [shard_of(some, number, shards, known) for number in range(1, shards + 1)]
    assert sorted(f.path for part in parts for f in part) == sorted(f.path for f in some)
    again = [shard_of(some[::-1], number, shards, known) for number in range(1, shards + 1)]
    assert [[f.path for f in part] for part in again] == [[f.path for f in part] for part in parts]


def test_shards_are_balanced_by_what_is_known_to_take_long() -> None:
    some = [feature("a", 3), feature("b"), feature("c"), feature("d")]
    by_count = [[f.name for f in shard_of(some, n, 2, {})] for n in (1, 2)]
    assert by_count == [["a"], ["b", "c", "d"]]
    known = {e.location: 1.0 for f in some for e in f.examples} | {"features/d.feature:1": 60.0}
    assert [f.name for f in shard_of(some, 1, 2, known)] == ["d"]


@pytest.mark.parametrize(
    "text", ["0/3", "4/3", "1/0", "3", "a/b", "1/3/5", "-1/3", "", "1.0/3", "¹/3", " 1/3"]
)
def test_a_shard_that_there_is_not(text: str) -> None:
    with pytest.raises(BadRequest, match="--shard must be like 2/3"):
        read_shard(text)


def test_shards_that_there_are() -> None:
    assert (read_shard("1/1"), read_shard("2/3")) == ((1, 1), (2, 3))


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "", "²"])
def test_numbers_that_make_no_sense(text: str) -> None:
    with pytest.raises(BadRequest, match="--jobs must be a whole number from 1"):
        read_jobs(text)
    with pytest.raises(BadRequest, match="--repeat must be a whole number from 1"):
        read_repeat(text)


def test_numbers_that_do() -> None:
    assert (read_jobs(None), read_jobs("3"), read_repeat("200")) == (None, 3, 200)
    with pytest.raises(BadRequest):
        read_repeat("10001")
