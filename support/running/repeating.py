"""Runs each example several times in one process, so that its networks serve all of them."""

from __future__ import annotations

from typing import Any

from behave.model import Feature
from behave.parser import parse_file


def repeated(features: list[Feature], times: int, config: Any) -> list[Feature]:
    """So many copies of the features, one after the other, none of which has run.

    The same examples of each are selected; a feature that has run cannot run again.
    """
    copies = [
        _like(feature, parse_file(feature.filename, language=config.lang))
        for _ in range(times - 1)
        for feature in features
    ]
    return [*features, *copies]


def _like(feature: Feature, copy: Feature) -> Feature:
    """Leave out what Behave was told to leave out of the original by line."""
    for original, again in zip(feature.walk_scenarios(), copy.walk_scenarios(), strict=True):
        if original.should_skip:
            again.mark_skipped()
    return copy
