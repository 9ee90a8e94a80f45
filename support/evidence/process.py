"""Reads one journal: what one process did, feature by feature, attempt by attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from support.evidence.attempt import AttemptReader, untested
from support.evidence.load_report import loads
from support.evidence.story import AttemptStory, ProcessStory

Record = Mapping[str, Any]
Text = Mapping[str, Any]

#: What a run says of itself when it begins.
_FACTS = (
    *("run", "engine", "engine_version", "implementation", "implementation_version"),
    *("seed", "options", "command"),
)


class ProcessReader:
    """Takes in the records of one journal.

    ``texts`` are the features by path, as the journal has them; ``attempts`` those at each example
    by location, oldest first. An example that was selected and not begun has one, too. ``times``
    is how often an example was to run, where that is told.
    """

    def __init__(self, journal: Path, records: list[Record]) -> None:
        self.texts: dict[str, Text] = {}
        self.attempts: dict[str, list[AttemptStory]] = {}
        self.times: dict[str, int] = {}
        self.process = _process(journal, records)
        self._known: dict[str, Text] = {}
        self._newest: dict[str, Record] = {}
        self._reader: AttemptReader | None = None
        for record in records:
            self._take_in(record)
        self._end_attempt()
        for location, flowed in loads(records).items():
            if self.attempts.get(location):
                told = self.attempts[location]
                told[-1] = replace(told[-1], load=flowed)
        for location, text in self._known.items():
            self.attempts.setdefault(location, [untested(text, self.process.seed)])

    def _take_in(self, record: Record) -> None:
        match record["kind"]:
            case "feature selected":
                self._select(record["feature"])
            case "feature planned":
                self._select(record["feature"])
                self.times |= dict.fromkeys(_locations(record["feature"]), int(record["times"]))
            case "feature not begun" if record["path"] in self.texts:
                for location in _locations(self.texts[record["path"]]):
                    text, seed = self._known[location], self.process.seed
                    not_begun = replace(untested(text, seed), why_skipped=record["why"])
                    self.attempts.setdefault(location, [not_begun])
            case "scenario started":
                self._end_attempt()  # if nobody said how the last one ended
                text, seed = self._text_of(record), self.process.seed
                self._reader = AttemptReader(record, text, seed, dict(self._newest))
            case "scenario finished" if self._reader is not None:
                self._reader.take_in(record)
                self._end_attempt()
            case "scenario skipped":
                skipped = untested(self._text_of(record), self.process.seed, why=record["why"])
                self.attempts.setdefault(record["location"], []).append(skipped)
            case "example ended":
                self._correct(record)
            case kind:
                if kind == "sample":
                    self._newest[record["network"]] = record
                if self._reader is not None:
                    self._reader.take_in(record)

    def _select(self, text: Text) -> None:
        self.texts[text["path"]] = text
        self._known |= {e["location"]: e for rule in text["rules"] for e in rule["examples"]}

    def _end_attempt(self) -> None:
        if self._reader is not None:
            self.attempts.setdefault(self._reader.location, []).append(self._reader.story())
            self._reader = None

    def _correct(self, record: Record) -> None:
        """Behave has the last word: it alone knows what goes wrong before and after an example."""
        text = self._text_of(record)
        told = self.attempts.setdefault(text["location"], [])
        if not told:
            told.append(untested(text, self.process.seed))
        told[-1] = replace(
            told[-1],
            status=record["status"],
            seconds=told[-1].seconds or record["seconds"],
            words=record.get("words") or told[-1].words,
            why_skipped=record.get("why_skipped") or told[-1].why_skipped,
        )

    def _text_of(self, record: Record) -> Text:
        """The words of an example; where the journal lacks them, as much as is known without."""
        location = str(record.get("location", record.get("name", "")))
        if location not in self._known:
            path, _, number = location.rpartition(":")
            place = int(number) if number.isdecimal() else 0
            name = str(record.get("name", location))
            example = {"name": name, "location": location, "line": place, "tags": []}
            bare = {**example, "outline": "", "steps": [], "description": []}
            heading = {"name": path, "path": path, "line": 0, "tags": [], "description": []}
            rule = {"name": "", "line": 0, "tags": [], "description": [], "examples": [bare]}
            whole = {**heading, "rules": [rule]}
            self._select(joined(self.texts[path], whole) if path in self.texts else whole)
        return self._known[location]


def joined(one: Text, other: Text) -> Text:
    """One feature of which different examples are told."""
    rules = {(rule["line"], rule["name"]): rule for rule in one["rules"]}
    for rule in other["rules"]:
        key = (rule["line"], rule["name"])
        before = rules[key]["examples"] if key in rules else []
        every = {example["location"]: example for example in [*before, *rule["examples"]]}
        rules[key] = {**rule, "examples": sorted(every.values(), key=lambda e: int(e["line"]))}
    return {**other, "rules": [rules[key] for key in sorted(rules)]}


def _locations(text: Text) -> list[str]:
    return [example["location"] for rule in text["rules"] for example in rule["examples"]]


def _process(journal: Path, lines: Sequence[Record]) -> ProcessStory:
    moments = [at for line in (*lines[:1], *lines[-1:]) if (at := _when(line))]
    process = ProcessStory(
        journal, began=min(moments, default=None), ended=max(moments, default=None)
    )
    for line in lines:
        match line["kind"]:
            case "run started" | "parallel run started" as kind:
                facts = {fact: line[fact] for fact in _FACTS if fact in line}
                process = replace(process, **facts, leads=kind == "parallel run started")
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
