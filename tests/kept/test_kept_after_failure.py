"""A run that keeps what failed ends as any run does; the networks are there to be attached to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from support.waiting import until
from tests.kept.people import ON_FAKE, PATIENCE, ROOT, Person, is_gone, somebody

FEATURE = "features/payments/refused_payments.feature"


def run_of(
    person: Person, folder: Path, *words: str, defect: str = "wrong_reason"
) -> subprocess.Popen[str]:
    """Every refusal has a reason that is not true, so some examples fail."""
    return person.begins(
        *("-m", "behave", FEATURE, *ON_FAKE, "--no-junit"),
        *(f"-Dreport={folder}", f"-Devidence={folder}", *words),
        ACCORD_FAKE_DEFECT=defect,
    )


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, str, Path]]:
    """Whoever ran it, what it printed to its end, and its folder."""
    with somebody() as person:
        folder = tmp_path_factory.mktemp("run")
        run = run_of(person, folder, "-Dkeep=on_failure")
        printed, complaints = run.communicate(timeout=PATIENCE)  # also to the end of its pipes
        assert run.returncode == 1, complaints
        yield person, printed + complaints, folder


Failed = tuple[Person, str, Path]


def test_the_run_reports_as_any_other(failed: Failed) -> None:
    _, printed, folder = failed
    told = json.loads((folder / "run.json").read_text())
    assert told["verdict"] == "failed"
    assert printed.count("Failing scenarios:") == 1
    assert f"{told['counts']['passed']} of " in printed


def test_each_network_says_which_example_it_was_kept_for(failed: Failed) -> None:
    person, printed, folder = failed
    report = json.loads((folder / "run.json").read_text())
    broken = [e["location"] for e in report["examples"] if e["status"] == "failed"]
    networks = person.networks()
    assert len(networks) == len(broken) > 1
    for told, location in zip(networks, broken, strict=True):
        assert told["story"].startswith("kept when “")
        assert told["story"].endswith(f"” failed ({location})")
        assert f"The network {told['network']} is there:" in printed


def test_the_customers_are_those_of_the_example(failed: Failed) -> None:
    person, _, _ = failed
    first = person.networks()[0]["network"]
    done = person.types("shell", "--network", first, stdin="sum(alice.balances().values()) > 0\n")
    assert "True" in done.stdout


def test_faults_and_payments_go_on_there(failed: Failed) -> None:
    person, _, _ = failed
    last = person.networks()[-1]["network"]
    statements = 'fault("node 1 is frozen")\nheal()\ndeposit(bob, 7)\npay(bob, erin, 7)\n'
    done = person.types("shell", "--network", last, stdin=f"erin = customer('Erin')\n{statements}")
    assert "healed: all nodes agree" in done.stdout
    assert done.stdout.count("confirmed at height") == 2


def test_they_are_all_of_one_process_that_ends_with_the_last(failed: Failed) -> None:
    person, _, _ = failed
    networks = person.networks()
    (owner,) = {told["owner"] for told in networks}
    assert psutil.Process(owner).ppid() != os.getpid()
    assert person.types("down", "--all").returncode == 0
    assert until(lambda: is_gone(owner) or None, seconds=lambda: PATIENCE)
    assert person.leftovers() == []


def test_a_run_that_passes_keeps_nothing(person: Person, tmp_path: Path) -> None:
    run = run_of(person, tmp_path, "-Dkeep=on_failure", defect="")
    run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert person.leftovers() == []


def test_everything_is_kept_where_that_is_asked_for(person: Person, tmp_path: Path) -> None:
    run = run_of(person, tmp_path, "-Dkeep=always", defect="")
    run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert {told["story"] for told in person.networks()} == {"kept as it was when the run ended"}
    done = person.types("shell", stdin="deposit(alice, 5)\n")
    assert "confirmed at height" in done.stdout


def has_a_network(person: Person) -> bool:
    """Whether a run of this person's is in the middle of its examples, by its journal."""
    runs = [lock.removesuffix(".lock") for lock in person.leftovers()]
    journals = [path for run in runs for path in ROOT.glob(f"build/runs/*-{run}/journal.jsonl")]
    return any('"network ready"' in journal.read_text() for journal in journals)


@pytest.mark.parametrize(("ending", "gone"), [(signal.SIGTERM, False), (signal.SIGKILL, True)])
def test_a_run_whose_front_is_told_to_end_or_killed_ends_behind_it(
    person: Person, tmp_path: Path, ending: signal.Signals, gone: bool
) -> None:
    run = run_of(person, tmp_path, "-Dkeep=on_failure", defect="")
    assert until(lambda: has_a_network(person) or None, seconds=lambda: PATIENCE)
    (child,) = psutil.Process(run.pid).children()
    run.send_signal(ending)
    run.communicate(timeout=PATIENCE)
    assert run.returncode in ({-ending} if gone else {1, 4})
    assert until(lambda: is_gone(child.pid) or None, seconds=lambda: PATIENCE)
    assert person.leftovers() == []
