"""Draws what every node did over time: heights, the faults in force, payments, the failing step.

One inline SVG without a size of its own: moments are percentages of its width and everything else
is pixels, so that words stay readable on a phone. Nodes differ by dash and marker as well as by
colour, payments by shape, faults by hatching and name.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from support.domain import NodeName, in_order
from support.evidence.page.bands import FAULT_ROW, bands, rows_of
from support.evidence.page.lines import labels, lines, markers
from support.evidence.page.marks import LANE, lanes_of, payment_marks, step_marks
from support.evidence.page.scale import PLOT, Scale, axes
from support.evidence.story import AttemptStory


def timeline(attempt: AttemptStory, ident: str, name: str) -> Markup | None:
    """The picture of one attempt; None where nothing was seen of any node.

    ``ident`` is the attempt's own id in the page, ``name`` what it is a picture of. The page
    has its description below it, with the id ``{ident}-d``.
    """
    nodes = in_order([NodeName(node) for node in attempt.heights])
    heights = [h for looks in attempt.heights.values() for _, h, _ in looks if h is not None]
    if not nodes or not heights:
        return None
    seconds = max(attempt.seconds, 0.01)
    rows = rows_of(attempt.faults, seconds)
    scale = Scale(seconds, min(heights), max(heights), 6.0 + FAULT_ROW * len(rows))
    apart = {node for fault in attempt.faults for node in fault.nodes}
    below = scale.top + PLOT + 18
    lanes = lanes_of(attempt.payments)
    steps_at = below + LANE * len(lanes) + 4
    parts = [
        *axes(scale),
        *bands(rows, scale, seconds),
        lines(nodes, attempt, scale, apart),
        *markers(nodes, attempt, scale),
        *labels(nodes, attempt, scale),
        *payment_marks(attempt.payments, lanes, scale, below),
        *step_marks(attempt, scale, steps_at),
    ]
    return Markup(
        f'<svg class="timeline" width="100%" height="{steps_at + 30:g}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">Heights of '
        f"{len(nodes)} nodes over time: {escape(name)}</title>" + "".join(parts) + "</svg>"
    )
