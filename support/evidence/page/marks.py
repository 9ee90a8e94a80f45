"""What stands below the plot of a timeline: payments by shape, and the step that was going on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import escape

from support.evidence.page.scale import LEFT, WIDE, Scale
from support.evidence.story import AttemptStory, PaymentStory

#: Pixels for one kind of mark.
LANE = 17
_KINDS = ("sent", "confirmed", "refused", "unknown")
#: What a picture needs at most; more would lie on one another.
_MARKS, _SEGMENTS = 60, 120


def lanes_of(payments: Sequence[PaymentStory]) -> list[str]:
    """The kinds of mark that these payments need."""
    return [kind for kind in _KINDS if any(_at(payment, kind) is not None for payment in payments)]


def _at(payment: PaymentStory, kind: str) -> float | None:
    if kind == "sent":
        return payment.sent
    outcome = payment.outcome or "unknown"
    if outcome != kind:
        return None
    return payment.settled if payment.settled is not None else payment.sent


def payment_marks(
    payments: Sequence[PaymentStory], lanes: Sequence[str], scale: Scale, top: float
) -> Iterator[str]:
    """A lane for each kind; payments of one moment share a mark."""
    for lane, kind in enumerate(lanes):
        y = top + LANE * lane + 8
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


def step_marks(attempt: AttemptStory, scale: Scale, top: float) -> Iterator[str]:
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
