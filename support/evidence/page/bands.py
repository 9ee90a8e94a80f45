"""The faults in a timeline: shaded, hatched, each with its name above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import escape

from support.evidence.page.scale import PLOT, Scale
from support.evidence.story import FaultStory

#: Pixels for the names of one row of faults.
FAULT_ROW = 27
_FAULT_ROWS, _LONGEST_NAME = 5, 46


def rows_of(faults: Sequence[FaultStory], seconds: float) -> list[list[FaultStory]]:
    """Faults in rows in which no name stands on another; what has no room is drawn unnamed."""
    rows: list[list[FaultStory]] = []
    taken: list[float] = []
    for fault in faults:
        began = fault.began / seconds
        # a name is about half the picture wide
        until = max((fault.ended or seconds) / seconds, began + 0.55)
        free = next((row for row, end in enumerate(taken) if end <= began), None)
        if free is None and len(rows) < _FAULT_ROWS:
            rows.append([])
            taken.append(0.0)
            free = len(rows) - 1
        if free is None:
            free = min(range(len(taken)), key=taken.__getitem__)
        rows[free].append(fault)
        taken[free] = max(taken[free], until)
    return rows


def bands(rows: list[list[FaultStory]], scale: Scale, seconds: float) -> Iterator[str]:
    """Every fault from its begin to its end, over the whole height of the plot."""
    for number, row in enumerate(rows):
        y = 4.0 + FAULT_ROW * number
        last = -1.0
        for fault in row:
            ended = seconds if fault.ended is None else fault.ended
            x, width = scale.x(fault.began), scale.width(fault.began, ended)
            until = "to the end" if fault.ended is None else f"to {ended:.1f} s"
            yield (
                f"<g><title>{escape(fault.name)}, from {fault.began:.1f} s {until}</title>"
                f'<rect class="band" x="{x}" y="{y + 15:g}" width="{width}" '
                f'height="{scale.top + PLOT - y - 15:g}"/>'
                f'<rect class="hatch" x="{x}" y="{scale.top:g}" width="{width}" '
                f'height="{PLOT}"/>'
                f'<rect class="cap" x="{x}" y="{y + 15:g}" width="{width}" height="5"/>'
            )
            share = fault.began / scale.seconds
            if share >= last:
                late = share > 0.5
                place = scale.x(ended) if late else x
                yield (
                    f'<text class="fault{" end" if late else ""}" x="{place}" y="{y + 11:g}">'
                    f"{escape(_short(fault.name))}</text>"
                )
                last = share + 0.5
            yield "</g>"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"
