"""Takes the words of a failure apart: what was expected, what was seen, and how it went on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.domain import NodeName, in_order
from support.evidence.story import AttemptStory, FaultStory, Look

#: Rows of the table of heights; between the first and the last, those around the end count most.
_ROWS = 24


@dataclass(frozen=True)
class Finding:
    """What a matcher expected and saw, and how that was at several moments of the waiting."""

    expected: str
    seen: str
    over_time: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Words:
    """A failure as a reader wants it; what cannot be taken apart is all in ``before``."""

    before: str
    findings: Sequence[Finding]

    @property
    def short(self) -> str:
        """In one line: what was expected first, and what was seen instead, last."""
        if not self.findings:
            return " ".join(self.before.split())
        first = self.findings[0]
        last = (
            f"; after {first.over_time[-1][0]} s {first.over_time[-1][1]}"
            if first.over_time
            else ""
        )
        return " ".join(f"expected {first.expected}, but {first.seen}{last}".split())


@dataclass(frozen=True)
class Heights:
    """A row for each look at which anything had changed: the moment, and a cell for each node."""

    nodes: Sequence[str]
    rows: Sequence[tuple[float, Sequence[tuple[int | None, bool]]]]
    left_out: int


def in_parts(words: str) -> Words:
    """Matchers say ``Expected: … but: …`` and then what was seen ``after 0.4 s: …``."""
    text = re.sub(r"^(ASSERT FAILED|ERROR):\s*", "", words.strip())
    text = text.split("\n\nEvidence:")[0]
    before, *several = re.split(r"^\s*Expected:", text, flags=re.MULTILINE)
    return Words(_joined(before), [_finding(each) for each in several])


def _finding(text: str) -> Finding:
    expected, _, rest = text.partition("but:")
    seen, *moments = re.split(r"\n\s*after ([\d.]+) s:", rest)
    pairs = zip(moments[::2], moments[1::2], strict=True)
    return Finding(
        _joined(expected), _joined(seen), [(moment, _joined(said)) for moment, said in pairs]
    )


def in_force(attempt: AttemptStory) -> list[FaultStory]:
    """The faults at the moment at which the failing step ended."""
    step = attempt.failing_step
    if step is None or step.began is None:
        return []
    moment = step.began + (step.seconds or 0.0)
    return [
        f for f in attempt.faults if f.began <= moment and (f.ended is None or f.ended > step.began)
    ]


def heights_table(heights: Mapping[str, Sequence[Look]]) -> Heights:
    """The end of it whole, and of what came before every so many rows."""
    nodes = in_order([NodeName(node) for node in heights])
    moments = sorted({moment for looks in heights.values() for moment, _, _ in looks})
    every = _shortened(moments)
    rows: list[tuple[float, Sequence[tuple[int | None, bool]]]] = []
    for moment in every:
        cells = [_seen(heights[node], moment) for node in nodes]
        highest = max((cell for cell in cells if cell is not None), default=0)
        behind = [(cell, cell is None or cell < highest - 1) for cell in cells]
        rows.append((moment, behind))
    return Heights([str(node) for node in nodes], rows, len(moments) - len(every))


def _shortened(moments: Sequence[float]) -> list[float]:
    if len(moments) <= _ROWS:
        return list(moments)
    end = list(moments[-_ROWS // 2 :])
    before = list(moments[: -_ROWS // 2])
    every = -(-len(before) // (_ROWS // 2))
    return [*before[::every], *end]


def _seen(looks: Sequence[Look], moment: float) -> int | None:
    seen = [height for began, height, _ in looks if began <= moment]
    return seen[-1] if seen else None


def _joined(words: str) -> str:
    return "\n".join(line.strip() for line in words.strip().splitlines())
