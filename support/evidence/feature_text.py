"""Writes a feature down as plain values, with all its words, so that no report needs its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

#: Whether an example is to be told of.
Wanted = Callable[[Any], bool]


def told(feature: Any, wanted: Wanted = lambda scenario: True) -> dict[str, Any] | None:
    """A feature of Behave with its rules and wanted examples; None where it has none of these.

    What stands before any rule is in a rule without a name. Lines are those of the file.
    """
    before = [item for item in feature.run_items if item.type != "rule"]
    rules = [
        {"name": "", "line": feature.line, "tags": [], "description": [], "of": before},
        *(
            {**_heading(rule), "of": list(rule.run_items)}
            for rule in feature.run_items
            if rule.type == "rule"
        ),
    ]
    whole = [
        {**rule, "examples": [_example(*each) for each in _examples(rule.pop("of"), wanted)]}
        for rule in rules
    ]
    filled = [rule for rule in whole if rule["examples"]]
    if not filled:
        return None
    return {**_heading(feature), "path": str(feature.filename), "rules": filled}


def _examples(items: list[Any], wanted: Wanted) -> Iterator[tuple[Any, str]]:
    """Examples and the rows of outlines, each with the name of its outline."""
    for item in items:
        rows = item.scenarios if item.type == "scenario_outline" else [item]
        for scenario in rows:
            if wanted(scenario):
                yield scenario, item.name if item.type == "scenario_outline" else ""


def _example(scenario: Any, outline: str) -> dict[str, Any]:
    return {
        **_heading(scenario),
        "location": str(scenario.location),
        "outline": outline,
        "tags": sorted(str(tag) for tag in scenario.effective_tags),
        "steps": [
            *(_step(step, background=True) for step in scenario.background_steps),
            *(_step(step, background=False) for step in scenario.steps),
        ],
    }


def _step(step: Any, *, background: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"keyword": step.keyword, "name": step.name, "line": step.line}
    if background:
        told["background"] = True
    if step.text is not None:
        told["text"] = str(step.text)
    if step.table is not None:
        rows = [list(row.cells) for row in step.table.rows]
        told["table"] = [list(step.table.headings), *rows]
    return told


def _heading(item: Any) -> Mapping[str, Any]:
    return {
        "name": str(item.name),
        "line": item.line,
        "tags": [str(tag) for tag in item.tags],
        "description": [str(line) for line in item.description],
    }
