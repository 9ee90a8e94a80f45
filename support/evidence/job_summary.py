"""The run in a page of Markdown, as CI servers show it beside a job."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from support.evidence.page import words
from support.evidence.page.failure import in_force, in_parts
from support.evidence.rates import heading, rates_of
from support.evidence.story import WENT_WRONG, RunStory

#: A summary of a job has room for a megabyte, and a reader for less.
_FAILURES, _RATES, _LONGEST = 20, 20, 600


def as_markdown(story: RunStory, summary: Mapping[str, Any]) -> str:
    """The verdict, what went wrong and why, what was slow, what was skipped and why."""
    counts = summary["counts"]
    told = ", ".join(
        f"{counts[status]} {words.status_words(status)}"
        for status in counts
        if counts[status] or status == "passed"
    )
    lines = [
        f"## {words.sign(_status(summary))} {_safe(words.headline(summary))}",
        "",
        f"{told}. {_safe(words.network_words(story))}; {words.tally(story)}; "
        f"seed {words.seeds(story)}; {words.duration(summary['seconds'])}.",
        "",
    ]
    if summary["trouble"]:
        lines += [f"**Trouble:** {_safe(summary['trouble'])}", ""]
    return (
        "\n".join(
            [*lines, *_wrong(story), *_repeated(story), *_slow(story), *_skipped(story)]
        ).rstrip()
        + "\n"
    )


def _status(summary: Mapping[str, Any]) -> str:
    verdict = str(summary["verdict"])
    return "error" if verdict == "environment" else verdict


def _wrong(story: RunStory) -> list[str]:
    wrong = [placed for placed in story.placed() if placed[2].status in WENT_WRONG]
    lines = ["### What went wrong", ""] if wrong else []
    for feature, rule, example in wrong[:_FAILURES]:
        telling = example.telling
        said = in_parts(telling.reason)
        where = _safe(f"{feature.name}: {rule.name}" if rule.name else feature.name)
        lines += [f"**{words.sign(example.status)} {_safe(example.name)}** ({where})", ""]
        if telling.failing_step is not None:
            step = telling.failing_step
            lines.append(f"- {example.status} in: {_safe(f'{step.keyword} {step.name}')}")
        if said.short:
            lines.append(f"- {_safe(said.short)}")
        if faults := in_force(telling):
            lines.append(f"- fault in force: {_safe('; '.join(fault.name for fault in faults))}")
        if telling.command:
            lines.append(f"- see it again: {_code(telling.command)}")
        lines.append("")
    if len(wrong) > _FAILURES:
        lines += [f"And {len(wrong) - _FAILURES} more: see the report.", ""]
    return lines


def _repeated(story: RunStory) -> list[str]:
    rates = rates_of(story)
    if not rates:
        return []
    rows = [f"| {_safe(rate.example)} | {_safe(rate.sure)} |" for rate in rates[:_RATES]]
    lines = ["### How often each example passed", "", _safe(heading(rates)) + ".", ""]
    lines += ["| example | passed |", "| --- | --- |", *rows, ""]
    if len(rates) > _RATES:
        lines += [f"And {len(rates) - _RATES} more, no less steady than these.", ""]
    return lines


def _slow(story: RunStory) -> list[str]:
    slow = words.slowest(story)
    if not slow:
        return []
    rows = [
        f"| {_safe(example.name)} | {words.duration(example.telling.seconds)} |"
        for (_, _, example), _ in slow
    ]
    return ["### What was slow", "", "| example | took |", "| --- | --- |", *rows, ""]


def _skipped(story: RunStory) -> list[str]:
    skipped = words.skipped(story)
    rows = [f"- {words.plural(len(placed), 'example')}: {_safe(why)}" for why, placed in skipped]
    return ["### What was not run, and why", "", *rows, ""] if rows else []


def _safe(text: str) -> str:
    """Words of others, shown and never obeyed: no HTML, no links, no tables, one line."""
    line = " ".join(text.split())
    short = line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
    return re.sub(r"([\\`*_{}\[\]()#+!|<>&~@-])", _escaped, short)


def _escaped(found: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(found[1], f"\\{found[1]}")


def _code(text: str) -> str:
    """Between more backticks than it has in a row."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {' '.join(text.split())} {fence}"
