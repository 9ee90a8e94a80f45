"""A line of a node's log: when it was written, and how much it wants to be read. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """How much a line wants to be read."""

    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4


@dataclass(frozen=True)
class LogLine:
    """``at`` is in seconds since 1970, and ``level`` None where the line does not tell."""

    node: str
    at: float
    level: Level | None
    text: str


_WORDS = {
    Level.DEBUG: ("debug", "dbg", "trace", "trc", "spam"),
    Level.INFO: ("info", "inf", "notice"),
    Level.WARN: ("warn", "wrn", "warning"),
    Level.ERROR: ("error", "err", "fatal", "ftl", "panic", "pnc", "critical"),
}
_BY_WORD = {word: level for level, words in _WORDS.items() for word in words}
_ANY = "|".join(sorted(_BY_WORD, key=len, reverse=True))
#: The first word, behind a time of day and in brackets perhaps; or what a key says.
_LEVEL = re.compile(
    rf'(?:"level":"|\blevel=|^(?:[\d:.]+ ?[AP]M )?\[?)(?P<word>{_ANY})(?=[]\s:"|]|$)', re.IGNORECASE
)
_STAMP = re.compile(
    r"^(?P<first>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?) ?"
    r'|"(?:ts|time)":"(?P<key>[^"]+)"'
)
#: Python's clock has microseconds, others write nanoseconds.
_TOO_FINE = re.compile(r"(\.\d{6})\d+")


def read_level(text: str) -> Level | None:
    """What a line says of its own weight."""
    found = _LEVEL.search(text)
    return _BY_WORD[found["word"].lower()] if found else None


def read_time(text: str) -> float | None:
    """Seconds since 1970 where a line has a whole date; a time of day alone is none."""
    found = _STAMP.search(text)
    if found is None:
        return None
    stamp = _TOO_FINE.sub(r"\1", found["first"] or found["key"])
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        return None


def without_time(text: str) -> str:
    """The line without a date that stands before all else."""
    found = _STAMP.match(text)
    return text[found.end() :] if found and found["first"] else text


def news(earlier: Sequence[str], now: Sequence[str]) -> list[str]:
    """What a log's end has by ``now`` that it had not ``earlier``; both are the last lines of it.

    All of it, when they do not overlap: more was written in between than was looked at.
    """
    for common in range(min(len(earlier), len(now)), 0, -1):
        if earlier[-common:] == now[:common]:
            return list(now[common:])
    return list(now)


def read_duration(text: str) -> float:
    """Seconds in ``90s``, ``5m``, ``2h`` or ``1d``. Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text)
    if found is None:
        raise ValueError(f"{text!r} is no length of time: say 90s, 5m, 2h or 1d")
    return float(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
