"""Sums a run up in ``run.json``: the verdict, the counts, and how long everything took."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from behave.model import Feature, Scenario, Status
from behave.reporter.base import Reporter

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
    seed: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None
    interrupted: bool = False


class RunReport(Reporter):  # type: ignore[misc]
    """A Behave reporter; it gets whole features as they end, and writes when all have."""

    def __init__(self, config: Any, facts: RunFacts, journal: Path, target: Path) -> None:
        super().__init__(config)
        self._facts = facts
        self._journal = journal
        self._target = target
        self._examples: list[dict[str, Any]] = []

    def feature(self, feature: Feature) -> None:
        """Take in what Behave knows of a feature."""
        self._examples += [self._told(scenario) for scenario in feature.walk_scenarios()]

    def end(self) -> None:
        """Write the file."""
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._target.write_text(json.dumps(self._summary(), indent=2) + "\n", encoding="utf-8")

    def _summary(self) -> dict[str, Any]:
        facts = self._facts
        asked_for = [example for example in self._examples if example["status"] != "not selected"]
        counts = Counter(str(example["status"]) for example in asked_for)
        starts = [r for r in records(self._journal) if r["kind"] == "network ready"]
        return {
            "version": VERSION,
            "verdict": verdict(facts, counts),
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
            "network_starts": [
                {"nodes": start["nodes"], "seconds": start["seconds"]} for start in starts
            ],
            "examples": asked_for,
        }

    def _told(self, scenario: Scenario) -> dict[str, Any]:
        rule = getattr(scenario.parent, "name", "") if scenario.parent else ""
        told = {
            "feature": scenario.feature.name,
            "rule": rule if rule != scenario.feature.name else "",
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


def verdict(facts: RunFacts, counts: Mapping[str, int]) -> str:
    """One word for the run. What the network did wrong weighs more than what we or the host did."""
    if facts.interrupted:
        return "interrupted"
    if counts.get("failed"):
        return "failed"
    if facts.trouble or counts.get("error"):
        return "environment"
    return "passed"


def _status(scenario: Scenario) -> str:
    status = scenario.status
    if status is Status.passed:
        return "passed"
    if status is Status.failed:
        return "failed"
    if status in _SKIPPED:
        return "skipped" if scenario.skip_reason else "not selected"
    return "error"
