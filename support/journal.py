"""The append-only record of a run. Report, evidence and run.json are derived from it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem

#: Raised by one when the meaning of a record changes. 2: whole features, failures with their words,
#: faults that name whom they concern and by which id they are undone.
SCHEMA = 2


class Journal:
    """JSON lines, flushed one by one, so that the record of a killed run can still be read.

    Every record has ``t`` (seconds, monotonic), ``at`` (wall clock, UTC) and ``kind``. Nothing
    secret goes in: keys are known to the implementation alone, which does not write here.
    """

    def __init__(self, path: Path, *, go_on: bool = False) -> None:
        """``go_on`` is for what is still to be said of a process that is dead: its last line goes
        if it was cut short, and all others stay.
        """
        self._lock = threading.Lock()
        self._aside = False
        self._begin(path, go_on=go_on)

    def go_on_in(self, path: Path) -> None:
        """Write what comes now to another file, when this one has been closed."""
        self._begin(path)

    def _begin(self, path: Path, *, go_on: bool = False) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            kept = _whole_lines(path) if go_on else 0
            self._file = path.open("a" if kept else "w", encoding="utf-8")
            self._file.truncate(kept)
        except OSError as error:
            raise self._trouble(error) from error
        if not kept:
            self.write("journal", schema=SCHEMA)

    def write(self, kind: str, **facts: Any) -> None:
        """Append one record. Values that JSON does not know are written as their text.

        Raises :class:`EnvironmentProblem` when the disk does not take it.
        """
        record = {
            "t": round(time.monotonic(), 4),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "kind": kind,
            **({"aside": True} if self._aside else {}),
            **facts,
        }
        with self._lock:
            if self._file.closed:
                return
            try:
                self._file.write(json.dumps(record, default=str) + "\n")
                self._file.flush()
            except OSError as error:
                raise self._trouble(error) from error

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is written meanwhile is kept, and is no part of the story that reports tell.

        For what is tried out on other networks to explain what happened on this one.
        """
        self._aside = True
        try:
            yield
        finally:
            self._aside = False

    def close(self) -> None:
        """Nothing more is written; later records are dropped."""
        with self._lock, suppress(OSError):  # a full disk has been complained of already
            self._file.close()

    def _trouble(self, error: OSError) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"the journal {self.path} cannot be written ({error.strerror}): free some space, or "
            "run where you may write"
        )


def _whole_lines(path: Path) -> int:
    """Bytes up to the end of the last line that was written to its end."""
    try:
        return path.read_bytes().rfind(b"\n") + 1
    except FileNotFoundError:
        return 0


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a journal, oldest first, without those that were written aside.

    A last line that was cut short is left out.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                return
            if not (isinstance(record, dict) and record.get("aside")):
                yield record
