"""The nodes in a timeline: a line each, with its own dash and marker, and its name at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import escape

from support.domain import NodeName
from support.evidence.page.scale import LEFT, PLOT, WIDE, Scale
from support.evidence.story import AttemptStory, Look

#: Pixels that a name needs.
_LABEL = 13
#: Units from the left to the right of the picture of the lines.
_ACROSS = 1000
#: What a picture needs at most, of all nodes together: more would be smaller than a pixel, and a
#: page of hundreds of pictures too large to send.
_COLUMNS, _FEWEST_COLUMNS = 300, 36
_MARKERS, _FEWEST_MARKERS = 20, 2


def lines(nodes: Sequence[NodeName], attempt: AttemptStory, scale: Scale, apart: set[str]) -> str:
    """All lines in a picture of their own that may be stretched; those set apart lie on top."""
    columns = max(_FEWEST_COLUMNS, min(75, _COLUMNS // len(nodes)))
    drawn = sorted(nodes, key=lambda node: node in apart)
    paths = "".join(
        f'<path class="n{nodes.index(node) % 8}{" apart" if node in apart else ""}" '
        f'd="{_path(attempt.heights[node], scale, _strand(nodes, node), columns)}"/>'
        for node in drawn
    )
    return (
        f'<svg x="{LEFT}%" y="{scale.top:g}" width="{WIDE}%" height="{PLOT}" '
        f'viewBox="0 0 {_ACROSS} {2 * PLOT}" preserveAspectRatio="none" class="lines">{paths}</svg>'
    )


def _strand(nodes: Sequence[NodeName], node: NodeName) -> float:
    """Lines that would lie on one another lie side by side, a pixel or two apart."""
    return ((len(nodes) - 1) / 2 - nodes.index(node)) * min(2.4, 12 / len(nodes))


def _path(looks: Sequence[Look], scale: Scale, strand: float, columns: int) -> str:
    """Steps: a height holds until another one was seen. No answer is a gap.

    In half pixels, each step told from the one before, and none for what lies on a straight line:
    hundreds of pictures are mostly these numbers.
    """
    parts: list[str] = []
    pen: tuple[int, int] | None = None  # none as long as nothing is drawn
    for moment, height, _ in thinned(looks, scale.seconds, columns):
        x = round(_ACROSS * min(moment / scale.seconds, 1))
        if height is None:
            parts.append(_along(pen, x))
            pen = None
            continue
        y = round(2 * (scale.y(height) - scale.top + strand))
        if pen is None:
            parts.append(f"M{x} {y}")
        elif y != pen[1]:
            parts.append(f"{_along(pen, x)}v{y - pen[1]}")
        else:
            continue
        pen = (x, y)
    return "".join([*parts, _along(pen, _ACROSS)])  # it was seen until shortly before the end


def _along(pen: tuple[int, int] | None, x: int) -> str:
    return f"h{x - pen[0]}" if pen is not None and x > pen[0] else ""


def thinned(looks: Sequence[Look], seconds: float, columns: int) -> list[Look]:
    """At most a look or two for each column of the picture; gaps and the last look stay."""
    kept: list[Look] = []
    taken: list[int] = []
    for look in looks:
        column = int(columns * look[0] / seconds)
        same = kept and taken[-1] == column and len(kept) > 1
        if same and (kept[-1][1] is None) == (look[1] is None):
            kept[-1] = look
        else:
            kept.append(look)
            taken.append(column)
    return kept


def markers(nodes: Sequence[NodeName], attempt: AttemptStory, scale: Scale) -> Iterator[str]:
    """A few marks on each line, not all nodes' at the same moments."""
    parts = max(_FEWEST_MARKERS, min(5, _MARKERS // len(nodes)))
    for number, node in enumerate(nodes):
        for part in range(parts):
            moment = scale.seconds * (part + (number + 1) / (len(nodes) + 1)) / parts
            height = height_at(attempt.heights[node], moment)
            if height is not None:
                y = scale.y(height) + _strand(nodes, node)
                yield f'<use href="#m{number % 8}" x="{scale.x(moment)}" y="{y:.0f}"/>'


def height_at(looks: Sequence[Look], moment: float) -> int | None:
    """What was seen last by then."""
    seen = [height for began, height, _ in looks if began <= moment]
    return seen[-1] if seen else None


def labels(nodes: Sequence[NodeName], attempt: AttemptStory, scale: Scale) -> Iterator[str]:
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
    beyond = places[-1] - (scale.top + PLOT - 4)
    for index in range(len(places) - 1, -1, -1):
        limit = places[index + 1] - _LABEL if index + 1 < len(places) else scale.top + PLOT - 4
        places[index] = min(places[index], limit) if beyond > 0 else places[index]
    leads = "".join(f"M0 {end[0]:.0f}L1 {at:.0f}" for end, at in zip(ends, places, strict=True))
    high = f"{scale.top + PLOT:.0f}"
    yield (
        f'<svg x="{LEFT + WIDE}%" width="1.6%" height="{high}" viewBox="0 0 1 {high}" '
        f'preserveAspectRatio="none"><path class="lead" d="{leads}"/></svg>'
        f'<svg x="{LEFT + WIDE + 2.2}%" class="nodes">'
    )
    for (_, number, node, silent), place in zip(ends, places, strict=True):
        yield (
            f'<text class="n{number % 8}" y="{place + 4:.0f}">'
            f"{escape(node.replace('-', ' '))}{' ✕' if silent else ''}</text>"
        )
    yield "</svg>"
