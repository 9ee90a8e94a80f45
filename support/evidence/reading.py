"""Reads journals into the story of a run, also those of killed runs, of shards and of repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from support.domain import BadRequest
from support.evidence.attempt import AttemptReader, untested
from support.evidence.load_report import loads
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

#: What a run says of itself when it begins.
_FACTS = (
    *("run", "engine", "engine_version", "implementation", "implementation_version"),
    *("seed", "options", "command"),
)


def read_story(journals: Sequence[Path]) -> RunStory:
    """The story of these journals together: no example twice, several attempts at one in order.

    Raises :class:`BadRequest` for what is no journal, or one that a newer version wrote.
    """
    processes: list[ProcessStory] = []
    texts: Texts = {}
    attempts: dict[str, list[AttemptStory]] = {}
    told = sorted((_records(journal) for journal in journals), key=_moment)
    for journal, lines in told:
        process, own_texts, own_attempts = _read(journal, lines)
        processes.append(process)
        for path, text in own_texts.items():
            texts[path] = _joined(texts[path], text) if path in texts else text
        for location, several in own_attempts.items():
            attempts.setdefault(location, []).extend(several)
    return RunStory(processes, [_feature(texts[path], attempts) for path in sorted(texts)])


def features_of(texts: Iterable[Mapping[str, Any]]) -> list[FeatureStory]:
    """The story of features that nobody has run, from their words."""
    told = list(texts)
    every = (e for text in told for rule in text["rules"] for e in rule["examples"])
    attempts = {example["location"]: [untested(example, 0)] for example in every}
    return [_feature(text, attempts) for text in told]


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


def _read(
    journal: Path, lines: list[Record]
) -> tuple[ProcessStory, Texts, dict[str, list[AttemptStory]]]:
    texts: Texts = {}
    attempts: dict[str, list[AttemptStory]] = {}
    seed = next((line["seed"] for line in lines if line["kind"] == "run started"), 0)
    known: dict[str, Mapping[str, Any]] = {}
    reader: AttemptReader | None = None
    for line in lines:
        match line["kind"]:
            case "feature selected":
                text = line["feature"]
                texts[text["path"]] = text
                known |= {e["location"]: e for rule in text["rules"] for e in rule["examples"]}
            case "scenario started":
                if reader is not None:  # nobody said how the last one ended
                    attempts.setdefault(reader.location, []).append(reader.story())
                reader = AttemptReader(line, _text_of(line, known, texts), seed)
            case "scenario finished" if reader is not None:
                reader.take_in(line)
                attempts.setdefault(reader.location, []).append(reader.story())
                reader = None
            case "scenario skipped":
                skipped = untested(_text_of(line, known, texts), seed, why=line["why"])
                attempts.setdefault(line["location"], []).append(skipped)
            case "example ended":
                text = _text_of(line, known, texts)
                _correct(attempts.setdefault(line["location"], []), text, line, seed)
            case _ if reader is not None:
                reader.take_in(line)
    if reader is not None:
        attempts.setdefault(reader.location, []).append(reader.story())
    for location, flowed in loads(lines).items():
        if attempts.get(location):
            attempts[location][-1] = replace(attempts[location][-1], load=flowed)
    for location, text in known.items():
        attempts.setdefault(location, [untested(text, seed)])
    return _process(journal, lines), texts, attempts


def _correct(
    attempts: list[AttemptStory], text: Mapping[str, Any], line: Record, seed: int
) -> None:
    """Behave has the last word: it alone knows what goes wrong before and after an example."""
    if not attempts:
        attempts.append(untested(text, seed))
    attempts[-1] = replace(
        attempts[-1],
        status=line["status"],
        seconds=attempts[-1].seconds or line["seconds"],
        words=line.get("words") or attempts[-1].words,
        why_skipped=line.get("why_skipped") or attempts[-1].why_skipped,
    )


def _text_of(line: Record, known: dict[str, Mapping[str, Any]], texts: Texts) -> Mapping[str, Any]:
    """The words of an example; where the journal lacks them, as much as can be told without."""
    location = str(line.get("location", line.get("name", "")))
    if location not in known:
        path, _, number = location.rpartition(":")
        place = int(number) if number.isdecimal() else 0
        bare = {"name": str(line.get("name", location)), "location": location, "line": place}
        known[location] = {**bare, "tags": [], "outline": "", "steps": [], "description": []}
        rule = {"name": "", "line": 0, "tags": [], "description": [], "examples": [known[location]]}
        text = {"name": path, "path": path, "line": 0, "tags": [], "description": []}
        alone = {**text, "rules": [rule]}
        texts[path] = _joined(texts[path], alone) if path in texts else alone
    return known[location]


def _process(journal: Path, lines: Iterable[Record]) -> ProcessStory:
    process = ProcessStory(journal)
    for line in lines:
        at = _when(line)
        process = replace(process, began=process.began or at, ended=at or process.ended)
        match line["kind"]:
            case "run started":
                facts = {fact: line[fact] for fact in _FACTS if fact in line}
                process = replace(process, **facts)
            case "trouble":
                process = replace(process, trouble=[*process.trouble, line["words"]])
            case "network ready":
                started = (line["nodes"], line["seconds"])
                process = replace(process, network_starts=[*process.network_starts, started])
            case "run finished":
                process = replace(process, finished=True, interrupted=bool(line.get("interrupted")))
    return process


def _when(line: Record) -> datetime | None:
    try:
        return datetime.fromisoformat(line["at"])
    except (KeyError, TypeError, ValueError):
        return None


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """One feature of which several processes ran different examples."""
    rules = {(rule["line"], rule["name"]): rule for rule in one["rules"]}
    for rule in other["rules"]:
        key = (rule["line"], rule["name"])
        before = rules[key]["examples"] if key in rules else []
        every = {example["location"]: example for example in [*before, *rule["examples"]]}
        rules[key] = {**rule, "examples": sorted(every.values(), key=lambda e: int(e["line"]))}
    return {**other, "rules": [rules[key] for key in sorted(rules)]}


def _feature(
    text: Mapping[str, Any], attempts: Mapping[str, Sequence[AttemptStory]]
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
                examples=list(_examples(rule["examples"], attempts)),
            )
            for rule in text["rules"]
        ],
    )


def _examples(
    texts: Iterable[Mapping[str, Any]], attempts: Mapping[str, Sequence[AttemptStory]]
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
        )
