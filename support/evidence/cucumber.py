"""The run for tools that read Cucumber's JSON."""

from __future__ import annotations

import re
from typing import Any

from support.evidence.story import (
    PASSED,
    SKIPPED,
    WENT_WRONG,
    ExampleStory,
    FeatureStory,
    RuleStory,
    RunStory,
    StepStory,
)


def as_cucumber(story: RunStory) -> list[dict[str, Any]]:
    """Features with their examples. The format has no rules; each element names its own.

    Durations are nanoseconds, as the format wants them.
    """
    return [_feature(feature) for feature in story.features]


def _feature(feature: FeatureStory) -> dict[str, Any]:
    return {
        "uri": feature.path,
        "id": _id(feature.name),
        "keyword": "Feature",
        "name": feature.name,
        "description": "\n".join(feature.description),
        "line": feature.line,
        "tags": _tags(feature.tags),
        "elements": [
            _element(feature, rule, example) for rule in feature.rules for example in rule.examples
        ],
    }


def _element(feature: FeatureStory, rule: RuleStory, example: ExampleStory) -> dict[str, Any]:
    return {
        "id": ";".join(_id(name) for name in (feature.name, rule.name, example.name) if name),
        "keyword": "Example",
        "type": "scenario",
        "name": example.name,
        "description": f"Rule: {rule.name}" if rule.name else "",
        "rule": rule.name,
        "line": example.line,
        "tags": _tags(example.tags),
        "steps": [_step(step) for step in example.telling.steps],
    }


def _step(step: StepStory) -> dict[str, Any]:
    status = "failed" if step.went_wrong else PASSED if step.status == PASSED else SKIPPED
    result: dict[str, Any] = {"status": status}
    if step.seconds is not None:
        result["duration"] = round(step.seconds * 1e9)
    if step.status in WENT_WRONG:
        result["error_message"] = step.words or step.status
    told: dict[str, Any] = {
        "keyword": f"{step.keyword} ",
        "name": step.name,
        "line": step.line,
        "match": {},
        "result": result,
    }
    if step.table:
        told["rows"] = [{"cells": list(row)} for row in step.table]
    if step.text is not None:
        told["doc_string"] = {"value": step.text, "content_type": "", "line": step.line + 1}
    return told


def _tags(tags: Any) -> list[dict[str, str]]:
    return [{"name": f"@{tag}"} for tag in tags]


def _id(name: str) -> str:
    return re.sub(r"\s+", "-", name.strip().lower())
