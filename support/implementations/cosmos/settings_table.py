"""Asks a settings file for values of a kind; whatever is wrong becomes one sentence."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from support.domain import BadRequest


class Table:
    """One table of the settings file ``settings``; ``path`` is its dotted name, empty at the top.

    Everything raises :class:`BadRequest` with the file, the key and what is wrong with it.
    """

    def __init__(self, settings: str, content: Mapping[str, Any], path: str = "") -> None:
        self.settings = settings
        self._content = content
        self._path = path

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def names(self) -> list[str]:
        """What is in it, in the order of the file."""
        return list(self._content)

    def full(self, key: str) -> str:
        """The dotted name of a key."""
        return f"{self._path}.{key}" if self._path else key

    def where(self, key: str) -> str:
        """The file and the dotted name of a key, as people are told of them."""
        return f"{self.settings}: {self.full(key)}"

    def wrong(self, key: str, why: str) -> BadRequest:
        """The exception that says what is wrong with a key."""
        return BadRequest(f"{self.where(key)} {why}")

    def insist_on(self, known: Collection[str], what: str) -> None:
        """Refuse every key that is not among these; ``what`` they are, in a word."""
        for key in self._content:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = (
                    f"did you mean {self.full(near[0])}?" if near else f"choose from {_list(known)}"
                )
                raise self.wrong(key, f"is no {what}: {hint}")

    def text(self, key: str, default: str | None = None, *, like: str = "", meaning: str) -> str:
        """A string that is not empty, all of it ``like`` a regular expression if there is one."""
        value = self._of_kind(key, str, "a text", default, meaning)
        if not value or (like and not re.fullmatch(like, value)):
            raise self.wrong(key, f"cannot be {value!r}: it is {meaning}")
        return str(value)

    def whole_number(self, key: str, default: int, *, least: int, most: int) -> int:
        """A whole number between two others."""
        value = self._of_kind(key, int, "a whole number", default)
        if not least <= value <= most:
            raise self.wrong(key, f"must be from {least} to {most}, not {value}")
        return int(value)

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        """A number between two others."""
        value = self._of_kind(key, (int, float), "a number", default)
        if not least <= value <= most:
            raise self.wrong(key, f"must be from {least:g} to {most:g}, not {value:g}")
        return float(value)

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of strings."""
        value = self._of_kind(key, list, "a list of texts", list(default))
        if not all(isinstance(member, str) for member in value):
            raise self.wrong(key, f"must be a list of texts, not {value!r}")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table below this one; an empty one where there is none."""
        value = self._of_kind(key, dict, "a table", {})
        return Table(self.settings, value, self.full(key))

    def anything(self) -> Mapping[str, Any]:
        """All that is in it, of whatever names, made of what both TOML and JSON can write."""
        for key, value in self._content.items():
            if not _is_plain(value):
                raise self.wrong(key, "cannot be a date or infinite: write it as a text")
        return self._content

    def _of_kind(
        self, key: str, kind: Any, called: str, default: Any = None, meaning: str = ""
    ) -> Any:
        value = self._content.get(key, default)
        if value is None:
            raise self.wrong(key, f"is missing: it is {meaning}")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"must be {called}, not {value!r}")
        return value


def read_table(settings: Path) -> Table:
    """The whole of a settings file. Raises :class:`BadRequest` where there is none to be read."""
    try:
        return Table(str(settings), tomllib.loads(settings.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BadRequest(f"there is no settings file {settings}") from None
    except OSError as problem:
        raise BadRequest(
            f"the settings file {settings} cannot be read: {problem.strerror}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadRequest(f"the settings file {settings} is not TOML: {problem}") from None


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _list(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
