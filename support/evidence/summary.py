"""Sums a run up: what ``run.json`` holds, the verdict in a word, and the words that close it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.evidence.load_report import in_words as load_in_words
from support.evidence.rates import Rate, rates_in_words, rates_of
from support.evidence.story import (
    ENDED_BEFORE,
    ERROR,
    FAILED,
    INTERRUPTED,
    PASSED,
    SKIPPED,
    UNTESTED,
    ExampleStory,
    FeatureStory,
    RuleStory,
    RunStory,
)

#: Raised by one when the meaning of a key changes.
VERSION = 1

COUNTED = (PASSED, FAILED, ERROR, SKIPPED, UNTESTED)


def summary_of(story: RunStory) -> dict[str, Any]:
    """What ``run.json`` holds.

    An example that was running when the run was killed counts as an error; ``untested`` are those
    that were selected and never begun.
    """
    counts = counts_of(story)
    first = story.processes[0] if story.processes else None
    ran = next((process for process in story.processes if process.implementation), first)
    summary = {
        "version": VERSION,
        "verdict": verdict(story, counts),
        "began": story.began.isoformat(timespec="seconds") if story.began else None,
        "seconds": story.seconds,
        "trouble": story.trouble,
        "killed": [str(path) for path in story.killed],
        "counts": counts,
        "engine": {
            "name": ran.engine if ran else "",
            "version": ran.engine_version if ran else "",
        },
        "implementation": {
            "name": ran.implementation if ran else "",
            "version": ran.implementation_version if ran else "",
        },
        "seed": first.seed if first else 0,
        "options": dict(first.options) if first else {},
        "command": first.command if first else "",
        "journal": str(first.journal) if first else "",
        "journals": [str(process.journal) for process in story.processes],
        "network_starts": [
            {"nodes": nodes, "seconds": seconds}
            for process in story.processes
            for nodes, seconds in process.network_starts
        ],
        "examples": [_example(*placed) for placed in story.placed()],
    }
    rates = rates_of(story)
    return summary | ({"repeats": [rate.told() for rate in rates]} if rates else {})


def counts_of(story: RunStory) -> dict[str, int]:
    """How many examples ended how."""
    counts = Counter(counted_as(example.status) for example in story.examples)
    return {status: counts.get(status, 0) for status in COUNTED}


def counted_as(status: str) -> str:
    """An interrupted example proved nothing: it counts as an error."""
    return ERROR if status == INTERRUPTED else status


def verdict(story: RunStory, counts: Mapping[str, int]) -> str:
    """One word for the run. What the network did wrong weighs more than what we or the host did."""
    if story.interrupted:
        return "interrupted"
    if counts.get(FAILED):
        return "failed"
    if story.trouble or counts.get(ERROR) or not counts.get(PASSED):
        return "environment"  # a run in which nothing could run has proved nothing
    return "passed"


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
    if "repeats" in summary:
        lines.append(rates_in_words([Rate.read(told) for told in summary["repeats"]]))
    skipped = Counter(e["why_skipped"] for e in summary["examples"] if e["status"] == "skipped")
    lines += [f"skipped {number}: {why}" for why, number in skipped.items()]
    not_begun = Counter(
        e.get("why_skipped", ENDED_BEFORE) for e in summary["examples"] if e["status"] == "untested"
    )
    lines += [f"not begun {number}: {why}" for why, number in not_begun.items()]
    lines += [
        f"payments in {example['example']!r}: {load_in_words(example['load'])}"
        for example in summary["examples"]
        if "load" in example
    ]
    return "\n".join(lines)


def _example(feature: FeatureStory, rule: RuleStory, example: ExampleStory) -> dict[str, Any]:
    telling = example.telling
    told: dict[str, Any] = {
        "feature": feature.name,
        "rule": rule.name,
        "example": example.name,
        "location": example.location,
        "status": counted_as(example.status),
        "seconds": telling.seconds,
    }
    if telling.why_skipped:
        told["why_skipped"] = telling.why_skipped
    if telling.reason:
        told["words"] = telling.reason
    if telling.evidence:
        told["evidence"] = telling.evidence
    if telling.load is not None:
        told["load"] = telling.load
    if len(example.attempts) > 1:
        told["attempts"] = [
            {"status": counted_as(attempt.status), "seconds": attempt.seconds}
            for attempt in example.attempts
        ]
    return told
