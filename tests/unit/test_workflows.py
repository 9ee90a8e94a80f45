"""What CI runs is pinned, may do little, ends in time, and calls what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from behave.tag_expression import make_tag_expression

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def test_every_lane_is_there() -> None:
    assert [path.stem for path in WORKFLOWS] == [
        *("features", "merge", "nightly", "pull-request", "watch"),
    ]


@each
def test_actions_are_pinned_by_commit_and_say_their_release(path: Path) -> None:
    for used in re.findall(r"uses: (.*)", path.read_text()):
        own = used.startswith("./.github/")
        assert own or re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@each
def test_nothing_may_be_written(path: Path) -> None:
    text = path.read_text()
    assert "\npermissions:\n  contents: read\n" in text
    assert "write" not in text.replace("written", "")
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")


@each
def test_every_job_ends(path: Path) -> None:
    text = path.read_text()
    assert text.count("timeout-minutes: ") == text.count("runs-on: ")
    assert text.count("      minutes: ") == text.count(
        "uses: ./.github/workflows/features.yml"
    ) or (path.stem == "features")


@each
def test_a_lane_does_not_run_beside_itself(path: Path) -> None:
    assert path.stem == "features" or "\nconcurrency:\n  group: " in path.read_text()


@each
def test_what_is_called_is_there(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"run: make ([a-z-]+)", text)) <= set(TARGETS)
    for tags in re.findall(r"tags: \"?(@.*?|not .*?)\"?$", text, re.MULTILINE):
        assert make_tag_expression(tags) is not None


@each
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    scripts = re.findall(r"run: (?:\|\n((?:          .*\n)+)|(.*)\n)", path.read_text())
    assert not any("${{" in script for found in scripts for script in found)
