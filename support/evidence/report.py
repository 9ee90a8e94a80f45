"""Makes all reports of a run from its journals: ``run.json``, and what people look at."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.evidence.cucumber import as_cucumber
from support.evidence.job_summary import as_markdown
from support.evidence.junit import as_junit
from support.evidence.page.render import report_page, trouble_page
from support.evidence.reading import read_story
from support.evidence.summary import VERSION, summary_of
from support.evidence.trends import trends_of
from support.run_folders import folder_of_run


def write_report(journals: Sequence[Path], target: Path) -> Mapping[str, Any]:
    """Write the reports of one run into the folder ``target``; what ``run.json`` holds.

    Several journals are parts of one run (of parallel processes, shards or repeats) and get one
    verdict. Raises :class:`BadRequest` for what is no journal, and :class:`EnvironmentProblem`
    where the reports cannot be written.
    """
    story = read_story(journals)
    summary = summary_of(story)
    run_json = _json(summary)
    trends = trends_of(summary, _kept_beside(journals))
    try:
        write_whole(target / "run.json", run_json)
        write_whole(target / "index.html", report_page(story, summary, target, trends))
        write_whole(target / "junit.xml", as_junit(story))
        write_whole(target / "cucumber.json", _json(as_cucumber(story)))
        write_whole(target / "summary.md", as_markdown(story, summary))
    except OSError as error:
        raise EnvironmentProblem(
            f"the report could not be written to {target} ({error.strerror}): free some space, or "
            "choose another folder with -D report="
        ) from error
    _keep(run_json, journals)
    return summary


def append_job_summary(target: Path, environment: Mapping[str, str]) -> None:
    """Add the summary of the report in ``target`` to that of the CI job, where there is one."""
    job = environment.get("GITHUB_STEP_SUMMARY")
    if job:
        with suppress(OSError):  # the report itself is there
            words = (target / "summary.md").read_text(encoding="utf-8")
            with Path(job).open("a", encoding="utf-8") as summary:
                summary.write(words)


def report_trouble(sentence: str, target: Path, verdict: str) -> Mapping[str, Any]:
    """Write the report of a run that ended before its first example; the last one is stale now."""
    counts = {"passed": 0, "failed": 0, "error": 0, "skipped": 0, "untested": 0}
    summary = {"version": VERSION, "verdict": verdict, "trouble": sentence, "counts": counts}
    summary |= {"examples": []}
    with suppress(OSError):  # the sentence is about to be said aloud, which matters more
        write_whole(target / "run.json", _json(summary))
        write_whole(target / "index.html", trouble_page(sentence, verdict))
    return summary


def write_whole(path: Path, text: str) -> None:
    """Whole or not at all: two runs may end at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _kept_beside(journals: Sequence[Path]) -> list[Path]:
    """``run.json`` of earlier runs: each run has a folder, and they lie side by side."""
    places = dict.fromkeys(folder_of_run(journal).parent for journal in journals)
    return [path for place in places for path in sorted(place.glob("*/run.json"))]


def _keep(run_json: str, journals: Sequence[Path]) -> None:
    """A copy in the folder of the run, for later runs to look back on."""
    with suppress(OSError):  # a run that is only looked at may lie where nobody may write
        if journals:
            write_whole(folder_of_run(journals[0]) / "run.json", run_json)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2) + "\n"
