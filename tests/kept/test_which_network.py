"""None, two, or a dead one: each is told in a sentence, with what to do."""

from __future__ import annotations

import os
import signal

import pytest

from support.waiting import until
from tests.kept.people import FAKE, PATIENCE, Person, is_gone

ASKING = [["logs"], ["shell"], ["fault", "node 1 is frozen"], ["heal"], ["down"]]


@pytest.mark.parametrize("words", [["status"], *ASKING], ids=lambda words: words[0])
def test_without_a_network_the_way_to_one_is_told(person: Person, words: list[str]) -> None:
    done = person.types(*words)
    assert done.returncode == 2
    assert done.stderr == (
        "there is no network to attach to: start one with `python -m support up --keep-running`, "
        "or keep the one of a failing example with `-D keep=on_failure`\n"
    )


def test_of_two_networks_one_has_to_be_named(person: Person) -> None:
    for _ in range(2):
        assert person.types("up", *FAKE, "--nodes", "1", "--keep-running").returncode == 0
    one, other = (told["network"] for told in person.networks())
    for words in ASKING:
        done = person.types(*words)
        assert done.returncode == 2
        assert done.stderr == f"there are 2 networks: say --network and one of {one}, {other}\n"
    assert person.types("status").stdout.count("1 node of fake") == 2
    assert person.types("fault", "--network", other, "node 1 is frozen").returncode == 0
    assert [told["faults"] for told in person.networks()] == [[], ["node-1 is frozen"]]
    assert person.types("down", "--network", one).returncode == 0
    assert [told["network"] for told in person.networks()] == [other]
    assert person.types("down", "--all").stdout == f"{other} was taken down\n"
    assert person.leftovers() == []


def test_a_network_whose_owner_was_killed_is_told_of_and_swept(person: Person) -> None:
    person.types("up", *FAKE, "--nodes", "1", "--keep-running")
    (told,) = person.networks()
    os.kill(told["owner"], signal.SIGKILL)
    assert until(lambda: is_gone(told["owner"]) or None, seconds=lambda: PATIENCE)
    for words in [["status"], *ASKING]:
        done = person.types(*words)
        assert done.returncode == 3
        assert done.stderr == (
            f"the process that had the network {told['network']} has died: "
            "`python -m support sweep` removes what it has left\n"
        )
    swept = person.types("sweep")
    assert "forgot 1 networks for people whose owner has died" in swept.stdout
    assert person.leftovers() == []
    assert person.types("status").returncode == 2


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_network_in_the_foreground_ends_with_its_command(
    person: Person, ending: signal.Signals
) -> None:
    command = person.begins("-m", "support", "up", *FAKE, "--nodes", "1")
    assert command.stdout is not None
    for line in command.stdout:
        if line.startswith("  remove it"):
            break
    (told,) = person.networks()
    assert told["owner"] == command.pid
    command.send_signal(ending)
    assert command.wait(PATIENCE) == 0
    assert person.leftovers() == []


def test_a_network_in_the_foreground_can_be_taken_down_from_elsewhere(person: Person) -> None:
    command = person.begins("-m", "support", "up", *FAKE, "--nodes", "1")
    assert until(lambda: person.leftovers()[1:] or None, seconds=lambda: PATIENCE)
    assert person.types("down").returncode == 0
    assert command.wait(PATIENCE) == 0
    assert person.leftovers() == []


def test_a_folder_that_others_may_enter_is_refused(person: Person) -> None:
    folder = person.place / f"accord-{os.getuid()}-runs"
    folder.mkdir()
    folder.chmod(0o755)
    done = person.types("up", *FAKE, "--keep-running")
    assert done.returncode == 3
    assert f"{folder} is not a folder that only this user may enter" in done.stderr
    assert "Traceback" not in done.stderr
