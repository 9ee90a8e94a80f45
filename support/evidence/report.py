"""Makes all reports of a run from its journals: ``run.json``, and what people look at."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.evidence.reading import read_story
from support.evidence.summary import VERSION, summary_of


def write_report(journals: Sequence[Path], target: Path) -> Mapping[str, Any]:
    """Write the reports of one run into the folder ``target``; what ``run.json`` holds.

    Several journals are parts of one run (of parallel processes, shards or repeats) and get one
    verdict. Raises :class:`BadRequest` for what is no journal, and :class:`EnvironmentProblem`
    where the reports cannot be written.
    """
    story = read_story(journals)
    summary = summary_of(story)
    try:
        write_whole(target / "run.json", _json(summary))
    except OSError as error:
        raise EnvironmentProblem(
            f"the report could not be written to {target} ({error.strerror}): free some space, or "
            "choose another folder with -D report="
        ) from error
    return summary


def report_trouble(sentence: str, target: Path, verdict: str) -> None:
    """Write the report of a run that ended before its first example; the last one is stale now."""
    counts = {"passed": 0, "failed": 0, "error": 0, "skipped": 0, "untested": 0}
    summary = {"version": VERSION, "verdict": verdict, "trouble": sentence, "counts": counts}
    with suppress(OSError):  # the sentence is about to be said aloud, which matters more
        write_whole(target / "run.json", _json({**summary, "examples": []}))


def write_whole(path: Path, text: str) -> None:
    """Whole or not at all: two runs may end at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"
