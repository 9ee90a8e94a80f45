"""What a link does to packets besides carrying them, in one direction. All of this is pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from support.domain import BadRequest, NodeName, in_numbers

#: Bits a second. Below, not even the largest packet gets through before it is given up; above, a
#: program that looks at every packet would itself be what is narrow.
_NARROWEST, _WIDEST = 50_000, 20_000_000

#: A link in one direction: who sends, who receives.
Direction = tuple[NodeName, NodeName]


@dataclass(frozen=True)
class Treatment:
    """Seconds by which packets are late, give or take ``jitter``; shares from 0 to 1 of them that
    are lost, repeated, or overtaken by the next ones; bits a second that it carries at most.

    Raises :class:`BadRequest` for what no link can do.
    """

    delay: float = 0.0
    jitter: float = 0.0
    lost: float = 0.0
    repeated: float = 0.0
    reordered: float = 0.0
    rate: float = math.inf

    def __post_init__(self) -> None:
        if self.delay < 0 or self.jitter < 0:
            raise BadRequest("a link cannot take less than no time")
        if self.jitter > self.delay:
            raise BadRequest(
                f"a link that takes {_milliseconds(self.delay)} cannot vary by "
                f"{_milliseconds(self.jitter)}: packets would arrive before they are sent"
            )
        for share in self.shares:
            if not 0 <= share <= 1:
                raise BadRequest(f"{share:.0%} of the packets is no share of them: say 0 to 100 %")
        if self.rate <= 0:
            raise BadRequest("a link that carries nothing is not narrow, it is cut: say so")
        if self.is_narrow and not _NARROWEST <= self.rate <= _WIDEST:
            raise BadRequest(
                f"a link of {bits_per_second(self.rate)} cannot be made: say from "
                f"{bits_per_second(_NARROWEST)} to {bits_per_second(_WIDEST)}"
            )

    @property
    def shares(self) -> tuple[float, float, float]:
        """Of packets that something happens to: lost, repeated, overtaken."""
        return (self.lost, self.repeated, self.reordered)

    @property
    def is_narrow(self) -> bool:
        """Whether it carries only so much."""
        return math.isfinite(self.rate)

    def with_(self, other: Treatment) -> Treatment:
        """Both at once, as if the link had two parts one behind the other."""
        return Treatment(
            delay=self.delay + other.delay,
            jitter=self.jitter + other.jitter,
            lost=_either(self.lost, other.lost),
            repeated=_either(self.repeated, other.repeated),
            reordered=_either(self.reordered, other.reordered),
            rate=min(self.rate, other.rate),
        )

    def __bool__(self) -> bool:
        return self != NONE

    def __str__(self) -> str:
        parts = [
            f"takes {_milliseconds(self.delay)}" if self.delay else "",
            f"give or take {_milliseconds(self.jitter)}" if self.jitter else "",
            f"loses {self.lost:.0%}" if self.lost else "",
            f"repeats {self.repeated:.0%}" if self.repeated else "",
            f"lets {self.reordered:.0%} be overtaken" if self.reordered else "",
            f"carries {bits_per_second(self.rate)} at most" if self.is_narrow else "",
        ]
        return ", ".join(part for part in parts if part) or "as usual"


NONE = Treatment()

Shape = Mapping[Direction, Treatment]


def both_ways(links: Iterable[Direction], treatment: Treatment) -> Shape:
    """The same treatment in both directions of some links.

    Raises :class:`BadRequest` for a link of a node to itself, and for no link at all.
    """
    shape: dict[Direction, Treatment] = {}
    for one, other in links:
        if one == other:
            raise BadRequest(f"there is no link of {one} to itself")
        shape |= {(one, other): treatment, (other, one): treatment}
    if not shape:
        raise BadRequest("there is no link that could be changed")
    return shape


def together(shapes: Iterable[Shape]) -> Shape:
    """Several shapes at once."""
    combined: dict[Direction, Treatment] = {}
    for shape in shapes:
        for direction, treatment in shape.items():
            combined[direction] = combined.get(direction, NONE).with_(treatment)
    return combined


def in_words(shape: Shape) -> str:
    """``node-1 -> node-2, node-2 -> node-1: takes 100 ms; ...`` for the journal and for people."""
    alike: dict[Treatment, list[str]] = {}
    for (one, other), treatment in sorted(shape.items()):
        alike.setdefault(treatment, []).append(f"{one} -> {other}")
    return "; ".join(f"{', '.join(links)}: {treatment}" for treatment, links in alike.items())


def in_short(shape: Shape) -> str:
    """``links of nodes 1 and 2: takes 100 ms``: the name of a shape, for a picture."""
    nodes = in_numbers({node for direction in shape for node in direction})
    different = set(shape.values())
    what = str(*different) if len(different) == 1 else "not as usual, each in its own way"
    return f"links of {nodes}: {what}"


def bits_per_second(rate: float) -> str:
    """``500 kbit/s``."""
    return f"{round(rate / 1000)} kbit/s"


def _either(one: float, other: float) -> float:
    return 1 - (1 - one) * (1 - other)


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)} ms"
