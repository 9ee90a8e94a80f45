"""Writes the journal of a run that never was, as long and as odd as a test or a benchmark wants."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support.journal import SCHEMA

_BEGAN = datetime(2026, 11, 25, 9, tzinfo=UTC)
WORDS = """Expected: on every node, Alice holds 70 coins
     but: waited 20 blocks (4.0 s), with the network at height 31 (node-4 at 12)
          after 0.0 s: 1 of 4 nodes disagrees: node-4 shows 100 coins
          after 4.0 s: 1 of 4 nodes disagrees: node-4 shows 100 coins"""


class SyntheticRun:
    """Records of one run; each example has a network of four, a partition and a few payments."""

    def __init__(self, nodes: int = 4, **facts: object) -> None:
        self._nodes = [f"node-{number}" for number in range(1, nodes + 1)]
        self.now = 100.0
        self.lines: list[dict[str, Any]] = []
        self.write("journal", schema=SCHEMA)
        self.write(
            "run started",
            **{
                "run": "0f0f0f0f",
                "engine": "process",
                "engine_version": "1",
                "implementation": "software",
                "implementation_version": "2.0",
                "seed": 7,
                "options": {},
                "command": "behave features",
                **facts,
            },
        )

    def write(self, kind: str, **facts: object) -> None:
        at = (_BEGAN + timedelta(seconds=self.now)).isoformat(timespec="milliseconds")
        self.lines.append({"t": round(self.now, 4), "at": at, "kind": kind, **facts})

    def save(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in self.lines))
        return path

    def example(
        self,
        text: Mapping[str, Any],
        *,
        status: str = "passed",
        words: str = WORDS,
        evidence: str | None = None,
        looks: int = 40,
    ) -> None:
        """Play one example whose last step ends with ``status``."""
        where = text["location"]
        self.write("scenario started", name=text["name"], location=where)
        self.write("network leased", network="net", fresh=True)
        steps = text["steps"]
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            self.write("step started", step=step["name"], keyword="Given", line=step["line"])
            if number == 1:
                self._pay("a", "confirmed")
                self._cut()
            if last:
                self._watch(looks)
                self._pay("b", "refused")
                self._pay("c", "unknown")
            ended = status if last else "passed"
            self.write(
                "step finished", step=step["name"], line=step["line"], status=ended, seconds=0.1
            )
            if last and status != "passed":
                self.write(
                    "step went wrong",
                    location=where,
                    line=step["line"],
                    step=step["name"],
                    status=status,
                    words=words,
                    command=f"behave {where} -D seed=7",
                    evidence=evidence,
                    evidence_trouble=None,
                    logs={
                        node: [f"{node} said <{n}> & so on" for n in range(40)]
                        for node in self._nodes
                    },
                )
        self.write("fault undone", ids=["cut 1"])
        self.write("scenario finished", name=text["name"], location=where, status=status)
        self.now += 0.5

    def _pay(self, receipt: str, outcome: str) -> None:
        about = {"payer": "Alice", "payee": "Bob", "amount": 30, "node": "node-1"}
        self.write("payment sent", receipt=receipt, **about)
        self.now += 0.2
        self.write("payment settled", receipt=receipt, outcome=outcome, seconds=0.2)

    def _cut(self) -> None:
        name = "node 4 cut off from nodes 1, 2 and 3"
        self.write("fault asked for", id="cut 1", name=name, nodes=["node-4"], words=name)
        self.now += 0.1
        self.write("fault measured", id="cut 1")

    def _watch(self, looks: int) -> None:
        for look in range(looks):
            heights = {node: 12 + (look if node != "node-4" else 0) for node in self._nodes}
            nodes = {
                node: {"height": h, "tip": f"{h:x}", "peers": 3} for node, h in heights.items()
            }
            self.write("sample", network="net", nodes=nodes)
            self.now += 0.2


def feature_text(
    path: str,
    *,
    name: str = "Living through a partition",
    rules: Sequence[str] = ("Only the side with a quorum confirms payments",),
    examples: int = 1,
    steps: int = 4,
    of_step: str = "something is so",
    table: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """A feature as a journal has it, with so many examples for each rule."""
    lines = iter(range(5, 10**6))
    return {
        "name": name,
        "path": path,
        "line": 1,
        "tags": ["resilience"],
        "description": ["A link fails and the network falls in two."],
        "rules": [
            {
                "name": rule,
                "line": next(lines),
                "tags": [],
                "description": [],
                "examples": [
                    _example(path, number, steps, lines, of_step, table)
                    for number in range(examples)
                ],
            }
            for rule in rules
        ],
    }


def _example(
    path: str,
    number: int,
    steps: int,
    lines: Iterator[int],
    of_step: str,
    table: Sequence[Sequence[str]],
) -> dict[str, Any]:
    line = next(lines)
    told = [
        {"keyword": "Given" if n == 0 else "And", "name": f"{of_step} {n}", "line": next(lines)}
        for n in range(steps)
    ]
    if table:
        told[-1]["table"] = [list(row) for row in table]
    return {
        "name": f"Case {number} of what may happen to nodes",
        "line": line,
        "location": f"{path}:{line}",
        "outline": "",
        "tags": ["resilience"],
        "description": [],
        "steps": told,
    }


def long_run(examples: int = 200, each: int = 10, nodes: int = 4) -> SyntheticRun:
    """A run of so many examples, of which every tenth failed."""
    run = SyntheticRun(nodes)
    texts = [
        feature_text(f"features/made_up/feature_{number}.feature", examples=each)
        for number in range(examples // each)
    ]
    for text in texts:
        run.write("feature selected", feature=text)
    for number, example in enumerate(e for text in texts for e in text["rules"][0]["examples"]):
        run.example(example, status="failed" if number % 10 == 3 else "passed")
    run.write("run finished", interrupted=False)
    return run
