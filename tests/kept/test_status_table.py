"""The table says everything in words; colour only repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from support.kept.log_text import as_text
from support.kept.status_table import as_table

WELL: Mapping[str, Any] = {
    "node": "node-1",
    "state": "running",
    "answers": True,
    "height": 41,
    "tip": "0123456789abcdef",
    "peers": ["node-2"],
    "catching_up": False,
    "clock": "right",
    "address": "127.0.0.1:1",
}
SILENT = {"answers": False, "height": None, "tip": None, "peers": None, "catching_up": None}


def told(*nodes: Mapping[str, Any], faults: tuple[str, ...] = ()) -> Mapping[str, Any]:
    facts = {"network": "x-1", "implementation": "x 1", "engine": "y 2", "story": "started"}
    return {**facts, "since": "now", "nodes": list(nodes), "faults": list(faults)}


def test_a_node_that_is_well() -> None:
    title, _, _, row, *_ = as_table(told(WELL)).splitlines()
    assert title == "x-1: 1 node of x 1 on y 2, started at now"
    cells = [cell.strip() for cell in row.split("  ") if cell]
    assert cells == [
        "node 1",
        "running",
        "41",
        "0123456789ab",
        "1 of 0",
        "no",
        "right",
        "127.0.0.1:1",
    ]


def test_a_node_that_runs_and_does_not_answer_is_told_of() -> None:
    table = as_table(told(WELL, {**WELL, **SILENT, "node": "node-2"}))
    assert "node 2  running, does not answer  -" in table


def test_a_node_that_is_behind_is_told_of() -> None:
    assert "38 (-3)" in as_table(told(WELL, {**WELL, "node": "node-2", "height": 38}))
    assert "(-" not in as_table(told(WELL, {**WELL, "node": "node-2", "height": 39}))


def test_faults_in_force_are_listed() -> None:
    assert as_table(told(WELL)).endswith("\n\nno fault is in force")
    table = as_table(told(WELL, faults=("node-2 is down", "node-3 is frozen")))
    assert table.endswith("\n\nfaults in force:\n  node-2 is down\n  node-3 is frozen")


def test_colour_changes_no_word() -> None:
    status = told(WELL, {**WELL, **SILENT, "node": "node-2", "state": "stopped"})
    coloured = as_table(status, colour=True)
    assert "\033[31mnode 2" in coloured
    assert "\033[31mnode 1" not in coloured
    plain = coloured
    for code in ("\033[1m", "\033[31m", "\033[0m"):
        plain = plain.replace(code, "")
    assert plain == as_table(status)


def test_a_line_of_a_log_names_its_node() -> None:
    line = {"node": "node-3", "at": 0.25, "level": "error", "text": "ERR no"}
    assert as_text(line).endswith(":00.250 node-3  ERR no")
    assert "\033[31mERR no\033[0m" in as_text(line, colour=True)
    assert "node-3" in as_text(line, colour=True)
