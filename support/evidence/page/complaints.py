"""Finds in the last lines of logs what nodes complained of: often the reason stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: How node software marks a line that somebody should read, whatever it is written in.
_COMPLAINT = re.compile(
    r"\b(ERR|ERROR|FATAL|FTL|CRIT|CRITICAL|PANIC|panic|Traceback|FAILURE)\b|\"level\":\"(error|fatal)"
)
#: What differs between two lines that say the same: numbers, hashes, moments.
_VARIES = re.compile(r"[0-9A-Fa-f]{6,}|\d+")
_KINDS, _LONGEST = 3, 220


@dataclass(frozen=True)
class Complaint:
    """A line that a node has written so many times, give or take numbers, as it did last."""

    node: str
    line: str
    times: int


def complaints(logs: Mapping[str, Sequence[str]]) -> list[Complaint]:
    """For each node the kinds of complaint that came most often; the one heard most comes first."""
    found: list[Complaint] = []
    for node, lines in logs.items():
        alike: dict[str, list[str]] = {}
        for line in lines:
            if _COMPLAINT.search(line):
                alike.setdefault(_VARIES.sub("", line), []).append(line)
        most = sorted(alike.values(), key=len, reverse=True)[:_KINDS]
        found += [Complaint(node, said[-1][:_LONGEST], len(said)) for said in most]
    return sorted(found, key=lambda complaint: -complaint.times)
