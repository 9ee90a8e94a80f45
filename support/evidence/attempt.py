"""Makes the story of one attempt at an example from its records, as they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from support.evidence.story import (
    ERROR,
    FAILED,
    INTERRUPTED,
    PASSED,
    SKIPPED,
    UNTESTED,
    AttemptStory,
    FaultStory,
    Look,
    PaymentStory,
    StepStory,
)

Record = Mapping[str, Any]


class AttemptReader:
    """Takes in what was written between the start and the end of an example.

    ``newest`` has the last look at each network; one that is leased again has been seen before.
    """

    def __init__(
        self,
        started: Record,
        text: Mapping[str, Any],
        seed: int,
        newest: Mapping[str, Record] = MappingProxyType({}),
    ) -> None:
        self.location = str(text["location"])
        self._began: float = started["t"]
        self._last: float = started["t"]
        self._at = datetime.fromisoformat(started["at"]) if started.get("at") else None
        self._seed = seed
        self._seen_before = newest
        self._status = ""
        self._steps = [_step(step) for step in text["steps"]]
        self._places: dict[tuple[int, str], list[int]] = {}
        for place, step in enumerate(self._steps):
            self._places.setdefault((step.line, step.name), []).append(place)
        self._running: int | None = None
        self._network = ""
        self._heights: dict[str, list[Look]] = {}
        self._newest: dict[str, Look] = {}
        self._faults: dict[str, FaultStory] = {}
        self._over: list[FaultStory] = []
        self._payments: dict[str, PaymentStory] = {}
        self._wrong: Record = {}

    def take_in(self, record: Record) -> None:
        """Note one record; kinds that tell nothing of an example are passed over."""
        self._last = record["t"]
        now = round(record["t"] - self._began, 3)
        kind = str(record["kind"])
        if kind == "sample":
            self._look(now, record)
        elif kind.startswith("step "):
            self._take_in_step(now, kind, record)
        elif kind.startswith(("fault ", "node exited")):
            self._take_in_fault(now, kind, record)
        elif kind.startswith("payment "):
            self._take_in_payment(now, kind, record)
        elif kind == "network leased":
            self._network = record["network"]
            self._heights.clear()
            self._newest.clear()
            if self._network in self._seen_before:
                self._look(now, self._seen_before[self._network])
        elif kind == "scenario finished":
            self._status = _status(record)

    def story(self) -> AttemptStory:
        """What is known by now; an example that nobody saw end was interrupted."""
        for node, look in self._newest.items():
            if self._heights[node][-1] != look:
                self._heights[node].append(look)
        wrong = self._wrong
        return AttemptStory(
            status=self._status or INTERRUPTED,
            began_at=self._at,
            seconds=round(self._last - self._began, 3),
            steps=self._steps,
            seed=self._seed,
            network=self._network,
            command=wrong.get("command", ""),
            evidence=wrong.get("evidence"),
            evidence_trouble=wrong.get("evidence_trouble"),
            logs=wrong.get("logs", {}),
            heights=self._heights,
            faults=sorted([*self._over, *self._faults.values()], key=lambda fault: fault.began),
            payments=sorted(self._payments.values(), key=lambda payment: payment.sent),
        )

    def _look(self, now: float, record: Record) -> None:
        if record["network"] != self._network:
            return
        for node, seen in record["nodes"].items():
            look: Look = (now, seen["height"], seen["tip"]) if seen else (now, None, "")
            looks = self._heights.setdefault(node, [])
            if not looks or looks[-1][1:] != look[1:]:
                looks.append(look)
            self._newest[node] = look

    def _take_in_step(self, now: float, kind: str, record: Record) -> None:
        place = self._place(record)
        if kind == "step started":
            self._running = place
            self._change(place, status=INTERRUPTED, began=now)
            return
        self._change(place, status=_status(record))
        if kind == "step finished":
            self._change(place, seconds=record.get("seconds"))
            self._running = None
        else:
            self._wrong = record
            self._change(place, words=record["words"])

    def _take_in_fault(self, now: float, kind: str, record: Record) -> None:
        which = record.get("id")
        if kind == "fault undone":
            gone = [
                self._faults.pop(each) for each in record.get("ids", ()) if each in self._faults
            ]
            self._over += [replace(fault, ended=now) for fault in gone]
        elif kind == "fault measured" and which in self._faults:
            self._faults[which] = replace(self._faults[which], measured=now)
        elif kind in ("fault asked for", "node exited") and which and which not in self._faults:
            name = str(record["name"])
            words = str(record.get("words") or name)
            self._faults[which] = FaultStory(name, list(record["nodes"]), words, now)

    def _take_in_payment(self, now: float, kind: str, record: Record) -> None:
        receipt = str(record["receipt"])
        if kind == "payment sent":
            words = f"{record['payer']} pays {record['payee']} {record['amount']} coins"
            self._payments.setdefault(receipt, PaymentStory(words, str(record["node"]), now))
        elif kind == "payment settled" and receipt in self._payments:
            reason = str(record.get("words") or record.get("reason") or "")
            self._payments[receipt] = replace(
                self._payments[receipt],
                settled=now,
                outcome=str(record["outcome"]),
                reason=reason,
            )

    def _place(self, record: Record) -> int:
        """Which step a record is about: by line and words, the next one that is not done."""
        same = self._places.setdefault((int(record.get("line", 0)), str(record["step"])), [])
        if self._running is not None and self._running in same:
            return self._running
        fresh = next((place for place in same if not self._steps[place].status), None)
        if fresh is not None or same:
            return same[-1] if fresh is None else fresh
        self._steps.append(
            StepStory(record.get("keyword", "And"), record["step"], int(record.get("line", 0)))
        )
        same.append(len(self._steps) - 1)
        return same[-1]

    def _change(self, place: int, **facts: Any) -> None:
        self._steps[place] = replace(self._steps[place], **facts)


def untested(text: Mapping[str, Any], seed: int, *, why: str = "") -> AttemptStory:
    """An example that was not begun; with a reason it was skipped."""
    steps = [_step(step) for step in text["steps"]]
    status = SKIPPED if why else UNTESTED
    return AttemptStory(status, None, 0.0, steps, seed=seed, why_skipped=why)


def _status(record: Record) -> str:
    """As Behave says it, in fewer words: all that is neither right nor wrong is an error."""
    status = str(record["status"])
    return status if status in (PASSED, FAILED, SKIPPED, UNTESTED) else ERROR


def _step(text: Mapping[str, Any]) -> StepStory:
    return StepStory(
        keyword=text["keyword"],
        name=text["name"],
        line=text["line"],
        background=bool(text.get("background")),
        table=text.get("table", ()),
        text=text.get("text"),
    )
