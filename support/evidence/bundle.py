"""What a failed example leaves behind for a person: a folder that tells what happened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.domain import NodeName, in_order
from support.journal import records

_LAST_LINES, _LONGEST_LINE = 40, 300


@dataclass(frozen=True)
class Failure:
    """An example that did not end well, as Behave tells of it. ``began`` is monotonic seconds."""

    feature: str
    example: str
    step: str
    words: str
    command: str
    began: float
    logs: Mapping[NodeName, str] = field(default_factory=dict)


def write_bundle(failure: Failure, journal: Path, below: Path) -> Path:
    """Write the evidence of one failure into a folder of its own and return that folder."""
    folder = _new_folder(below, failure.example)
    excerpt = [record for record in records(journal) if record["t"] >= failure.began]
    faults = [record for record in excerpt if str(record["kind"]).startswith("fault")]
    _write(folder / "what-happened.txt", _story(failure, faults))
    _write(folder / "journal.jsonl", "\n".join(json.dumps(record) for record in excerpt) + "\n")
    _write(folder / "heights.txt", heights_over_time(excerpt, failure.began))
    actions = what_people_did(excerpt)
    if actions:
        _write(folder / "actions.txt", actions)
    for node, log in failure.logs.items():
        _write(folder / "logs" / f"{node}.log", log)
    return folder


def heights_over_time(excerpt: Iterable[Mapping[str, Any]], began: float) -> str:
    """A table with a row per look: seconds, then height, newest block and peers of each node.

    Faults and payments stand between the rows at the moment they happened. Only the network that
    the example leased last is told of; another one may have been looked at just before.
    """
    told = list(excerpt)
    leased = [record["network"] for record in told if record["kind"] == "network leased"]
    lines: list[str] = []
    seen: list[str] = []
    columns: list[NodeName] = []
    for record in told:
        moment = f"{record['t'] - began:7.2f} s"
        if record["kind"] == "sample":
            if leased and record["network"] != leased[-1]:
                continue
            nodes = in_order(record["nodes"])
            row = [_cell(record["nodes"][node]) for node in nodes]
            if nodes != columns:
                columns = nodes
                lines.append(" " * 9 + "".join(f"  {node:<26}" for node in nodes))
            if row != seen:
                lines.append(moment + "".join(f"  {cell:<26}" for cell in row))
                seen = row
        elif record["kind"].startswith(("fault", "payment", "network", "invariant", "action")):
            facts = {k: v for k, v in record.items() if k not in ("t", "at", "kind", "network")}
            lines.append(f"{moment}  -- {record['kind']}: {_facts(facts)}")
    return "\n".join(lines) + "\n"


def what_people_did(excerpt: Iterable[Mapping[str, Any]]) -> str:
    """The seed and the actions of a long life, and the shorter list that failed as well."""
    lines: list[str] = []
    for record in excerpt:
        if record["kind"] == "life planned":
            lines.append(f"What people do, by the seed {record['seed']!r}:")
        elif record["kind"] == "list shortened":
            lines.append(f"The shortest list that fails, of {record['tries']} that were tried:")
        else:
            continue
        lines += [f"  {number}. {words}" for number, words in enumerate(record["actions"], 1)]
    return "".join(f"{line}\n" for line in lines)


def last_lines(log: str) -> list[str]:
    """The end of a log: as much as one looks at beside a failure. The whole is in the folder."""
    return [line[:_LONGEST_LINE] for line in log.splitlines()[-_LAST_LINES:]]


def _cell(status: Mapping[str, Any] | None) -> str:
    if status is None:
        return "no answer"
    return f"{status['height']:>5} {status['tip'][:8]:<8} {status['peers']} peers"


def _facts(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _story(failure: Failure, faults: list[Mapping[str, Any]]) -> str:
    told = [
        f"{record['t'] - failure.began:7.2f} s  {record['kind']}: "
        + _facts({k: v for k, v in record.items() if k not in ("t", "at", "kind", "network")})
        for record in faults
    ]
    return "\n".join(
        [
            f"Feature: {failure.feature}",
            f"Example: {failure.example}",
            f"Step:    {failure.step}",
            "",
            failure.words.strip("\n"),
            "",
            "Faults, in seconds since the example began:",
            *(told or ["  none"]),
            "",
            "To see it again:",
            f"  {failure.command}",
            "",
            "Beside this file: heights.txt (every node over time), journal.jsonl (all that was",
            "recorded), logs/ (what each node wrote).",
            "",
        ]
    )


def _new_folder(below: Path, example: str) -> Path:
    slug = re.sub(r"[^a-z0-9]+", "-", example.lower()).strip("-")[:60] or "example"
    folder, number = below / slug, 1
    while folder.exists():
        number += 1
        folder = below / f"{slug}-{number}"
    folder.mkdir(parents=True)
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
