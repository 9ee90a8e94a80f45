"""What runs where and when: the longest first, so many at once, or only this machine's share."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.domain import BadRequest
from support.running.selection import SelectedFeature
from support.settings import MOST_REPEATS

#: A network of four nodes, at about 250 MiB each, with its share of the suite.
BYTES_AT_ONCE = 1 << 30
#: Nodes and customers mostly wait; with more than this many networks for each core, blocks come
#: so late that features fail because of the machine.
MOST_FOR_A_CORE = 4
#: Seconds, for an example of which nothing is known while others are.
_A_USUAL_EXAMPLE = 5.0


@dataclass(frozen=True)
class Task:
    """What one process does: a feature, so many times. ``number`` tells those of one apart."""

    feature: SelectedFeature
    times: int = 1
    number: int = 1

    @property
    def name(self) -> str:
        """For people, and for a folder below the run's."""
        place = self.feature.path.removeprefix("features/").removesuffix(".feature")
        return f"{place} ({self.number})" if self.number > 1 else place

    @property
    def examples(self) -> int:
        """How many examples end before it does."""
        return self.times * len(self.feature.examples)


def tasks_for(
    features: Sequence[SelectedFeature], known: Mapping[str, float], *, repeat: int, jobs: int
) -> list[Task]:
    """Those that take longest first. Repetitions are divided among the processes that run at once.

    ``known`` is location -> seconds.
    """
    tasks = []
    for feature in features:
        whole, more = divmod(repeat, min(repeat, jobs))
        shares = [whole + (number < more) for number in range(min(repeat, jobs))]
        tasks += [Task(feature, times, number) for number, times in enumerate(shares, start=1)]
    return sorted(tasks, key=lambda task: (-seconds_for(task, known), task.name))


def seconds_for(task: Task, known: Mapping[str, float]) -> float:
    """How long a task takes, as far as is known."""
    return task.times * _seconds(task.feature, known)


def _seconds(feature: SelectedFeature, known: Mapping[str, float]) -> float:
    return sum(known.get(example.location, _A_USUAL_EXAMPLE) for example in feature.examples)


# -- how many at once


def read_jobs(text: str | None) -> int | None:
    """None where nobody said. Raises :class:`BadRequest`."""
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise BadRequest(f"--jobs must be a whole number from 1, not {text!r}")
    return int(text)


def side_by_side(asked: int | None, *, cores: int, memory: int) -> tuple[int, str | None]:
    """How many features at once, and a sentence if that is fewer than somebody asked for.

    ``memory`` in bytes. By default one for each core, as far as the memory goes.
    """
    fits = max(1, memory // BYTES_AT_ONCE)
    if asked is None:
        return max(1, min(cores, fits)), None
    most = min(MOST_FOR_A_CORE * cores, fits)
    if asked <= most:
        return asked, None
    return most, (
        f"-j {asked} is more than this machine bears ({cores} cores, {memory / (1 << 30):.0f} "
        f"GiB): {most} features run at once"
    )


def cores_here() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_here() -> int:
    """Bytes of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


# -- several machines


def read_shard(text: str) -> tuple[int, int]:
    """``2/3`` is the second of three. Raises :class:`BadRequest`."""
    said = re.fullmatch(r"(\d+)/(\d+)", text, re.ASCII)
    number, shards = (int(part) for part in said.groups()) if said else (0, 0)
    if not 1 <= number <= shards:
        raise BadRequest(f"--shard must be like 2/3, from 1/3 to 3/3 for three, not {text!r}")
    return number, shards


def shard_of(
    features: Sequence[SelectedFeature], number: int, shards: int, known: Mapping[str, float]
) -> list[SelectedFeature]:
    """The features of one of so many machines: all together have each exactly once.

    Every machine has to come to the same answer, so only what all of them know may count: the
    features, and ``known`` (location -> seconds), if it is the same for all.
    """
    weight = (
        {feature.path: _seconds(feature, known) for feature in features}
        if known
        else {feature.path: float(len(feature.examples)) for feature in features}
    )
    loads = [0.0] * shards
    shares: list[list[SelectedFeature]] = [[] for _ in range(shards)]
    for feature in sorted(features, key=lambda each: (-weight[each.path], each.path)):
        lightest = min(range(shards), key=lambda shard: (loads[shard], shard))
        loads[lightest] += weight[feature.path]
        shares[lightest].append(feature)
    return shares[number - 1]


# -- many times


def read_repeat(text: str) -> int:
    """How often. Raises :class:`BadRequest`."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_REPEATS:
        raise BadRequest(f"--repeat must be a whole number from 1 to {MOST_REPEATS}, not {text!r}")
    return int(text)
