"""``python -m support report`` and ``living``, as a person calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from support.evidence.living import living_documentation
from support.journal import SCHEMA
from tests.report.conftest import ROOT
from tests.report.synthetic import SyntheticRun, feature_text


def support(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "support", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def shard(folder: Path, name: str, status: str) -> Path:
    """The folder of one run that ran a feature of its own."""
    run = SyntheticRun()
    text = feature_text(f"features/odd/{name}.feature")
    run.write("feature selected", feature=text)
    run.example(text["rules"][0]["examples"][0], status=status)
    run.write("run finished", interrupted=False)
    run.save(folder / name / "journal.jsonl")
    return folder / name


def test_the_reports_of_several_shards_become_one(tmp_path: Path) -> None:
    shards = [shard(tmp_path, "one", "passed"), shard(tmp_path, "two", "failed")]
    done = support("report", *shards, "--target", tmp_path / "report")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("failed: 1 of 2 examples passed in ")
    summary = json.loads((tmp_path / "report" / "run.json").read_text())
    assert len(summary["journals"]) == 2
    assert (tmp_path / "report" / "index.html").is_file()


def test_a_journal_by_itself_will_do(tmp_path: Path) -> None:
    journal = shard(tmp_path, "one", "passed") / "journal.jsonl"
    done = support("report", journal, "--target", tmp_path / "report")
    assert done.returncode == 0, done.stderr


def test_a_folder_without_a_journal_is_a_wrong_call(tmp_path: Path) -> None:
    done = support("report", tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"there is no journal.jsonl in {tmp_path}: name a folder of build/runs\n"
    )


def test_a_journal_of_a_newer_version_is_a_wrong_call(tmp_path: Path) -> None:
    header = {"kind": "journal", "schema": SCHEMA + 1, "t": 0, "at": ""}
    (tmp_path / "journal.jsonl").write_text(json.dumps(header) + "\n")
    done = support("report", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "was written by a newer Accord" in done.stderr


def test_the_living_documentation_is_what_the_features_say() -> None:
    kept = (ROOT / "docs" / "living-documentation.html").read_text()
    assert kept == living_documentation(ROOT / "features"), "make it: python -m support living"
