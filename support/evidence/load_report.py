"""How fast payments flowed before, during and after the faults of each example, by the journal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

#: The parts of an example, in order: a fault that is never undone lasts until the end.
BEFORE, DURING, AFTER = "before", "during", "after"

_BEGINS, _ENDS = "fault asked for", "fault undone"


@dataclass
class _Example:
    """What one example's records say, as they come; moments are monotonic seconds."""

    began: float
    ended: float | None = None
    fault_began: float | None = None
    fault_ended: float | None = None
    sent: dict[str, float] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def loads(told: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """For the location of every example in which payments flowed: its parts, in figures.

    Each part has ``seconds``, how many payments were ``sent`` in it and became ``confirmed``,
    ``refused`` or ``unknown`` in the end, ``per_second`` (confirmed ones), and the ``median`` and
    the ``slowest_tenth`` of the seconds until a customer saw it confirmed (None where none did).
    """
    return {
        where: {name: _part(example, *limits) for name, limits in _parts(example)}
        for where, example in _examples(told)
    }


def in_words(load: Mapping[str, Any]) -> str:
    """``10.1/s in 0.45 s before, 7.2/s in 0.50 s during, 9.9/s in 0.44 s after``."""
    return ", ".join(
        f"{part['per_second']:.1f}/s"
        + (f" in {part['median']:.2f} s" if part["median"] is not None else "")
        + f" {name}"
        for name, part in load.items()
    )


def _examples(told: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, _Example]]:
    where, example = "", None
    for record in told:
        kind, moment = record["kind"], record["t"]
        if kind == "scenario started":
            where, example = record["location"], None
        elif kind == "load started":
            example = _Example(moment)
        elif example is None:
            continue
        elif kind == "scenario finished":
            yield where, example
            example = None
        else:
            _take_in(example, kind, moment, record)


def _take_in(example: _Example, kind: str, moment: float, record: Mapping[str, Any]) -> None:
    if kind == "load stopped":
        example.ended = moment
    elif kind == _BEGINS and example.fault_began is None:
        example.fault_began = moment
    elif kind == _ENDS and example.ended is None:
        example.fault_ended = moment
    elif kind == "payment sent":
        example.sent[record["receipt"]] = moment
    elif kind == "payment settled":
        # two nodes may have been asked for the same payment: who gave up on one of them knows less
        if record.get("late") or example.outcomes.get(record["receipt"]) != "confirmed":
            example.outcomes[record["receipt"]] = record["outcome"]
        if record["outcome"] == "confirmed" and not record.get("late"):
            example.seconds[record["receipt"]] = record["seconds"]


def _parts(example: _Example) -> Iterator[tuple[str, tuple[float, float]]]:
    end = example.ended if example.ended is not None else max(example.sent.values(), default=0.0)
    end = math.nextafter(end, math.inf)  # what was sent at the last moment belongs to the last part
    if example.fault_began is None:
        yield BEFORE, (example.began, end)
        return
    undone = example.fault_ended if example.fault_ended is not None else end
    yield BEFORE, (example.began, example.fault_began)
    yield DURING, (example.fault_began, undone)
    if undone < end:
        yield AFTER, (undone, end)


def _part(example: _Example, began: float, ended: float) -> dict[str, Any]:
    receipts = [receipt for receipt, moment in example.sent.items() if began <= moment < ended]
    outcomes = Counter(example.outcomes.get(receipt, "unknown") for receipt in receipts)
    confirmed = [example.seconds[receipt] for receipt in receipts if receipt in example.seconds]
    seconds = max(ended - began, 1e-3)
    return {
        "seconds": round(seconds, 1),
        "sent": len(receipts),
        **{outcome: outcomes[outcome] for outcome in ("confirmed", "refused", "unknown")},
        "per_second": round(outcomes["confirmed"] / seconds, 2),
        "median": round(median(confirmed), 3) if confirmed else None,
        "slowest_tenth": round(quantiles(confirmed, n=10)[-1], 3) if len(confirmed) > 1 else None,
    }
