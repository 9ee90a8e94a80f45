"""How the last runs went: whether they passed, how long they took, and which examples waver."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

#: Runs that are looked back on, and examples that are told of.
_RUNS, _EXAMPLES = 30, 12
#: An example is slower than usual from so much on, as a share and in seconds.
_SLOWER, _LEAST = 1.5, 1.0


@dataclass(frozen=True)
class PastRun:
    """One run; ``rate`` is the share of its examples that passed."""

    name: str
    began: str
    verdict: str
    passed: int
    ran: int
    seconds: float

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.passed / self.ran if self.ran else 0.0


@dataclass(frozen=True)
class PastExample:
    """One example over these runs. ``marks`` has its status in each run that it ran in."""

    name: str
    location: str
    marks: Sequence[str]
    usual: float
    newest: float

    @property
    def passed(self) -> int:
        """In how many of them it passed."""
        return self.marks.count("passed")

    @property
    def changes(self) -> int:
        """How often it passed after it had not, or the other way round."""
        pairs = zip(self.marks, self.marks[1:], strict=False)
        return sum((one == "passed") != (other == "passed") for one, other in pairs)

    @property
    def wavers(self) -> bool:
        """Whether nobody can say what it will do next time."""
        return self.changes > 1

    @property
    def is_slower(self) -> bool:
        """Whether it took clearly longer than it used to."""
        return self.newest > max(_SLOWER * self.usual, self.usual + _LEAST)


@dataclass(frozen=True)
class Trends:
    """Runs of the same software on the same engine, oldest first; the last one is this one."""

    runs: Sequence[PastRun]
    examples: Sequence[PastExample]


def trends_of(summary: Mapping[str, Any], kept: Sequence[Path]) -> Trends | None:
    """What the files ``run.json`` among ``kept`` tell beside this run; None without any other.

    Files that cannot be read are passed over, and so are those of parts of a larger run.
    """
    others = [told for told in map(_read, kept) if told and _alike(told, summary)]
    journals = set(summary["journals"])
    others = [told for told in others if not set(told["journals"]) & journals]
    whole = [told for told in others if not any(_is_part(told, other) for other in others)]
    whole.sort(key=lambda told: str(told["began"]))
    runs = [*whole[-_RUNS + 1 :], summary]
    if len(runs) < 2:
        return None
    return Trends([_run(told) for told in runs], _examples(runs))


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    needed = ("began", "verdict", "counts", "seconds", "examples", "journals", "implementation")
    return told if isinstance(told, dict) and all(key in told for key in needed) else None


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = [(told["implementation"]["name"], told["engine"]["name"]) for told in (one, other)]
    return names[0] == names[1]


def _is_part(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return set(one["journals"]) < set(other["journals"])


def _run(told: Mapping[str, Any]) -> PastRun:
    counts = told["counts"]
    return PastRun(
        name=Path(told["journals"][0]).parent.name if told["journals"] else "",
        began=str(told["began"] or ""),
        verdict=str(told["verdict"]),
        passed=counts["passed"],
        ran=counts["passed"] + counts["failed"] + counts["error"],
        seconds=float(told["seconds"]),
    )


def _examples(runs: Sequence[Mapping[str, Any]]) -> list[PastExample]:
    """Those that ran in this run and are worth a look, most wavering first."""
    marks: dict[tuple[str, str], list[str]] = {}
    seconds: dict[tuple[str, str], list[float]] = {}
    for told in runs:
        for example in told["examples"]:
            key = (str(example.get("feature")), str(example.get("example")))
            for attempt in example.get("attempts", [example]):
                if attempt["status"] in ("passed", "failed", "error"):
                    marks.setdefault(key, []).append(attempt["status"])
                    seconds.setdefault(key, []).append(float(attempt["seconds"]))
    now = {(str(e.get("feature")), str(e.get("example"))): e for e in runs[-1]["examples"]}
    told_of = [
        PastExample(
            name=key[1],
            location=str(now[key]["location"]),
            marks=marks[key][-_RUNS:],
            usual=median(seconds[key][:-1] or seconds[key]),
            newest=seconds[key][-1],
        )
        for key in now
        if key in marks
    ]
    worth = [e for e in told_of if e.passed < len(e.marks) or e.is_slower]
    return sorted(worth, key=lambda e: (-e.changes, e.passed / len(e.marks)))[:_EXAMPLES]
