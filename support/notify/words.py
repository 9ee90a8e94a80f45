"""A verdict in words that fit into a message: what happened, what broke first, where to read on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Of what was expected and seen; a message is read on a telephone.
_MOST_LINES = 12
_MOST_SLOW = 5

_IN_WORDS = {
    "passed": "the network kept its promises",
    "failed": "the network broke a promise",
    "environment": "nothing can be said of the network: the suite or the machine is at fault",
    "interrupted": "the run was interrupted",
}


def message(
    summary: Mapping[str, Any], late: Sequence[str] = (), *, before: str | None, link: str
) -> tuple[str, str]:
    """Title and body, plain text, of what stands in ``run.json``."""
    verdict = str(summary["verdict"])
    sentence = _IN_WORDS.get(verdict, verdict)
    title = f"{verdict}: {sentence}"
    lines = [f"{_counted(summary)}{_network(summary)}{_changed(before, verdict)}"]
    if summary.get("trouble"):
        lines += ["", str(summary["trouble"])]
    lines += _first_broken(summary["examples"])
    if late:
        lines += ["", "Slower than promised:", *late[:_MOST_SLOW]]
    return title, "\n".join([*lines, "", link])


def _counted(summary: Mapping[str, Any]) -> str:
    counts = summary["counts"]
    ran = counts["passed"] + counts["failed"] + counts["error"]
    return f"{counts['passed']} of {ran} examples passed"


def _network(summary: Mapping[str, Any]) -> str:
    """A run that ended before its first example has no network to speak of."""
    software, engine = summary.get("implementation"), summary.get("engine")
    if not software or not engine:
        return ""
    return f" ({software['name']} {software['version']} on {engine['name']} {engine['version']})"


def _changed(before: str | None, now: str) -> str:
    return f"; the run before: {before}" if before and before != now else ""


def _first_broken(examples: Sequence[Mapping[str, Any]]) -> list[str]:
    """The first promise that was broken; where none was, the first error."""
    for status in ("failed", "error"):
        for example in examples:
            if example["status"] == status:
                lines = str(example.get("words", "")).strip("\n").splitlines()
                named = (("Feature", "feature"), ("Rule", "rule"), ("Example", "example"))
                return [
                    "",
                    *(f"{kind}: {example[key]}" for kind, key in named if example.get(key)),
                    *lines[:_MOST_LINES],
                    *(["..."] if len(lines) > _MOST_LINES else []),
                ]
    return []
