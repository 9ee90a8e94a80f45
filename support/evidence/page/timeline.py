"""Draws what every node did over time: heights, the faults in force, payments, the failing step.

One inline SVG without a size of its own: moments are percentages of its width and everything else
is pixels, so that words stay readable on a phone. Nodes differ by dash and marker as well as by
colour, payments by shape, faults by hatching and name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from support.domain import NodeName, in_order
from support.evidence.page.caption import caption
from support.evidence.story import AttemptStory, FaultStory, Look, PaymentStory

#: Percent of the width: where the plot begins, and how much of it there is.
LEFT, WIDE = 9.0, 70.5
_PLOT = 150
_FAULT_ROW, _LANE, _LABEL = 27, 17, 13
#: What a picture needs at most; more would be smaller than a pixel.
_COLUMNS, _MARKS, _FAULT_ROWS, _SEGMENTS = 75, 60, 5, 120
_LONGEST_NAME = 46
_KINDS = ("sent", "confirmed", "refused", "unknown")


@dataclass(frozen=True)
class _Scale:
    """From moments and heights to places."""

    seconds: float
    lowest: int
    highest: int
    top: float

    def x(self, moment: float) -> str:
        share = min(max(moment / self.seconds, 0.0), 1.0)
        return f"{LEFT + WIDE * share:.1f}%"

    def width(self, began: float, ended: float) -> str:
        share = (min(ended, self.seconds) - min(began, self.seconds)) / self.seconds
        return f"{max(WIDE * share, 0.35):.2f}%"

    def y(self, height: int) -> float:
        share = (height - self.lowest) / max(self.highest - self.lowest, 1)
        return self.top + _PLOT - 8 - share * (_PLOT - 16)


def timeline(attempt: AttemptStory, ident: str, name: str) -> Markup | None:
    """The picture of one attempt; None where nothing was seen of any node.

    ``ident`` is the attempt's own id in the page, ``name`` what it is a picture of.
    """
    nodes = in_order([NodeName(node) for node in attempt.heights])
    heights = [h for looks in attempt.heights.values() for _, h, _ in looks if h is not None]
    if not nodes or not heights:
        return None
    seconds = max(attempt.seconds, 0.01)
    rows = _rows(attempt.faults, seconds)
    scale = _Scale(seconds, min(heights), max(heights), 6.0 + _FAULT_ROW * len(rows))
    apart = {node for fault in attempt.faults for node in fault.nodes}
    below = scale.top + _PLOT + 18
    lanes = [kind for kind in _KINDS if any(_at(p, kind) is not None for p in attempt.payments)]
    steps_at = below + _LANE * len(lanes) + 4
    parts = [
        *_axes(scale, steps_at),
        *_bands(rows, scale, seconds),
        _lines(nodes, attempt, scale, apart),
        *_markers(nodes, attempt, scale),
        *_labels(nodes, attempt, scale),
        *_payments(attempt.payments, lanes, scale, below),
        *_steps(attempt, scale, steps_at),
    ]
    about = escape(caption(attempt))
    return Markup(
        f'<svg class="timeline" width="100%" height="{steps_at + 30:g}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">Heights of '
        f"{len(nodes)} nodes over time: {escape(name)}</title>"
        f'<desc id="{ident}-d">{about}</desc>' + "".join(parts) + "</svg>"
    )


def _axes(scale: _Scale, bottom: float) -> Iterator[str]:
    yield (f'<rect class="plot" x="{LEFT}%" y="{scale.top:g}" width="{WIDE}%" height="{_PLOT}"/>')
    for height in ticks(scale.lowest, scale.highest, 4):
        y = scale.y(round(height))
        yield (
            f'<line class="grid" x1="{LEFT}%" x2="{LEFT + WIDE}%" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick end" x="{LEFT - 1}%" y="{y + 4:.1f}">{height:g}</text>'
        )
    for moment in ticks(0, scale.seconds, 4):
        x = scale.x(moment)
        yield (f'<text class="tick mid" x="{x}" y="{scale.top + _PLOT + 13:g}">{moment:g} s</text>')


def ticks(least: float, most: float, wanted: int) -> list[float]:
    """Round numbers from ``least`` to ``most``, about as many as wanted."""
    span = max(most - least, 1e-6)
    step = next(
        base * 10**power
        for power in range(-3, 12)
        for base in (1, 2, 5)
        if span / (base * 10**power) <= wanted
    )
    first = -(-least // step)
    numbers = [round((first + n) * step, 3) for n in range(wanted + 1)]
    return [number for number in numbers if least <= number <= most]


# -- faults


def _rows(faults: Sequence[FaultStory], seconds: float) -> list[list[FaultStory]]:
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


def _bands(rows: list[list[FaultStory]], scale: _Scale, seconds: float) -> Iterator[str]:
    for number, row in enumerate(rows):
        y = 4.0 + _FAULT_ROW * number
        last = -1.0
        for fault in row:
            ended = seconds if fault.ended is None else fault.ended
            x, width = scale.x(fault.began), scale.width(fault.began, ended)
            until = "to the end" if fault.ended is None else f"to {ended:.1f} s"
            yield (
                f"<g><title>{escape(fault.name)}, from {fault.began:.1f} s {until}</title>"
                f'<rect class="band" x="{x}" y="{y + 15:g}" width="{width}" '
                f'height="{scale.top + _PLOT - y - 15:g}"/>'
                f'<rect class="hatch" x="{x}" y="{scale.top:g}" width="{width}" '
                f'height="{_PLOT}"/>'
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


# -- nodes


def _lines(nodes: Sequence[NodeName], attempt: AttemptStory, scale: _Scale, apart: set[str]) -> str:
    """All lines in a picture of their own that may be stretched; those set apart lie on top."""
    drawn = sorted(nodes, key=lambda node: node in apart)
    paths = "".join(
        f'<path class="n{nodes.index(node) % 8}{" apart" if node in apart else ""}" '
        f'd="{_path(attempt.heights[node], scale, _strand(nodes, node))}"/>'
        for node in drawn
    )
    return (
        f'<svg x="{LEFT}%" y="{scale.top:g}" width="{WIDE}%" height="{_PLOT}" '
        f'viewBox="0 0 1000 {_PLOT}" preserveAspectRatio="none" class="lines">{paths}</svg>'
    )


def _strand(nodes: Sequence[NodeName], node: NodeName) -> float:
    """Lines that would lie on one another lie side by side, a pixel or two apart."""
    return ((len(nodes) - 1) / 2 - nodes.index(node)) * min(2.4, 12 / len(nodes))


def _path(looks: Sequence[Look], scale: _Scale, strand: float) -> str:
    """Steps: a height holds until another one was seen. No answer is a gap."""
    parts: list[str] = []
    open_, last = False, ""
    for moment, height, _ in thinned(looks, scale.seconds):
        x = f"{1000 * min(moment / scale.seconds, 1):.0f}"
        if height is None:
            parts.append(f"H{x}" if open_ else "")
            open_ = False
            continue
        y = f"{scale.y(height) - scale.top + strand:.1f}"
        if not open_:
            parts.append(f"M{x} {y}")
        elif y == last:
            parts.append(f"H{x}")
        else:
            parts.append(f"H{x}V{y}")
        open_, last = True, y
    return "".join([*parts, "H1000" if open_ else ""])  # it was seen until shortly before the end


def thinned(looks: Sequence[Look], seconds: float) -> list[Look]:
    """At most a look or two for each column of the picture; gaps and the last look stay."""
    kept: list[Look] = []
    columns: list[int] = []
    for look in looks:
        column = int(_COLUMNS * look[0] / seconds)
        same = kept and columns[-1] == column and len(kept) > 1
        if same and (kept[-1][1] is None) == (look[1] is None):
            kept[-1] = look
        else:
            kept.append(look)
            columns.append(column)
    return kept


def _markers(nodes: Sequence[NodeName], attempt: AttemptStory, scale: _Scale) -> Iterator[str]:
    """A few marks on each line, not all nodes' at the same moments."""
    for number, node in enumerate(nodes):
        for part in range(5):
            moment = scale.seconds * (part + (number + 1) / (len(nodes) + 1)) / 5
            height = height_at(attempt.heights[node], moment)
            if height is not None:
                y = scale.y(height) + _strand(nodes, node)
                yield (
                    f'<use href="#m{number % 8}" class="n{number % 8}" x="{scale.x(moment)}" '
                    f'y="{y:.1f}"/>'
                )


def height_at(looks: Sequence[Look], moment: float) -> int | None:
    """What was seen last by then."""
    seen = [height for began, height, _ in looks if began <= moment]
    return seen[-1] if seen else None


def _labels(nodes: Sequence[NodeName], attempt: AttemptStory, scale: _Scale) -> Iterator[str]:
    """Each line's name at its end, moved apart where several end at one height."""
    ends: list[tuple[float, int, NodeName, bool]] = []
    for number, node in enumerate(nodes):
        known = [height for _, height, _ in attempt.heights[node] if height is not None]
        silent = attempt.heights[node][-1][1] is None
        height = known[-1] if known else scale.lowest
        ends.append((scale.y(height) + _strand(nodes, node), number, node, silent))
    ends.sort()
    places = [end[0] for end in ends]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + _LABEL)
    beyond = places[-1] - (scale.top + _PLOT - 4)
    for index in range(len(places) - 1, -1, -1):
        limit = places[index + 1] - _LABEL if index + 1 < len(places) else scale.top + _PLOT - 4
        places[index] = min(places[index], limit) if beyond > 0 else places[index]
    for (y, number, node, silent), place in zip(ends, places, strict=True):
        yield (
            f'<line class="lead" x1="{LEFT + WIDE}%" x2="{LEFT + WIDE + 1.6}%" y1="{y:.1f}" '
            f'y2="{place:.1f}"/>'
            f'<text class="node n{number % 8}" x="{LEFT + WIDE + 2.2}%" y="{place + 4:.1f}">'
            f"{escape(node.replace('-', ' '))}{' ✕' if silent else ''}</text>"
        )


# -- payments and steps


def _at(payment: PaymentStory, kind: str) -> float | None:
    if kind == "sent":
        return payment.sent
    outcome = payment.outcome or "unknown"
    if outcome != kind:
        return None
    return payment.settled if payment.settled is not None else payment.sent


def _payments(
    payments: Sequence[PaymentStory], lanes: Sequence[str], scale: _Scale, top: float
) -> Iterator[str]:
    for lane, kind in enumerate(lanes):
        y = top + _LANE * lane + 8
        yield (
            f'<line class="lane" x1="{LEFT}%" x2="{LEFT + WIDE}%" y1="{y:g}" y2="{y:g}"/>'
            f'<text class="lane-name" x="{LEFT + WIDE + 2.2}%" y="{y + 4:g}">{kind}</text>'
        )
        columns: dict[int, list[tuple[float, PaymentStory]]] = {}
        for payment in payments:
            moment = _at(payment, kind)
            if moment is not None:
                column = int(_MARKS * moment / scale.seconds)
                columns.setdefault(column, []).append((moment, payment))
        for together in columns.values():
            moment, payment = together[0]
            words = payment.words if len(together) == 1 else f"{len(together)} payments"
            yield (
                f'<use href="#p-{kind}" class="p-{kind}" x="{scale.x(moment)}" y="{y:g}">'
                f"<title>{escape(words)}: {kind} at {moment:.1f} s</title></use>"
            )


def _steps(attempt: AttemptStory, scale: _Scale, top: float) -> Iterator[str]:
    """A strip below everything: which step was going on; and where it ended badly."""
    timed = [step for step in attempt.steps if step.began is not None]
    for number, step in enumerate(timed[:: max(1, len(timed) // _SEGMENTS)]):
        began = step.began or 0.0
        ended = began + (step.seconds if step.seconds is not None else scale.seconds)
        yield (
            f'<rect class="step s{number % 2}{" bad" if step.went_wrong else ""}" '
            f'x="{scale.x(began)}" y="{top:g}" width="{scale.width(began, ended)}" height="7">'
            f"<title>{escape(step.keyword)} {escape(step.name)}</title></rect>"
        )
    yield f'<text class="lane-name" x="{LEFT + WIDE + 2.2}%" y="{top + 8:g}">steps</text>'
    failing = attempt.failing_step
    if failing is not None and failing.began is not None:
        moment = failing.began + (failing.seconds or 0.0)
        x = scale.x(moment)
        side = "end" if moment > scale.seconds / 2 else ""
        yield (
            f'<line class="failing" x1="{x}" x2="{x}" y1="{scale.top:g}" y2="{top + 8:g}"/>'
            f'<use href="#p-refused" class="failing-mark" x="{x}" y="{top + 3.5:g}"/>'
            f'<text class="failing-name {side}" x="{x}" y="{top + 23:g}">'
            f"{failing.status} here, at {moment:.1f} s</text>"
        )
