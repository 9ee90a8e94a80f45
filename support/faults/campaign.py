"""Faults at random, one after the other: what befalls a network on a bad day. All of this is pure.

The same chance gives the same faults in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from support.domain import BadRequest, Blocks, NodeName
from support.faults import grudges
from support.faults.faults import Faults
from support.faults.treatment import Treatment, both_ways

#: How long a fault lasts: long enough to matter, short enough for many of them.
_SHORTEST, _LONGEST = 5, 15

#: A link has as many.
_TWO_ENDS = 2

Change = Callable[[Faults], object]


@dataclass(frozen=True)
class Mishap:
    """One fault: what it is, how it comes, how it goes, and how long it lasts in between."""

    words: str
    comes: Change
    goes: Change
    lasts: Blocks


def mishaps(nodes: Sequence[NodeName], chance: Random, count: int) -> Iterator[Mishap]:
    """So many faults of all kinds. Raises :class:`BadRequest` for fewer than two nodes."""
    if len(nodes) < _TWO_ENDS:
        raise BadRequest("a network of one node has no links that could fail")
    for _ in range(count):
        make = chance.choice(_KINDS)
        words, comes, goes = make(nodes, chance)
        yield Mishap(words, comes, goes, Blocks(chance.randint(_SHORTEST, _LONGEST)))


#: What it is in words, how it comes, how it goes.
_Kind = tuple[str, Change, Change]


def _cut_off(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    node = chance.choice(nodes)
    grudge = grudges.between([node], [other for other in nodes if other != node])
    return f"{node} is cut off", lambda faults: faults.cut(grudge), Faults.heal


def _deaf(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    node = chance.choice(nodes)
    grudge = grudges.deaf(node, [other for other in nodes if other != node])
    return f"{node} hears nobody", lambda faults: faults.cut(grudge), Faults.heal


def _halves(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    grudge = grudges.halves(nodes, chance)
    words = f"two halves: {grudges.in_words(grudge)}"
    return words, lambda faults: faults.cut(grudge), Faults.heal


def _one_link(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    one, other = chance.sample(list(nodes), 2)
    grudge = grudges.between([one], [other])
    return f"no link of {one} and {other}", lambda faults: faults.cut(grudge), Faults.heal


def _slow(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    one, other = chance.sample(list(nodes), 2)
    milliseconds = chance.randint(2, 20) * 10
    shape = both_ways([(one, other)], Treatment(delay=milliseconds / 1000))
    words = f"the link of {one} and {other} takes {milliseconds} ms"
    return words, lambda faults: faults.treat(shape), Faults.heal


def _lossy(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    one, other = chance.sample(list(nodes), 2)
    lost = chance.randint(1, 4) / 10
    shape = both_ways([(one, other)], Treatment(lost=lost))
    words = f"the link of {one} and {other} loses {lost:.0%}"
    return words, lambda faults: faults.treat(shape), Faults.heal


def _killed(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    node = chance.choice(nodes)
    return f"{node} crashes", lambda faults: faults.kill(node), lambda faults: faults.start(node)


def _stopped(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    node = chance.choice(nodes)
    words = f"{node} is shut down"
    return words, lambda faults: faults.stop(node), lambda faults: faults.start(node)


def _frozen(nodes: Sequence[NodeName], chance: Random) -> _Kind:
    node = chance.choice(nodes)
    return f"{node} is frozen", lambda faults: faults.freeze(node), lambda faults: faults.wake(node)


_KINDS: Sequence[Callable[[Sequence[NodeName], Random], _Kind]] = (
    _cut_off,
    _deaf,
    _halves,
    _one_link,
    _slow,
    _lossy,
    _killed,
    _stopped,
    _frozen,
)
