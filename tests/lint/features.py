"""Holds feature files to the house's style: closed tags, plain words, one shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from behave.model import Feature, Rule, Scenario, ScenarioOutline
from behave.parser import ParserError, parse_feature

from support.domain import Capability
from tests.lint.complaint import Complaint

MOST_RULES = 5
MOST_LINES = 100
MOST_BACKGROUND_STEPS = 4
DESCRIPTION_LINES = (2, 4)

FEATURE, RULE, EXAMPLE = "feature", "rule", "example"

#: Tags that mean something, and where they do. `@needs.X`, `@issue.NN` and folders come on top.
TAGS = {
    "smoke": {EXAMPLE},
    "slow": {EXAMPLE},
    "wip": {EXAMPLE},
    "quarantine": {EXAMPLE},
    "private_network": {FEATURE, RULE, EXAMPLE},
}
NEEDS = {f"needs.{capability.value}" for capability in Capability}
ISSUE = re.compile(r"issue\.\d+")

_PROMISED_BY_PEOPLE = "name a customer, such as Alice, or a role"
_FOR_MACHINES = "say what someone outside can observe"
#: A word that has no place in a feature -> what to do about it.
WORDS = {
    r"I|I'm|I've|my|me|we|our|us": _PROMISED_BY_PEOPLE,
    r"[Uu]sers?": _PROMISED_BY_PEOPLE,
    r"(?i:URLs?|ports?|JSON|HTTPS?|RPC|APIs?|endpoints?|sockets?|IP|localhost)": _FOR_MACHINES,
    r"(?i:status codes?|exit codes?|stack traces?|exceptions?)": _FOR_MACHINES,
    r"(?i:containers?|docker|pods?|processes|iptables|packets?)": _FOR_MACHINES,
    r"(?i:logs?|log (?:lines?|files?)|logged)": _FOR_MACHINES,
    r"(?i:sleeps?|sleeping|poll|polls|retry|retries|time-?outs?)": "say what is waited for",
    r"node-\d+": "say `node 1`, with a space",
}
_WORDS = [(re.compile(rf"(?<![\w'-])(?:{words})(?![\w'-])"), hint) for words, hint in WORDS.items()]

#: A length of time may be the promise in a Then; before that, it is somebody waiting.
_TIME = re.compile(r"\b\d+(?:\.\d+)? ?(?:s|ms|secs?|seconds?|milliseconds?|minutes?)\b")

#: What a link or a disk takes, or how wrong a clock is, is part of the world that an example is
#: about, and no time to wait.
_TIME_OF_THE_WORLD = re.compile(r"\blink\b.* takes |\bdisks?\b.* takes? |\bclocks?\b.* (?:is|are) ")

_NAMED_AFTER_WORK = re.compile(r"(?i)\b(?:check|verif(?:y|ie)|test)(?:s|ed|ing|d)?\b")


@dataclass(frozen=True)
class _Line:
    number: int
    text: str


def complaints_about(path: Path, root: Path) -> list[Complaint]:
    """All that is wrong with one feature file below ``root``, in order of lines."""
    shown = path.relative_to(root)
    text = path.read_text(encoding="utf-8")
    try:
        feature = parse_feature(text, filename=str(path))
    except ParserError as problem:
        return [Complaint(shown, problem.line or 1, f"cannot be read: {_one_line(problem)}")]
    if feature is None:
        return [Complaint(shown, 1, "is empty")]
    folder = path.parent.name if path.parent != root / "features" else None
    found = [
        *_about_shape(feature, text),
        *_about_tags(feature, folder),
        *_about_words(feature),
        *_about_examples(feature),
    ]
    return [Complaint(shown, line.number, line.text) for line in sorted(found, key=_position)]


def _about_shape(feature: Feature, text: str) -> Iterator[_Line]:
    length = len(text.splitlines())
    if length > MOST_LINES:
        yield _Line(length, f"has {length} lines: split the feature, {MOST_LINES} are the most")
    low, high = DESCRIPTION_LINES
    if not low <= len(feature.description) <= high:
        yield _Line(
            feature.line,
            f"opens with {len(feature.description)} lines of who cares and why: {low} to {high}",
        )
    if not feature.rules:
        yield _Line(feature.line, "has no Rule: write what is promised as a sentence")
    if len(feature.rules) > MOST_RULES:
        yield _Line(
            feature.rules[MOST_RULES].line,
            f"has {len(feature.rules)} rules: split the feature, {MOST_RULES} are the most",
        )
    for example in feature.scenarios:
        yield _Line(example.line, "stands outside a Rule: every example illustrates one")
    for owner in (feature, *feature.rules):
        background = owner.background
        if background and len(background.steps) > MOST_BACKGROUND_STEPS:
            yield _Line(
                background.line,
                f"a Background of {len(background.steps)} steps: {MOST_BACKGROUND_STEPS} are the "
                "most that a reader keeps in mind",
            )
    for rule in feature.rules:
        if not rule.scenarios:
            yield _Line(rule.line, "a Rule without an Example")


def _about_examples(feature: Feature) -> Iterator[_Line]:
    seen: dict[str, int] = {}
    for example in _examples(feature):
        if example.name in seen:
            yield _Line(
                example.line,
                f"the name {example.name!r} is taken by the example in line {seen[example.name]}",
            )
        seen.setdefault(example.name, example.line)
        if not example.name:
            yield _Line(example.line, "an example without a name: say what sets it apart")
        named_after = _NAMED_AFTER_WORK.search(example.name)
        if named_after:
            yield _Line(
                example.line,
                f"{named_after[0]!r} in an example's name: say what sets it apart instead",
            )
        if isinstance(example, ScenarioOutline):
            for table in example.examples:
                if not table.name:
                    yield _Line(table.line, "an Examples block without a name")
        elif example.keyword != "Example":
            yield _Line(example.line, f"write Example instead of {example.keyword}")
        if not example.steps:
            yield _Line(example.line, "an example without steps")


def _about_tags(feature: Feature, folder: str | None) -> Iterator[_Line]:
    if folder is None:
        yield _Line(feature.line, "stands in no folder: features/<capability>/<name>.feature")
    elif folder not in feature.tags:
        yield _Line(feature.line, f"lacks the tag @{folder} of its folder on the Feature")
    known = [*TAGS, *sorted(NEEDS), "issue.NN", *([folder] if folder else [])]
    for level, item in _tagged(feature):
        for tag in item.tags:
            line = getattr(tag, "line", item.line)
            places = _places_of(tag, folder)
            if places is None:
                listed = ", ".join(f"@{name}" for name in known)
                yield _Line(line, f"unknown tag @{tag} (known: {listed})")
            elif level not in places:
                yield _Line(line, f"@{tag} belongs on the {' or '.join(sorted(places))}")
            if ISSUE.fullmatch(tag) and "quarantine" not in item.tags:
                yield _Line(line, f"@{tag} stands alone: it says why something is @quarantine")
        if len(set(item.tags)) < len(item.tags):
            yield _Line(item.line, "carries the same tag twice")
        if "quarantine" in item.tags and not any(ISSUE.fullmatch(tag) for tag in item.tags):
            yield _Line(item.line, "@quarantine without the @issue.NN that says why")
        if "smoke" in item.tags and {"wip", "quarantine", "slow"} & set(item.tags):
            yield _Line(item.line, "@smoke is for what is quick and trusted: drop one of its tags")


def _places_of(tag: str, folder: str | None) -> set[str] | None:
    """The levels that a tag means something on; None for a tag that nobody knows."""
    if tag == folder:
        return {FEATURE}
    if tag in NEEDS:
        return {FEATURE, RULE, EXAMPLE}
    if ISSUE.fullmatch(tag):
        return {EXAMPLE}
    return TAGS.get(tag)


def _about_words(feature: Feature) -> Iterator[_Line]:
    for line in _texts(feature):
        for pattern, hint in _WORDS:
            for word in pattern.findall(line.text):
                yield _Line(line.number, f"{word!r} has no place in a feature: {hint}")
    for owner in (feature, *feature.rules):
        for item in [*([owner.background] if owner.background else []), *owner.scenarios]:
            for step in item.steps:
                waited = _TIME.search(step.name)
                told = _TIME_OF_THE_WORLD.search(step.name)
                if waited and not told and step.step_type != "then":
                    yield _Line(
                        step.line,
                        f"{waited[0]!r} is a time that nobody promises: say what is waited for",
                    )


def _texts(feature: Feature) -> Iterator[_Line]:
    """Everything that people read, with the line where it stands."""
    yield _Line(feature.line, feature.name)
    for offset, text in enumerate(feature.description, start=1):
        yield _Line(feature.line + offset, text)
    for owner in (feature, *feature.rules):
        if isinstance(owner, Rule):
            yield _Line(owner.line, owner.name)
            yield _Line(owner.line, " ".join(owner.description))
        items = [*([owner.background] if owner.background else []), *owner.scenarios]
        for item in items:
            yield _Line(item.line, item.name or "")
            yield _Line(item.line, " ".join(item.description or ()))
            for step in item.steps:
                yield _Line(step.line, step.name)
                if step.text:
                    yield _Line(step.line, str(step.text))
                if step.table:
                    yield from _cells(step.table)
            for table in getattr(item, "examples", ()):
                yield _Line(table.line, table.name or "")
                if table.table:
                    yield from _cells(table.table)


def _cells(table: object) -> Iterator[_Line]:
    line = table.line  # type: ignore[attr-defined]
    yield _Line(line, " | ".join(table.headings))  # type: ignore[attr-defined]
    for row in table.rows:  # type: ignore[attr-defined]
        yield _Line(row.line or line, " | ".join(row.cells))


def _examples(feature: Feature) -> Iterator[Scenario | ScenarioOutline]:
    yield from feature.scenarios
    for rule in feature.rules:
        yield from rule.scenarios


def _tagged(feature: Feature) -> Iterator[tuple[str, Feature | Rule | Scenario]]:
    yield FEATURE, feature
    for rule in feature.rules:
        yield RULE, rule
    for example in _examples(feature):
        yield EXAMPLE, example
        for table in getattr(example, "examples", ()):
            yield EXAMPLE, table


def _position(line: _Line) -> tuple[int, str]:
    return line.number, line.text


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())
