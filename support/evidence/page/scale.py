"""Where things are in a timeline: moments from left to right, heights from below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: Percent of the width: where the plot begins, and how much of it there is.
LEFT, WIDE = 9.0, 70.5
#: Pixels that the plot is high.
PLOT = 150


@dataclass(frozen=True)
class Scale:
    """From moments (seconds) and heights to places; the plot begins at ``top`` (pixels)."""

    seconds: float
    lowest: int
    highest: int
    top: float

    def x(self, moment: float) -> str:
        """In percent of the width."""
        share = min(max(moment / self.seconds, 0.0), 1.0)
        return f"{LEFT + WIDE * share:.1f}%"

    def width(self, began: float, ended: float) -> str:
        """Of a stretch of time; never so little that it could not be seen."""
        share = (min(ended, self.seconds) - min(began, self.seconds)) / self.seconds
        return f"{max(WIDE * share, 0.35):.2f}%"

    def y(self, height: int) -> float:
        """In pixels."""
        share = (height - self.lowest) / max(self.highest - self.lowest, 1)
        return self.top + PLOT - 8 - share * (PLOT - 16)


def axes(scale: Scale) -> Iterator[str]:
    """The frame of the plot, with round heights and moments."""
    yield (f'<rect class="plot" x="{LEFT}%" y="{scale.top:g}" width="{WIDE}%" height="{PLOT}"/>')
    for height in ticks(scale.lowest, scale.highest, 4, least_step=1):
        y = scale.y(round(height))
        yield (
            f'<line class="grid" x1="{LEFT}%" x2="{LEFT + WIDE}%" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick end" x="{LEFT - 1}%" y="{y + 4:.1f}">{height:g}</text>'
        )
    for moment in ticks(0, scale.seconds, 4):
        x = scale.x(moment)
        yield (f'<text class="tick mid" x="{x}" y="{scale.top + PLOT + 13:g}">{moment:g} s</text>')


def ticks(least: float, most: float, wanted: int, *, least_step: float = 0) -> list[float]:
    """Round numbers from ``least`` to ``most``, about as many as wanted."""
    span = max(most - least, 1e-6)
    step = next(
        base * 10**power
        for power in range(-3, 12)
        for base in (1, 2, 5)
        if span / (base * 10**power) <= wanted and base * 10**power >= least_step
    )
    first = -(-least // step)
    numbers = [round((first + n) * step, 3) for n in range(wanted + 1)]
    return [number for number in numbers if least <= number <= most]
