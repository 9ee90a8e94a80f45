"""Sums a run up in ``run.json``: the verdict, the counts, and how long everything took."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from behave.model import Feature, Rule, Scenario, Status
from behave.reporter.base import Reporter

from support.evidence.load_report import in_words as load_in_words
from support.evidence.load_report import loads
from support.journal import records

#: Raised by one when the meaning of a key changes.
VERSION = 1

_SKIPPED = (Status.skipped, Status.untested)


@dataclass
class RunFacts:
    """What is known of a run beside its examples."""

    engine: str = ""
    engine_version: str = ""
    implementation: str = ""
    implementation_version: str = ""
    seed: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    journal: Path = Path()
    evidence: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None
    interrupted: bool = False


class RunReport(Reporter):  # type: ignore[misc]
    """A Behave reporter; it gets whole features as they end, and writes when all have."""

    def __init__(
        self, config: Any, facts: RunFacts, target: Path, say: Callable[[str], None]
    ) -> None:
        super().__init__(config)
        self._facts = facts
        self._target = target
        self._say = say
        self._began = time.monotonic()
        self._examples: list[dict[str, Any]] = []

    def feature(self, feature: Feature) -> None:
        """Take in what Behave knows of a feature."""
        self._examples += [self._told(scenario) for scenario in feature.walk_scenarios()]

    def end(self) -> None:
        """Write the file and say the verdict."""
        summary = self._summary()
        try:
            _write(summary, self._target)
        except OSError as error:
            self._say(f"{self._target} could not be written: {error.strerror}")
        self._say(closing_words(summary, self._target))

    def _summary(self) -> dict[str, Any]:
        facts = self._facts
        asked_for = [example for example in self._examples if example["status"] != "not selected"]
        counts = Counter(str(example["status"]) for example in asked_for)
        told = list(records(facts.journal)) if facts.journal.is_file() else []
        flowed = loads(told)
        starts = [r for r in told if r["kind"] == "network ready"]
        return {
            "version": VERSION,
            "verdict": verdict(facts, counts),
            "seconds": round(time.monotonic() - self._began, 1),
            "trouble": facts.trouble,
            "counts": {
                status: counts.get(status, 0) for status in ("passed", "failed", "error", "skipped")
            },
            "engine": {"name": facts.engine, "version": facts.engine_version},
            "implementation": {
                "name": facts.implementation,
                "version": facts.implementation_version,
            },
            "seed": facts.seed,
            "options": dict(facts.options),
            "journal": str(facts.journal),
            "network_starts": [
                {"nodes": start["nodes"], "seconds": start["seconds"]} for start in starts
            ],
            "examples": [
                {**example, "load": flowed[example["location"]]}
                if example["location"] in flowed
                else example
                for example in asked_for
            ],
        }

    def _told(self, scenario: Scenario) -> dict[str, Any]:
        told = {
            "feature": scenario.feature.name,
            "rule": _rule_of(scenario),
            "example": scenario.name,
            "location": str(scenario.location),
            "status": _status(scenario),
            "seconds": round(scenario.duration, 3),
        }
        if scenario.skip_reason:
            told["why_skipped"] = scenario.skip_reason
        if str(scenario.location) in self._facts.evidence:
            told["evidence"] = self._facts.evidence[str(scenario.location)]
        return told


def report_trouble(sentence: str, target: Path, verdict: str) -> None:
    """Write the report of a run that ended before its first example; the last one is stale now."""
    summary = {"version": VERSION, "verdict": verdict, "trouble": sentence}
    summary |= {"counts": {"passed": 0, "failed": 0, "error": 0, "skipped": 0}, "examples": []}
    with suppress(OSError):  # the sentence is about to be said aloud, which matters more
        _write(summary, target)


def _write(summary: Mapping[str, Any], target: Path) -> None:
    """Whole or not at all: two runs may end at the same moment."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    partial.replace(target)


def verdict(facts: RunFacts, counts: Mapping[str, int]) -> str:
    """One word for the run. What the network did wrong weighs more than what we or the host did."""
    if facts.interrupted:
        return "interrupted"
    if counts.get("failed"):
        return "failed"
    if facts.trouble or counts.get("error") or not counts.get("passed"):
        return "environment"  # a run in which nothing could run has proved nothing
    return "passed"


def _rule_of(scenario: Scenario) -> str:
    parent = scenario.parent  # of a row of an outline this is the outline
    while parent is not None and not isinstance(parent, Rule):
        parent = parent.parent
    return str(parent.name) if parent is not None else ""


def closing_words(summary: Mapping[str, Any], target: Path) -> str:
    """The verdict for a person: what ran, on what, how long, what was left out and why."""
    counts = summary["counts"]
    ran = counts["passed"] + counts["failed"] + counts["error"]
    software = f"{summary['implementation']['name']} {summary['implementation']['version']}"
    engine = f"{summary['engine']['name']} {summary['engine']['version']}"
    lines = [
        f"{summary['verdict']}: {counts['passed']} of {ran} examples passed in "
        f"{summary['seconds']:.0f} s ({software} on {engine}, seed {summary['seed']}); see {target}"
    ]
    skipped = Counter(e["why_skipped"] for e in summary["examples"] if e["status"] == "skipped")
    lines += [f"skipped {number}: {why}" for why, number in skipped.items()]
    lines += [
        f"payments in {example['example']!r}: {load_in_words(example['load'])}"
        for example in summary["examples"]
        if "load" in example
    ]
    return "\n".join(lines)


def _status(scenario: Scenario) -> str:
    status = scenario.status
    if status is Status.passed:
        return "passed"
    if status is Status.failed:
        return "failed"
    if status in _SKIPPED:
        return "skipped" if scenario.skip_reason else "not selected"
    return "error"
