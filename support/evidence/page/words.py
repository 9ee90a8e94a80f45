"""What the page calls things: headlines, durations, names of anchors, and what belongs together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from support.evidence.story import (
    ENDED_BEFORE,
    SKIPPED,
    UNTESTED,
    ExampleStory,
    FeatureStory,
    RuleStory,
    RunStory,
)

Placed = tuple[FeatureStory, RuleStory, ExampleStory]

FOR_TEMPLATES = (
    *("anchor", "duration", "headline", "lede", "moment", "network_words", "plural"),
    *("sign", "status_words", "seeds", "tally"),
)

#: A shape for each status, so that none needs its colour.
_SIGNS = {"passed": "✓", "failed": "✕", "error": "!", "interrupted": "■", "skipped": "–"}  # noqa: RUF001
_STATUSES = {
    "passed": "passed",
    "failed": "failed",
    "error": "error",
    "interrupted": "interrupted",
    "skipped": "skipped",
    "untested": "not begun",
    "": "not reached",
}
_SLOWEST = 5


def headline(summary: Mapping[str, Any]) -> str:
    """The verdict in a sentence."""
    counts = summary["counts"]
    ran = counts["passed"] + counts["failed"] + counts["error"]
    match summary["verdict"]:
        case "passed":
            return f"Every promise was kept, in {plural(ran, 'example')}."
        case "failed":
            return f"A promise was broken in {counts['failed']} of {plural(ran, 'example')}."
        case "interrupted":
            how = "was killed" if summary["killed"] else "was interrupted"
            wrong = f", {counts['failed']} had failed" if counts["failed"] else ""
            return f"The run {how}: {counts['passed']} of its examples had passed{wrong}."
        case _ if counts["error"]:
            several = f"{counts['error']} of {plural(ran, 'example')}"
            return f"The suite or this machine failed, in {several}."
        case _ if ran:
            return "The examples passed, but the suite or this machine failed."
        case _:
            return "Nothing could run, so nothing was proved."


def lede(summary: Mapping[str, Any]) -> str:
    """What the headline means for somebody who was not there."""
    match summary["verdict"]:
        case "passed":
            return "The network did what the features below say."
        case "failed":
            return "The network did not do what a feature says. What happened stands first."
        case "interrupted":
            return "What is told here goes as far as the record of the run does."
        case _:
            return "That says nothing about the network: see what went wrong, and run again."


def network_words(story: RunStory) -> str:
    """``etcd 3.4.23 on docker 28.0``."""
    said = dict.fromkeys(
        f"{p.implementation} {p.implementation_version} on {p.engine} {p.engine_version}"
        for p in story.processes
        if p.implementation
    )
    return "; ".join(said) or "not known"


def tally(story: RunStory) -> str:
    """Which networks were started, and how fast."""
    starts = [start for process in story.processes for start in process.network_starts]
    if not starts:
        return "none was started"
    sizes = sorted({nodes for nodes, _ in starts})
    several = f"{sizes[0]} nodes" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} nodes"
    return (
        f"{plural(len(starts), 'network')} of {several}, ready in "
        f"{duration(median(seconds for _, seconds in starts))}"
    )


def seeds(story: RunStory) -> str:
    """The seed, or those of several runs."""
    return ", ".join(dict.fromkeys(str(process.seed) for process in story.processes))


def duration(seconds: float | None) -> str:
    """``0.3 s``, ``42 s``, ``5 min 29 s``."""
    if seconds is None:
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} s" if seconds >= 0.05 else "under 0.1 s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def moment(at: datetime | None) -> str:
    """``25 November 2026, 08:02 UTC``."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC" if at else "not known"


def plural(number: int, noun: str) -> str:
    """``1 example``, ``7 examples``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def sign(status: str) -> str:
    """A character for a status."""
    return _SIGNS.get(status, "·")


def status_words(status: str) -> str:
    """A status as a reader knows it."""
    return _STATUSES.get(status, status)


def anchor(kind: str, path: str, line: int = 0) -> str:
    """``example-resilience-partition-heal-21``: the same in every report of the same features."""
    plain = re.sub(r"^features/|\.feature$", "", path).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unnamed"
    return f"{kind}-{slug}-{line}" if line else f"{kind}-{slug}"


def folders(story: RunStory) -> list[tuple[str, list[FeatureStory]]]:
    """Features by the folder they are in, which is the capability that they are about."""
    by_folder: dict[str, list[FeatureStory]] = {}
    for feature in story.features:
        folder = feature.path.rpartition("/")[0].rpartition("/")[2] or "features"
        by_folder.setdefault(folder.replace("_", " ").capitalize(), []).append(feature)
    return sorted(by_folder.items())


def slowest(story: RunStory) -> list[tuple[Placed, float]]:
    """The examples that took longest, and what share of the slowest each took."""
    ran = [placed for placed in story.placed() if placed[2].telling.seconds > 0]
    ran.sort(key=lambda placed: -placed[2].telling.seconds)
    most = ran[0][2].telling.seconds if ran else 1.0
    return [(placed, placed[2].telling.seconds / most) for placed in ran[:_SLOWEST]]


def skipped(story: RunStory) -> Sequence[tuple[str, list[Placed]]]:
    """What did not run, by the reason why not."""
    by_reason: dict[str, list[Placed]] = {}
    for placed in story.placed():
        telling = placed[2].telling
        if telling.status in (SKIPPED, UNTESTED):
            reason = telling.why_skipped or ENDED_BEFORE
            by_reason.setdefault(reason, []).append(placed)
    return sorted(by_reason.items(), key=lambda each: -len(each[1]))
