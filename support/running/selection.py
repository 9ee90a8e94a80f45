"""Finds what there is to run for the words that Behave would be given, without starting anything.

Behave itself reads the words and the features, so that they mean the same here as there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from behave.configuration import Configuration
from behave.exception import (
    ConfigError,
    FileNotFoundError,
    InvalidFileLocationError,
    InvalidFilenameError,
    TagExpressionError,
)
from behave.model import Feature, Rule, Scenario
from behave.parser import ParserError
from behave.runner_util import collect_feature_locations, parse_features

from support.domain import BadRequest
from support.evidence.feature_text import told

_REFUSALS = (
    ConfigError,
    FileNotFoundError,
    InvalidFileLocationError,
    InvalidFilenameError,
    ParserError,
    TagExpressionError,
)

#: What Behave does instead of running anything, by the name of its setting.
_NO_RUNS = ("version", "tags_help", "lang_list", "lang_help", "dry_run", "steps_catalog")

#: True of every example; Behave does not take an empty expression here.
_ANY_TAG = "--tags=@smoke or not @smoke"


@dataclass(frozen=True)
class Example:
    """One that is to run; ``location`` is ``features/….feature:LINE``, ``rule`` may be empty."""

    location: str
    name: str
    rule: str = ""


@dataclass(frozen=True)
class SelectedFeature:
    """A feature file with at least one example to run; ``whole`` if there are no others in it.

    ``text`` has the words of these examples, as a journal tells them.
    """

    path: str
    name: str
    examples: tuple[Example, ...]
    whole: bool
    text: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def locations(self) -> list[str]:
        """The words that make Behave run these examples."""
        return [self.path] if self.whole else [example.location for example in self.examples]


@dataclass(frozen=True)
class Selection:
    """``options`` are the words that are no paths; ``userdata`` is what ``-D`` said."""

    features: tuple[SelectedFeature, ...]
    options: tuple[str, ...]
    userdata: dict[str, str]
    stop: bool


def select(arguments: Sequence[str], *, only: frozenset[str] | None = None) -> Selection:
    """Read words that are for Behave. ``only`` leaves out all examples that are not at one of
    these locations, and is asked for tags only if the words are.

    Raises :class:`BadRequest` with Behave's own words for what it refuses; for words that it does
    not even know it says so and leaves, with the same exit code.
    """
    words = list(arguments)
    config = _read(words)
    if only is not None and config.tags == config.default_tags:
        words.append(_ANY_TAG)
        config = _read(words)
    try:
        locations = [
            location
            for location in collect_feature_locations(config.paths)
            if not config.exclude(location)
        ]
        features = parse_features(locations, language=config.lang)
    except _REFUSALS as refusal:
        raise BadRequest(f"behave says: {type(refusal).__name__}: {refusal}") from refusal
    found = (_selected(feature, config, only) for feature in features)
    return Selection(
        features=tuple(feature for feature in found if feature.examples),
        options=tuple(_without(words, config.paths)),
        userdata=dict(config.userdata),
        stop=bool(config.stop),
    )


def _read(words: list[str]) -> Any:
    try:
        config = Configuration(words)
    except _REFUSALS as refusal:
        raise BadRequest(f"behave says: {type(refusal).__name__}: {refusal}") from refusal
    asked = [name for name in _NO_RUNS if getattr(config, name)]
    if asked or "help" in (config.format or []):
        named = f"--{asked[0].replace('_', '-')}" if asked else "--format=help"
        raise BadRequest(f"{named} runs nothing, so nothing can run in parallel: ask behave itself")
    if config.outfiles:
        raise BadRequest(
            "several processes cannot write one --outfile: leave it out, the output of each is kept"
        )
    return config


def _selected(feature: Feature, config: Any, only: frozenset[str] | None) -> SelectedFeature:
    scenarios: list[Scenario] = list(feature.walk_scenarios())

    def wanted(scenario: Scenario) -> bool:
        named = only is None or str(scenario.location) in only
        return named and bool(scenario.should_run(config))

    chosen = tuple(
        Example(str(scenario.location), scenario.name, _rule_of(scenario))
        for scenario in scenarios
        if wanted(scenario)
    )
    path, whole = feature.location.filename, len(chosen) == len(scenarios)
    return SelectedFeature(path, feature.name, chosen, whole, told(feature, wanted) or {})


def _rule_of(scenario: Scenario) -> str:
    parent = scenario.parent  # of a row of an outline this is the outline
    while parent is not None and not isinstance(parent, Rule):
        parent = parent.parent
    return str(parent.name) if parent is not None else ""


def _without(words: list[str], paths: Sequence[str]) -> list[str]:
    """Leave out the paths; Behave takes each as it stands, but tidied up."""
    left = list(words)
    for path in reversed(paths):
        for place in reversed(range(len(left))):
            if left[place].rstrip("/").removeprefix("./") in (path, path.rstrip("/")):
                del left[place]
                break
    return left
