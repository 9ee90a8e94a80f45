"""What a failed example leaves behind: a folder of its own that tells the whole story."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.evidence.bundle import Failure, heights_over_time, write_bundle
from support.journal import Journal
from tests.unit.played import NODE_1, NODE_2

FAILURE = Failure(
    feature="Living through a network partition",
    example="The smaller side learns what it missed",
    step="Then every node tells the same history",
    words="\nExpected: every node tells the same history\n     but: gave up\n",
    command="behave features/resilience/partition_heal.feature:38 -D seed=7",
    began=10.0,
    logs={NODE_1: "first line\nlast line\n", NODE_2: "“other” line\n"},
)


def recorded(path: Path, *records: dict[str, Any]) -> Path:
    """A journal with a header and these records."""
    lines = [{"t": 0.0, "at": "", "kind": "journal", "schema": 1}]
    lines += [{"at": "", **record} for record in records]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def sample(t: float, network: str = "net", **nodes: tuple[int, str, int] | None) -> dict[str, Any]:
    """One look: height, tip and number of peers by node, with ``node_1`` for node-1."""
    seen = {
        name.replace("_", "-"): None
        if told is None
        else {"height": told[0], "tip": told[1], "peers": told[2], "ready": True}
        for name, told in nodes.items()
    }
    return {"t": t, "kind": "sample", "network": network, "nodes": seen}


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    return recorded(
        tmp_path / "journal.jsonl",
        {"t": 5.0, "kind": "fault measured", "fault": 1, "words": "before the example"},
        {"t": 10.0, "kind": "scenario started", "name": "x"},
        sample(10.5, node_1=(4, "aa", 1), node_2=(4, "aa", 1)),
        {"t": 11.25, "kind": "fault asked for", "fault": 2, "what": "cut", "network": "net"},
        {"t": 12.0, "kind": "payment sent", "receipt": "r"},
        sample(12.5, node_1=(5, "bb", 0), node_2=None),
    )


def test_all_of_it_is_in_one_folder(tmp_path: Path, journal_path: Path) -> None:
    folder = write_bundle(FAILURE, journal_path, tmp_path / "evidence")
    assert folder == tmp_path / "evidence" / "the-smaller-side-learns-what-it-missed"
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == [
        "heights.txt",
        "journal.jsonl",
        "logs/node-1.log",
        "logs/node-2.log",
        "what-happened.txt",
    ]
    assert (folder / "logs" / "node-1.log").read_text() == "first line\nlast line\n"
    assert (folder / "logs" / "node-2.log").read_text(encoding="utf-8") == "“other” line\n"


def test_the_story_says_what_happened_and_how_to_see_it_again(
    tmp_path: Path, journal_path: Path
) -> None:
    folder = write_bundle(FAILURE, journal_path, tmp_path / "evidence")
    story = (folder / "what-happened.txt").read_text().splitlines()
    assert story[:6] == [
        "Feature: Living through a network partition",
        "Example: The smaller side learns what it missed",
        "Step:    Then every node tells the same history",
        "",
        "Expected: every node tells the same history",
        "     but: gave up",
    ]
    assert "   1.25 s  fault asked for: fault 2, what cut" in story
    assert not any("before the example" in line for line in story)
    again = story.index("To see it again:")
    assert story[again + 1] == f"  {FAILURE.command}"


def test_a_story_without_faults_says_so(tmp_path: Path) -> None:
    journal_path = recorded(tmp_path / "journal.jsonl")
    folder = write_bundle(FAILURE, journal_path, tmp_path)
    story = (folder / "what-happened.txt").read_text().splitlines()
    assert story[story.index("Faults, in seconds since the example began:") + 1] == "  none"


def test_only_what_was_recorded_since_the_example_began_is_excerpted(
    tmp_path: Path, journal_path: Path
) -> None:
    folder = write_bundle(FAILURE, journal_path, tmp_path)
    lines = (folder / "journal.jsonl").read_text().splitlines()
    assert [json.loads(line)["t"] for line in lines] == [10.0, 10.5, 11.25, 12.0, 12.5]


def test_a_record_that_is_being_written_is_left_out(tmp_path: Path, journal_path: Path) -> None:
    with journal_path.open("a") as journal:
        journal.write('{"t": 13.0, "kind": "samp')
    folder = write_bundle(FAILURE, journal_path, tmp_path)
    assert len((folder / "journal.jsonl").read_text().splitlines()) == 5


def test_a_journal_that_is_still_written_can_be_excerpted(tmp_path: Path, journal: Journal) -> None:
    journal.write("fault measured", fault=1, words="node-4 drops what node-1 sends")
    folder = write_bundle(replace(FAILURE, began=0.0), journal.path, tmp_path / "evidence")
    story = (folder / "what-happened.txt").read_text()
    assert "fault measured: fault 1, words node-4 drops what node-1 sends" in story
    journal.write("run finished")


# -- folders


def test_no_evidence_is_overwritten(tmp_path: Path, journal_path: Path) -> None:
    folders = [write_bundle(FAILURE, journal_path, tmp_path / "evidence") for _ in range(3)]
    slug = "the-smaller-side-learns-what-it-missed"
    assert [folder.name for folder in folders] == [slug, f"{slug}-2", f"{slug}-3"]
    assert all((folder / "what-happened.txt").exists() for folder in folders)


@pytest.mark.parametrize(
    ("example", "name"),
    [
        ("Alice's “50 %” / node 1", "alice-s-50-node-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本", "example"),
        ("x" * 200, "x" * 60),
    ],
)
def test_any_example_has_a_folder_below_the_one_that_was_chosen(
    tmp_path: Path, journal_path: Path, example: str, name: str
) -> None:
    folder = write_bundle(replace(FAILURE, example=example), journal_path, tmp_path / "e")
    assert folder == tmp_path / "e" / name


# -- heights


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in (line[:9], line[11:37], line[39:65])]


def test_heights_are_a_table_with_events_between_the_rows(
    tmp_path: Path, journal_path: Path
) -> None:
    folder = write_bundle(FAILURE, journal_path, tmp_path)
    lines = (folder / "heights.txt").read_text().splitlines()
    assert cells(lines[0]) == ["", "node-1", "node-2"]
    assert cells(lines[1]) == ["0.50 s", "4 aa       1 peers", "4 aa       1 peers"]
    assert lines[2] == "   1.25 s  -- fault asked for: fault 2, what cut"
    assert lines[3] == "   2.00 s  -- payment sent: receipt r"
    assert cells(lines[4]) == ["2.50 s", "5 bb       0 peers", "no answer"]
    assert len(lines) == 5


def test_a_look_at_which_nothing_had_changed_is_not_told() -> None:
    same = [sample(t, node_1=(4, "aa", 1)) for t in (1.0, 2.0, 3.0)]
    later = sample(4.0, node_1=(4, "aa", 2))
    lines = heights_over_time([*same, later], 0.0).splitlines()
    assert [line[:9].strip() for line in lines] == ["", "1.00 s", "4.00 s"]


def test_columns_are_in_the_order_of_the_nodes() -> None:
    text = heights_over_time([sample(1.0, node_10=None, node_9=None, node_2=None)], 0.0)
    assert text.splitlines()[0].split() == ["node-2", "node-9", "node-10"]


def test_every_broken_promise_stands_among_the_heights() -> None:
    record = {"t": 3.0, "at": "", "kind": "invariant broken", "network": "n", "words": "oh"}
    assert heights_over_time([record], 1.0) == "   2.00 s  -- invariant broken: words oh\n"


def test_columns_are_named_whatever_comes_first() -> None:
    leased = {"t": 1.0, "at": "", "kind": "network leased", "network": "net", "fresh": True}
    text = heights_over_time([leased, sample(2.0, node_1=(4, "aa", 1))], 0.0)
    assert any(line.split() == ["node-1"] for line in text.splitlines())


def test_another_network_of_the_run_has_no_part_in_the_story() -> None:
    """The one that was given back is looked at until the next one is leased."""
    records = [
        sample(1.0, "earlier", node_1=(99, "zz", 1), node_2=(99, "zz", 1), node_3=(99, "zz", 1)),
        {"t": 1.5, "at": "", "kind": "network leased", "network": "net", "fresh": True},
        sample(2.0, "net", node_1=(4, "aa", 1), node_2=(4, "aa", 1)),
    ]
    assert "99" not in heights_over_time(records, 0.0)
