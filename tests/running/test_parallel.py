"""A parallel run: the same results as one after the other, and a report whatever happens."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from support.exit_codes import ExitCode
from support.run_folders import goes_on
from tests.running.started import (
    BEHAVE,
    LEAK,
    LEAKS,
    PASSES,
    ROOT,
    RUN,
    Left,
    read_until,
    run,
    start,
)

SUPPORT = (sys.executable, "-m", "support")
AILING = ("-Dengine=tests.running.ailing", "-Dimplementation=tests.fake.implementation")
ALSO_LEAKS = "features/payments/withdraw.feature:13"
#: One feature that all can run, one that is skipped, one with an example that breaks its promise.
SEVERAL = (
    "features/payments/deposit.feature",
    "features/resilience/full_disk.feature",
    LEAKS,
    ALSO_LEAKS,
    "-Dpatience=0.2",
)
FIVE_NODES = "features/membership/network_start.feature:15"

#: Seconds within which nothing may be left of a run that was killed.
GONE = 20.0


@pytest.fixture(scope="module")
def runs(
    threads: ThreadPoolExecutor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Left]]]:
    def begun(how: tuple[str, ...], *words: str, **more: str) -> Future[Left]:
        fake = "ACCORD_FAKE_AILMENT" not in more
        folder = tmp_path_factory.mktemp("run")
        return threads.submit(run, how, folder, *words, fake=fake, **more)

    began = {
        "one after the other": begun(BEHAVE, *SEVERAL, **LEAK),
        "side by side": begun((*RUN, "-j2"), *SEVERAL, **LEAK),
        "killed": begun(RUN, PASSES, FIVE_NODES, *AILING, ACCORD_FAKE_AILMENT="killed"),
        "exits": begun(RUN, PASSES, FIVE_NODES, *AILING, ACCORD_FAKE_AILMENT="exits"),
        "kept": begun(RUN, PASSES, "-Dkeep=always"),
        "repeated": begun((*RUN, "-j2", "--repeat", "5"), PASSES),
        "repeated and broken": begun((*RUN, "--repeat=2"), LEAKS, PASSES, "-Dpatience=0.2", **LEAK),
        "stopped": begun(
            (*RUN, "-j1"), LEAKS, ALSO_LEAKS, PASSES, "--stop", "-Dpatience=0.2", **LEAK
        ),
    }
    yield began
    for name in kept_by(began["kept"].result()):
        subprocess.run([*SUPPORT, "down", "--network", name], cwd=ROOT, check=True)


def kept_by(left: Left) -> list[str]:
    """Names of the networks that it said are there for people."""
    return re.findall(r"^The network (\S+) is there:$", left.printed, re.MULTILINE)


def test_side_by_side_comes_to_the_same(runs: Mapping[str, Future[Left]]) -> None:
    one, other = runs["one after the other"].result(), runs["side by side"].result()
    assert one.statuses == other.statuses
    assert set(one.statuses.values()) == {"passed", "failed", "skipped"}
    assert one.summary["counts"] == other.summary["counts"]
    assert (one.code, other.code) == (ExitCode.BROKEN_PROMISE, ExitCode.BROKEN_PROMISE)
    assert cases_in(one) == cases_in(other) != []


def cases_in(left: Left) -> list[tuple[str, str]]:
    """Examples in its JUnit file, and whether they passed."""
    cases = ElementTree.parse(left.folder / "junit.xml").iter("testcase")
    return sorted((case.attrib["name"], ",".join(child.tag for child in case)) for case in cases)


def test_the_report_tells_how_to_have_it_again(runs: Mapping[str, Future[Left]]) -> None:
    command = runs["side by side"].result().summary["command"]
    assert command.startswith("python -m support run -j2 ")
    assert " features/payments/deposit.feature " in command


def test_a_failure_is_shown_in_the_words_of_the_feature(
    runs: Mapping[str, Future[Left]],
) -> None:
    printed = runs["side by side"].result().printed
    shown = printed[printed.index(f"FAILED {LEAKS}") :].splitlines()
    assert shown[1:5] == [
        "  Feature: Taking coins out",
        "  Rule: Coins that were withdrawn are no longer in circulation",
        "  Example: Everything that Alice withdraws is missing from circulation",
        "    100 fewer coins are in circulation",
    ]
    assert "ASSERT FAILED" in shown[5]


def test_the_output_of_each_process_is_kept(runs: Mapping[str, Future[Left]]) -> None:
    left = runs["side by side"].result()
    logs = {part["feature"]: Path(part["log"]) for part in left.summary["parts"]}
    assert len(logs) == 3
    for feature, log in logs.items():
        assert "scenarios passed" in log.read_text(), feature
    failing = logs["features/payments/withdraw.feature"]
    assert f"--- payments/withdraw said last ({failing}):" in left.printed
    assert "--- payments/deposit said last" not in left.printed


def test_a_feature_that_cannot_run_here_costs_nobody_the_verdict(
    runs: Mapping[str, Future[Left]],
) -> None:
    left = runs["side by side"].result()
    assert "resilience/full_disk: skipped in" in left.printed
    assert left.summary["trouble"] is None


@pytest.mark.parametrize(("name", "how"), [("killed", "was ended by SIGKILL"), ("exits", "with 7")])
def test_a_process_that_dies_is_told_and_the_others_count(
    name: str, how: str, runs: Mapping[str, Future[Left]]
) -> None:
    left = runs[name].result()
    assert left.code == ExitCode.ENVIRONMENT
    assert left.statuses[PASSES] == "passed"
    assert "features/membership/network_start.feature" in left.summary["trouble"]
    assert how in left.summary["trouble"]
    assert left.summary["verdict"] == "environment"
    assert left.summary["unfinished"] == [FIVE_NODES]
    assert "--- membership/network_start said last" in left.printed


def test_networks_that_are_kept_are_told(runs: Mapping[str, Future[Left]]) -> None:
    left = runs["kept"].result()
    (name,) = kept_by(left)
    assert f"The network {name} is there:\n  " in left.printed
    told = subprocess.run(
        [*SUPPORT, "status", "--network", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{name}: 4 nodes of fake 1" in told.stdout


def test_a_flake_meter(runs: Mapping[str, Future[Left]]) -> None:
    left = runs["repeated"].result()
    assert left.code == ExitCode.PASSED
    (rate,) = left.summary["repeats"]
    assert (rate["location"], rate["passed"], rate["of"], rate["asked"]) == (PASSES, 5, 5, 5)
    assert rate["confidence_95"] == [0.5655, 1.0]
    assert (
        "5 of 5 passed, 100.0% (95 % confidence: 56.6% to 100.0%): 'Bob makes his first deposit'"
        in left.printed
    )


def test_an_example_that_does_not_pass_each_time_fails_the_run(
    runs: Mapping[str, Future[Left]],
) -> None:
    left = runs["repeated and broken"].result()
    assert left.code == ExitCode.BROKEN_PROMISE
    told = {rate["location"]: (rate["passed"], rate["of"]) for rate in left.summary["repeats"]}
    assert told == {LEAKS: (0, 2), PASSES: (2, 2)}
    told_everywhere = "1 of 2 examples passed every time"
    assert told_everywhere in left.printed
    for name in ("index.html", "summary.md"):
        assert told_everywhere in (left.folder / name).read_text()
    cases = {
        case.attrib["name"]: case
        for case in ElementTree.parse(left.folder / "junit.xml").iter("testcase")
    }
    (case,) = [case for name, case in cases.items() if "missing from circulation" in name]
    told_here = {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")}
    assert told_here["repeats.passed"] == "0"
    assert told_here["repeats.confidence_95"] == "0.0 to 0.6576"


def test_nothing_is_begun_after_a_failure_where_that_was_asked_for(
    runs: Mapping[str, Future[Left]],
) -> None:
    left = runs["stopped"].result()
    assert left.statuses == {ALSO_LEAKS: "failed", LEAKS: "untested", PASSES: "untested"}
    assert f"not run: {PASSES.split(':')[0]}" in left.printed
    why = "another feature had gone wrong, and --stop was asked for"
    assert f"not begun 1: {why}" in left.printed
    assert left.summary["verdict"] == "failed"
    for name in ("index.html", "junit.xml", "summary.md"):
        assert (
            why.replace("-", "\\-" if name == "summary.md" else "-")
            in (left.folder / name).read_text()
        ), name


def test_the_journals_alone_make_the_same_reports_again(
    runs: Mapping[str, Future[Left]], tmp_path: Path
) -> None:
    for name in ("stopped", "repeated and broken", "killed"):
        left = runs[name].result()
        again = tmp_path / name
        journal = Path(left.summary["journal"])
        subprocess.run(
            [*SUPPORT, "report", journal.parent, "--target", again],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        more = ("parts", "unfinished")
        told = {key: value for key, value in left.summary.items() if key not in more}
        assert Left(0, "", again).summary == told
        for file in ("junit.xml", "cucumber.json", "summary.md"):
            assert (again / file).read_text() == (left.folder / file).read_text()


def test_what_failed_is_run_again_and_nothing_else(tmp_path: Path) -> None:
    last = {"examples": [{"location": PASSES, "status": "failed", "seconds": 1}], "unfinished": []}
    (tmp_path / "run.json").write_text(json.dumps(last))
    again = run((*RUN, "--rerun-failed"), tmp_path)
    assert (again.code, again.statuses) == (ExitCode.PASSED, {PASSES: "passed"}), again.printed
    nothing = run((*RUN, "--rerun-failed"), tmp_path)
    assert nothing.code == ExitCode.NOTHING_SELECTED
    assert "nothing failed in" in nothing.printed


def test_shards_together_are_the_whole(threads: ThreadPoolExecutor, tmp_path: Path) -> None:
    words = (PASSES, ALSO_LEAKS, FIVE_NODES)
    shards = [
        threads.submit(run, (*RUN, "--shard", f"{number}/2"), tmp_path / str(number), *words)
        for number in (1, 2)
    ]
    parts = [shard.result() for shard in shards]
    assert [len(part.statuses) for part in parts] == [2, 1]
    journals = [journal for part in parts for journal in part.summary["journals"]]
    merged = tmp_path / "merged"
    subprocess.run(
        [sys.executable, "-m", "support", "report", *journals, "--target", merged],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    whole = Left(0, "", merged)
    assert whole.statuses == dict.fromkeys(words, "passed")
    assert whole.summary["verdict"] == "passed"


SLOW = ("features/payments", "-Dblock_time=3", "-Dpatience=9")


def test_nothing_is_left_of_a_run_that_was_killed(tmp_path: Path) -> None:
    with start((*RUN, "-j2"), tmp_path, *SLOW) as process:
        read_until(process, ": started")
        read_until(process, ": started")
        parts = psutil.Process(process.pid).children()
        assert len(parts) == 2
        (journal,) = [
            path
            for path in ROOT.glob("build/runs/*/journal.jsonl")
            if str(tmp_path) in path.read_text()
        ]
        assert goes_on(journal.parent)
        process.kill()
        _, alive = psutil.wait_procs(parts, timeout=GONE)
        assert not alive
    assert not goes_on(journal.parent)
    subprocess.run([*SUPPORT, "report", journal.parent, "--target", tmp_path], cwd=ROOT, check=True)
    left = Left(0, "", tmp_path)
    assert left.summary["verdict"] == "interrupted"
    assert len({place.partition(":")[0] for place in left.statuses}) == 4


def test_a_run_that_is_interrupted_says_what_it_did_not_run(tmp_path: Path) -> None:
    with start((*RUN, "-j1"), tmp_path, *SLOW, ACCORD_NOTIFY_URLS="json://secret") as process:
        read_until(process, ": started")
        (part,) = psutil.Process(process.pid).children()
        assert os.getsid(part.pid) == part.pid  # a terminal's Ctrl-C reaches it once, through us
        assert "ACCORD_NOTIFY_URLS" not in part.environ()
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
        assert not part.is_running()
    assert printed.count("not run: features/payments/") == 3
    left = Left(process.returncode, printed, tmp_path)
    assert len({place.partition(":")[0] for place in left.statuses}) == 4
    assert f"not begun {left.summary['counts']['untested']}: the run ended before" in printed
    assert process.returncode == ExitCode.INTERRUPTED
    assert printed.count("ending all features in order") == 1


def test_who_asks_twice_does_not_wait_for_order(tmp_path: Path) -> None:
    with start((*RUN, "-j1"), tmp_path, *SLOW) as process:
        read_until(process, ": started")
        (part,) = psutil.Process(process.pid).children()
        part.suspend()  # it cannot end in order
        process.send_signal(signal.SIGTERM)
        read_until(process, "ending all features in order")
        assert part.is_running()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert not part.is_running()
    assert process.returncode == ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-j0",), "--jobs must be a whole number from 1, not '0'"),
        (("-j", "many"), "--jobs must be a whole number from 1, not 'many'"),
        (("--shard", "4/3"), "--shard must be like 2/3, from 1/3 to 3/3 for three, not '4/3'"),
        (("--repeat", "0"), "--repeat must be a whole number from 1 to 10000, not '0'"),
        (("--dry-run",), "--dry-run runs nothing"),
        (("--outfile=x",), "several processes cannot write one --outfile"),
        (("--rerun-failed",), "there is no report of an earlier run"),
        (("--durations=nowhere.json",), "nowhere.json is no run.json of a run"),
    ],
)
def test_a_call_that_makes_no_sense(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    left = run((*RUN, *words), tmp_path, PASSES)
    assert left.code == ExitCode.WRONG_CALL
    assert sentence in left.printed
    assert len(left.printed.splitlines()) == 1
