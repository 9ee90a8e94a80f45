"""Reads journals into the story of a run, also those of killed runs, of shards and of repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from support.domain import BadRequest
from support.evidence.attempt import untested
from support.evidence.process import ProcessReader, joined
from support.evidence.story import (
    AttemptStory,
    ExampleStory,
    FeatureStory,
    ProcessStory,
    RuleStory,
    RunStory,
)
from support.journal import SCHEMA, records

Record = Mapping[str, Any]
Texts = dict[str, Mapping[str, Any]]


def read_story(journals: Sequence[Path]) -> RunStory:
    """The story of these journals together: no example twice, several attempts at one in order.

    Raises :class:`BadRequest` for what is no journal, or one that a newer version wrote.
    """
    processes: list[ProcessStory] = []
    texts: Texts = {}
    attempts: dict[str, list[AttemptStory]] = {}
    times: Counter[str] = Counter()
    told = sorted((_records(journal) for journal in journals), key=_moment)
    for journal, lines in told:
        reader = ProcessReader(journal, lines)
        processes.append(reader.process)
        for path, text in reader.texts.items():
            texts[path] = joined(texts[path], text) if path in texts else text
        for location, several in reader.attempts.items():
            attempts.setdefault(location, []).extend(several)
        times.update(reader.times)
    features = [_feature(texts[path], attempts, times) for path in sorted(texts)]
    return RunStory(processes, features)


def features_of(texts: Iterable[Mapping[str, Any]]) -> list[FeatureStory]:
    """The story of features that nobody has run, from their words."""
    told = list(texts)
    every = (e for text in told for rule in text["rules"] for e in rule["examples"])
    attempts = {example["location"]: [untested(example, 0)] for example in every}
    return [_feature(text, attempts, {}) for text in told]


def _records(journal: Path) -> tuple[Path, list[Record]]:
    try:
        lines: list[Record] = [
            line for line in records(journal) if isinstance(line, dict) and "kind" in line
        ]
    except OSError as error:
        raise BadRequest(f"the journal {journal} cannot be read: {error.strerror}") from error
    if not lines and journal.stat().st_size == 0:
        return journal, []  # killed before its first word
    if not lines or lines[0]["kind"] != "journal":
        raise BadRequest(
            f"{journal} is no journal of a run: name a folder of build/runs, or a file in one"
        )
    schema = lines[0].get("schema", 0)
    if schema > SCHEMA:
        raise BadRequest(
            f"{journal} was written by a newer Accord (its schema is {schema}, and {SCHEMA} is the "
            "newest that is known here): make the report with that version"
        )
    return journal, lines


def _moment(told: tuple[Path, list[Record]]) -> str:
    return str(told[1][0].get("at", "")) if told[1] else ""


def _feature(
    text: Mapping[str, Any],
    attempts: Mapping[str, Sequence[AttemptStory]],
    times: Mapping[str, int],
) -> FeatureStory:
    return FeatureStory(
        name=text["name"],
        path=text["path"],
        line=text["line"],
        tags=text["tags"],
        description=text["description"],
        rules=[
            RuleStory(
                name=rule["name"],
                line=rule["line"],
                tags=rule["tags"],
                description=rule["description"],
                examples=list(_examples(rule["examples"], attempts, times)),
            )
            for rule in text["rules"]
        ],
    )


def _examples(
    texts: Iterable[Mapping[str, Any]],
    attempts: Mapping[str, Sequence[AttemptStory]],
    times: Mapping[str, int],
) -> Iterator[ExampleStory]:
    for text in texts:
        made = attempts[text["location"]]
        yield ExampleStory(
            name=text["name"],
            location=text["location"],
            line=text["line"],
            outline=text["outline"],
            tags=text["tags"],
            attempts=[attempt for attempt in made if attempt.status != "untested"] or made[-1:],
            times=times.get(text["location"], 1),
        )
