"""Fills the templates: the story of a run becomes one HTML file that needs no other."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from support.evidence.load_report import in_words as load_in_words
from support.evidence.page import words
from support.evidence.page.caption import caption
from support.evidence.page.complaints import complaints
from support.evidence.page.failure import heights_table, in_force, in_parts
from support.evidence.page.timeline import timeline
from support.evidence.rates import heading, rate_of, rates_of
from support.evidence.story import WENT_WRONG, RunStory

_HERE = Path(__file__).parent
#: Log lines in the whole page; the more examples failed, of the more nodes, the fewer of each.
_LOG_LINES = 3000


def report_page(
    story: RunStory, summary: Mapping[str, Any], target: Path, trends: Any = None
) -> str:
    """The page of a run. Links to evidence are relative to the folder ``target``."""
    wrong = [placed for placed in story.placed() if placed[2].status in WENT_WRONG]
    logs = sum(len(example.telling.logs) for _, _, example in wrong)
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            story=story,
            summary=summary,
            wrong=wrong,
            slow=words.slowest(story),
            skipped=words.skipped(story),
            rates=rates_of(story),
            folders=words.folders(story),
            trends=trends,
            log_lines=max(4, min(40, _LOG_LINES // max(1, logs))),
            link=lambda path: _link(path, target),
        )
    )


def trouble_page(sentence: str, verdict: str) -> str:
    """The page of a run that ended before its first example."""
    return _templates().get_template("trouble.html.j2").render(sentence=sentence, verdict=verdict)


def living_page(features: Sequence[Any]) -> str:
    """The page of features that nobody has run."""
    story = RunStory((), features)
    folders = words.folders(story)
    return _templates().get_template("living.html.j2").render(folders=folders, story=story)


def matrix_page(table: Mapping[str, Any], links: Mapping[str, str]) -> str:
    """The page of a matrix, as :mod:`~support.evidence.matrix_table` tells it to machines.

    ``links`` has the page of every network's own run, by the network's name.
    """
    verdicts = [run["verdict"] for run in table["runs"]]
    kept = [verdict for verdict in verdicts if verdict == "passed"]
    worst = next((v for v in ("failed", "environment", "interrupted") if v in verdicts), "passed")
    template = _templates().get_template("matrix.html.j2")
    return template.render(table=table, links=links, kept=kept, worst=worst)


def _link(path: str, target: Path) -> str:
    relative = os.path.relpath(Path(path).absolute(), target.absolute())
    return quote(Path(relative).as_posix())


@cache
def _templates() -> Environment:
    """What is inlined is ours; everything else is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "style": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        "script": Markup((_HERE / "page.js").read_text(encoding="utf-8")),
        "timeline": timeline,
        "caption": caption,
        "load_words": load_in_words,
        "complaints": complaints,
        "in_parts": in_parts,
        "in_force": in_force,
        "heights_table": heights_table,
        "heading": heading,
        "rate_of": rate_of,
    }
    environment.globals |= {name: getattr(words, name) for name in words.FOR_TEMPLATES}
    return environment
