"""Journals become the story of a run: whole ones, those of killed runs, several of one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.domain import BadRequest
from support.evidence.reading import read_story
from support.evidence.story import AttemptStory, RunStory
from support.journal import SCHEMA

FILE = "features/paying.feature"


def text(*lines: int, path: str = FILE) -> dict[str, Any]:
    """A feature whose examples stand on these lines, each with two steps."""
    return {
        "kind": "feature selected",
        "feature": {
            "name": "Paying",
            "path": path,
            "line": 1,
            "tags": ["payments"],
            "description": ["Coins move."],
            "rules": [
                {
                    "name": "Coins move once",
                    "line": 2,
                    "tags": [],
                    "description": [],
                    "examples": [
                        {
                            "name": f"Example {line}",
                            "line": line,
                            "location": f"{path}:{line}",
                            "outline": "",
                            "tags": [],
                            "description": [],
                            "steps": [
                                {"keyword": "Given", "name": "a network", "line": line + 1},
                                {"keyword": "Then", "name": "all is well", "line": line + 2},
                            ],
                        }
                        for line in lines
                    ],
                }
            ],
        },
    }


def started(line: int, t: float = 10.0) -> dict[str, Any]:
    return {"kind": "scenario started", "location": f"{FILE}:{line}", "name": "x", "t": t}


def finished(line: int, status: str = "passed", t: float = 20.0) -> dict[str, Any]:
    return {"kind": "scenario finished", "location": f"{FILE}:{line}", "status": status, "t": t}


def step(kind: str, line: int, name: str, t: float, **facts: Any) -> dict[str, Any]:
    return {"kind": f"step {kind}", "line": line, "step": name, "t": t, **facts}


BEGUN = {"kind": "run started", "seed": 7, "engine": "docker"}
OVER = {"kind": "run finished", "interrupted": False, "t": 30.0}


def planned(*lines: int, times: int = 1, path: str = FILE) -> dict[str, Any]:
    return {**text(*lines, path=path), "kind": "feature planned", "times": times}


class Journals:
    """Journals in one folder; each record gets a moment where it has none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.paths: list[Path] = []

    def add(self, *told: dict[str, Any], schema: int = SCHEMA, hour: int = 9) -> Path:
        path = self._folder / f"{len(self.paths)}.jsonl"
        rows = [{"kind": "journal", "schema": schema}, *told]
        for row in rows:
            moment = row.setdefault("t", 1.0)
            row["at"] = f"2026-11-25T{hour:02}:00:{moment:06.3f}+00:00"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.paths.append(path)
        return path

    def story(self) -> RunStory:
        return read_story(self.paths)


@pytest.fixture
def journals(tmp_path: Path) -> Journals:
    return Journals(tmp_path)


def attempt(journals: Journals, *told: dict[str, Any]) -> AttemptStory:
    """The one attempt at the example on line 5 in a run in which this was written."""
    journals.add(BEGUN, text(5), started(5), *told, finished(5), OVER)
    (example,) = journals.story().examples
    return example.telling


def test_a_feature_is_told_in_its_own_words(journals: Journals) -> None:
    journals.add(BEGUN, text(5), started(5), finished(5), OVER)
    (feature,) = journals.story().features
    assert (feature.name, feature.path, feature.description) == ("Paying", FILE, ["Coins move."])
    (rule,) = feature.rules
    assert rule.name == "Coins move once"
    steps = rule.examples[0].telling.steps
    assert [(one.keyword, one.name) for one in steps] == [
        ("Given", "a network"),
        ("Then", "all is well"),
    ]


def test_steps_know_when_they_began_and_how_they_went(journals: Journals) -> None:
    told = attempt(
        journals,
        step("started", 6, "a network", 11.0),
        step("finished", 6, "a network", 12.5, status="passed", seconds=1.5),
        step("started", 7, "all is well", 12.5),
        step("finished", 7, "all is well", 13.0, status="failed", seconds=0.5),
        step("went wrong", 7, "all is well", 13.1, status="failed", words="but: it is not"),
        step("started", 7, "everything holds", 14.0, keyword="And"),
    )
    first, second, standing = told.steps
    assert (first.status, first.began, first.seconds) == ("passed", 1.0, 1.5)
    assert (second.status, second.began, second.words) == ("failed", 2.5, "but: it is not")
    assert (standing.keyword, standing.name) == ("And", "everything holds")
    assert told.failing_step == second
    assert told.reason == "but: it is not"


def test_the_same_sentence_twice_is_two_steps(journals: Journals) -> None:
    whole = text(5)
    example = whole["feature"]["rules"][0]["examples"][0]
    example["steps"] = [{"keyword": "Given", "name": "a block", "line": 6}] * 2
    moments = [
        step("started", 6, "a block", 11.0),
        step("finished", 6, "a block", 12.0, status="passed"),
        step("started", 6, "a block", 13.0),
        step("finished", 6, "a block", 14.0, status="failed"),
    ]
    journals.add(BEGUN, whole, started(5), *moments, finished(5, "failed"), OVER)
    (told,) = journals.story().examples
    assert [one.status for one in told.telling.steps] == ["passed", "failed"]


def test_a_fault_lasts_from_when_it_was_asked_for_until_it_was_undone(journals: Journals) -> None:
    facts = {"name": "node 4 cut off from node 1", "nodes": ["node-4"], "words": "long words"}
    told = attempt(
        journals,
        {"kind": "fault asked for", "id": "cut 1", "t": 11.0, **facts},
        {"kind": "fault measured", "id": "cut 1", "t": 11.4},
        {"kind": "fault asked for", "id": "cut 2", "t": 12.0, **facts},
        {"kind": "fault undone", "ids": ["cut 1"], "t": 15.0},
    )
    first, second = told.faults
    assert (first.began, first.measured, first.ended) == (1.0, 1.4, 5.0)
    assert (first.name, first.nodes) == ("node 4 cut off from node 1", ["node-4"])
    assert (second.began, second.ended) == (2.0, None)


def test_payments_have_their_outcome(journals: Journals) -> None:
    sent = {"kind": "payment sent", "payer": "Alice", "payee": "Bob", "amount": 3, "node": "node-1"}
    told = attempt(
        journals,
        {**sent, "receipt": "a", "t": 11.0},
        {**sent, "receipt": "b", "t": 11.5},
        {"kind": "payment settled", "receipt": "a", "outcome": "unknown", "words": "?", "t": 12.0},
        {"kind": "payment settled", "receipt": "a", "outcome": "confirmed", "t": 13.0},
    )
    first, second = told.payments
    assert (first.words, first.node) == ("Alice pays Bob 3 coins", "node-1")
    assert (first.sent, first.settled, first.outcome) == (1.0, 3.0, "confirmed")
    assert (second.settled, second.outcome) == (None, "")


def test_heights_are_kept_where_they_change_and_at_the_end(journals: Journals) -> None:
    def look(t: float, height: int | None, network: str = "net") -> dict[str, Any]:
        seen = {"height": height, "tip": f"tip {height}"} if height else None
        return {"kind": "sample", "network": network, "nodes": {"node-1": seen}, "t": t}

    told = attempt(
        journals,
        {"kind": "network leased", "network": "net", "t": 10.5},
        *(
            look(t, height)
            for t, height in [(11, 1), (12, 1), (13, 2), (14, None), (15, 2), (16, 2)]
        ),
        look(15.5, 99, network="another"),
    )
    heights = [(t, height) for t, height, _ in told.heights["node-1"]]
    assert heights == [(1.0, 1), (3.0, 2), (4.0, None), (5.0, 2), (6.0, 2)]


def test_a_network_that_is_leased_again_has_been_seen_before(journals: Journals) -> None:
    seen = {"node-1": {"height": 7, "tip": "x"}}
    look = {"kind": "sample", "network": "net", "nodes": seen, "t": 9.0}
    leased = {"kind": "network leased", "network": "net", "t": 10.5}
    journals.add(BEGUN, text(5), look, started(5), leased, finished(5), OVER)
    (example,) = journals.story().examples
    assert example.telling.heights["node-1"] == [(0.5, 7, "x")]


def test_a_skipped_example_has_its_reason_and_one_that_was_not_begun_has_none(
    journals: Journals,
) -> None:
    skipped = {"kind": "scenario skipped", "location": f"{FILE}:5", "why": "no disks here"}
    journals.add(BEGUN, text(5, 9), skipped, {**OVER, "interrupted": True})
    one, other = journals.story().examples
    assert (one.status, one.telling.why_skipped) == ("skipped", "no disks here")
    assert (other.status, other.telling.why_skipped) == ("untested", "")
    assert journals.story().interrupted


def test_behave_has_the_last_word(journals: Journals) -> None:
    word = {"kind": "example ended", "location": f"{FILE}:5", "status": "error", "seconds": 9.5}
    journals.add(BEGUN, text(5), started(5), finished(5), {**word, "words": "HOOK-ERROR"}, OVER)
    (example,) = journals.story().examples
    assert (example.status, example.telling.seconds) == ("error", 10.0)
    assert example.telling.reason == "HOOK-ERROR"


# -- journals that are not as they should be


def test_a_killed_run_is_told_up_to_where_it_was(journals: Journals) -> None:
    path = journals.add(
        *(BEGUN, text(5, 9, 13), started(5), finished(5), started(9, 21.0)),
        step("started", 10, "a network", 22.0),
    )
    path.write_text(path.read_text() + '{"t": 23.0, "kind": "samp')
    story = journals.story()
    assert story.killed == [path]
    assert story.interrupted
    assert [example.status for example in story.examples] == ["passed", "interrupted", "untested"]
    running = story.examples[1].telling.failing_step
    assert running is not None
    assert running.name == "a network"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 0.99])
def test_a_journal_may_end_anywhere(journals: Journals, share: float) -> None:
    moments = [step("started", 6, "a network", 11.0), finished(5), started(9), finished(9)]
    path = journals.add(BEGUN, text(5, 9), started(5), *moments, OVER)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    if share == 0.2:  # within the words of the feature: nothing but the beginning is known
        assert journals.story().examples == []
    assert journals.story().interrupted


def test_a_journal_of_a_newer_version_is_refused_in_one_sentence(journals: Journals) -> None:
    path = journals.add(BEGUN, schema=SCHEMA + 1)
    with pytest.raises(BadRequest, match=f"{path} was written by a newer Accord"):
        journals.story()


def test_an_older_journal_is_told_as_far_as_it_goes(journals: Journals) -> None:
    old = {"kind": "step started", "step": "Given a network", "t": 11.0}
    journals.add(BEGUN, started(5), old, {**finished(5), "location": None}, OVER, schema=1)
    (example,) = journals.story().examples
    assert (example.location, example.status) == (f"{FILE}:5", "passed")


@pytest.mark.parametrize("content", ["hello\n", "[1, 2]\n", '{"kind": "sample", "t": 1}\n'])
def test_what_is_no_journal_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.jsonl").write_text(content)
    with pytest.raises(BadRequest, match="is no journal of a run"):
        read_story([tmp_path / "x.jsonl"])


def test_a_journal_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="cannot be read: No such file"):
        read_story([tmp_path / "x.jsonl"])


# -- several journals


def test_parts_of_a_run_are_put_together_and_nothing_is_told_twice(journals: Journals) -> None:
    journals.add(BEGUN, text(5, 9), started(9), finished(9), OVER)
    journals.add(BEGUN, text(5, 13), started(5), finished(5, "failed"), OVER)
    journals.add(BEGUN, text(4, path="features/another.feature"), OVER)
    story = journals.story()
    assert [feature.path for feature in story.features] == ["features/another.feature", FILE]
    statuses = {example.line: example.status for example in story.features[1].examples}
    assert statuses == {5: "failed", 9: "passed", 13: "untested"}
    assert [len(example.attempts) for example in story.examples] == [1, 1, 1, 1]


def test_several_runs_of_one_example_are_attempts_and_the_worst_decides(journals: Journals) -> None:
    for hour, status in enumerate(("passed", "failed", "passed")):
        journals.add(BEGUN, text(5), started(5), finished(5, status), OVER, hour=hour)
    (example,) = journals.story().examples
    assert [one.status for one in example.attempts] == ["passed", "failed", "passed"]
    assert example.status == "failed"


def test_what_ran_side_by_side_counts_once(journals: Journals) -> None:
    for hour in (9, 9, 10):
        journals.add(BEGUN, text(5), OVER, hour=hour)
    assert journals.story().seconds == pytest.approx(58.0)


# -- the journal of a parallel run itself

LEADS = {"kind": "parallel run started", "seed": 7, "command": "python -m support run"}


def test_a_feature_whose_process_never_began_is_told_with_the_reason(journals: Journals) -> None:
    other = "features/other.feature"
    gone = {"kind": "feature not begun", "path": other, "why": "the run was ended before"}
    journals.add(LEADS, planned(5, 9), planned(3, path=other), gone, OVER, hour=8)
    journals.add(BEGUN, text(5, 9), started(5), finished(5), OVER)
    story = read_story(journals.paths)
    told = {example.location: example for example in story.examples}
    assert {place: example.status for place, example in told.items()} == {
        f"{FILE}:5": "passed",
        f"{FILE}:9": "untested",
        f"{other}:3": "untested",
    }
    assert told[f"{other}:3"].telling.why_skipped == "the run was ended before"
    assert len(story.processes) == 2
    assert len(story.workers) == 1
    assert not story.interrupted


def test_a_run_that_was_killed_tells_of_all_that_it_had_planned(journals: Journals) -> None:
    journals.add(LEADS, planned(5))
    story = read_story(journals.paths)
    assert [example.status for example in story.examples] == ["untested"]
    assert story.killed == journals.paths


def test_repetitions_that_were_planned_are_known_beside_those_that_were_made(
    journals: Journals,
) -> None:
    journals.add(LEADS, planned(5, times=3), OVER, hour=8)
    journals.add(BEGUN, text(5), started(5), finished(5), started(5), finished(5), OVER)
    (example,) = read_story(journals.paths).examples
    assert (example.times, len(example.attempts)) == (3, 2)
