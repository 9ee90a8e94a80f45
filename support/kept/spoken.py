"""The sentences of the features, said by a person: found and done as Behave would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import Any

from behave.model import Step
from behave.runner_util import load_step_modules
from behave.step_registry import registry

from support import sentences
from support.domain import BadRequest
from support.world import World

_STEPS = Path(__file__).parents[2] / "steps"

#: The vocabularies that tell what happens to links, nodes, disks and clocks.
_ABOUT_FAULTS = frozenset(
    {
        "chance_steps",
        "clock_steps",
        "disk_steps",
        "leader_steps",
        "link_steps",
        "node_steps",
        "partition_steps",
    }
)
#: A state, and an event; what is only observed does nothing to a network.
_DOING, _ALL = ("given", "when"), ("given", "when", "then")
#: A sentence that has one of these in it is about customers.
_CUSTOMER = ":Account}"
_MOST_SHOWN = 3

#: How a sentence is shown to people: with something in each of its places.
_PLACE = re.compile(r"{(?P<name>\w+):(?P<type>\w+)}")
_INSTEAD = {
    "Account": "Alice",
    "Amount": "30 coins",
    "BitRate": "1 Mbit/s",
    "Coins": "70 coins",
    "Count": "5",
    "Link": "link between nodes 1 and 2",
    "Links": "every link",
    "Milliseconds": "100 ms",
    "Percent": "20 %",
    "Refusal": "the balance is too low",
    "Size": "4 nodes",
    "Skew": "1 hour fast",
}
#: What follows, or comes before, where several nodes are meant.
_AND = re.compile(r" (are|have|were|take|start|wake|lose|reach|make|show|do)\b")
_OF_MANY = re.compile(r"(clocks of|disks of|places of|reach|cut off from) $")


@dataclass
class Scene:
    """What steps see of Behave's context."""

    world: World
    table: Any = None


@dataclass(frozen=True)
class Sentence:
    """One that is known: ``words`` as they were said, with the word that it begins with."""

    words: str
    _match: Any

    def come_true(self, world: World) -> None:
        """Do what it says; raises what its step raises."""
        values = {argument.name: argument.value for argument in self._match.arguments}
        self._match.func(Scene(world), **values)


def learn() -> None:
    """Load what can be said, unless a run of Behave has done so."""
    if not any(registry.steps.values()):
        sentences.register_all()
        load_step_modules([str(_STEPS)])


def sentence(words: str) -> Sentence:
    """Any sentence of the features. Raises :class:`BadRequest` for what is none."""
    return _found(words, _ALL, [_pattern(step) for step in _known(_ALL)])


def fault(words: str) -> Sentence:
    """A sentence about a fault or its end. Raises :class:`BadRequest` for any other."""
    known = [_pattern(step) for step in _known(_DOING) if _is_about_a_fault(step)]
    found = _found(words, _ALL, known)
    if not any(_is_about_a_fault(step) for step in _definitions_of(found)):
        raise BadRequest(f"“{words}” is a sentence, and no fault.{_nearest(words, known)}")
    return found


def faults() -> list[str]:
    """All sentences about faults and their ends, with something in every place."""
    return _readable(_pattern(step) for step in _known(_DOING) if _is_about_a_fault(step))


def _found(words: str, kinds: tuple[str, ...], known: list[str]) -> Sentence:
    said = " ".join(words.split())
    first, _, rest = said.partition(" ")
    if first.lower() in _ALL:
        kinds, said = (first.lower(),), rest
    for kind in kinds:
        match = registry.find_match(Step("(said)", 1, kind.title(), kind, said))
        if match is not None:
            return Sentence(f"{kind.title()} {said}", match)
    raise BadRequest(f"nothing reads “{said}”.{_nearest(said, known)}")


def _definitions_of(found: Sentence) -> list[Any]:
    return [step for step in _known(_DOING) if step.func is found._match.func]


def _known(kinds: tuple[str, ...]) -> Iterator[Any]:
    for kind in kinds:
        yield from registry.steps[kind]


def _is_about_a_fault(step: Any) -> bool:
    return Path(step.location.filename).stem in _ABOUT_FAULTS and _CUSTOMER not in step.pattern


def _pattern(step: Any) -> str:
    return str(step.pattern)


def _nearest(words: str, known: list[str]) -> str:
    near = get_close_matches(words, _readable(known), n=_MOST_SHOWN, cutoff=0.2)
    lines = "".join(f"\n  {pattern}" for pattern in near)
    return f" The nearest are:{lines}" if near else ""


def _readable(patterns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(_filled, patterns)))


def _filled(pattern: str) -> str:
    """``node 2 is frozen`` for ``{nodes:Nodes} is frozen``."""
    numbers = count(1)

    def fill(place: re.Match[str]) -> str:
        if place["type"] not in ("Node", "Nodes"):
            return _INSTEAD.get(place["type"], place["name"])
        before, after = pattern[: place.start()], pattern[place.end() :]
        if place["type"] == "Nodes" and (_AND.match(after) or _OF_MANY.search(before)):
            return f"nodes {next(numbers)} and {next(numbers)}"
        return f"node {next(numbers)}"

    return _PLACE.sub(fill, pattern)
