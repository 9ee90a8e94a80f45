"""A network for people: looked at, broken, healed and paid on by one process after the other."""

from __future__ import annotations

import json
import signal

import pytest

from support.waiting import until
from tests.kept.people import FAKE as ON_FAKE
from tests.kept.people import PATIENCE, Person, is_gone, somebody

CUT = "nodes 1 and 2 are cut off from the others"


def test_every_node_is_told_of(owner: Person) -> None:
    table = owner.types("status").stdout
    assert "4 nodes of fake 1 on fake 1, started for people" in table
    rows = [line for line in table.splitlines() if line.startswith("node ") and "running" in line]
    assert [row.split()[1] for row in rows] == ["1", "2", "3", "4"]
    assert all("3 of 3" in row and "right" in row for row in rows)
    assert "no fault is in force" in table
    assert "\033" not in table  # nobody sees colours in a pipe


def test_programs_are_told_the_same(owner: Person) -> None:
    (told,) = owner.networks()
    assert told["faults"] == []
    first = told["nodes"][0]
    assert (first["node"], first["state"], first["catching_up"]) == ("node-1", "running", False)
    assert first["peers"] == ["node-2", "node-3", "node-4"]
    assert first["height"] > 0


def test_blocks_go_on_while_nobody_asks(owner: Person) -> None:
    before = owner.networks()[0]["nodes"][0]["height"]
    assert owner.networks()[0]["nodes"][0]["height"] > before


def test_a_fault_outlives_the_command_and_is_healed_by_another_one(owner: Person) -> None:
    done = owner.types("fault", CUT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Given {CUT} (after ")
    (told,) = owner.networks()
    assert told["nodes"][0]["peers"] == ["node-2"]
    assert told["faults"][0].startswith("node-1 drops what node-3, node-4 send")
    assert "1 of 3" in owner.types("status").stdout
    healed = owner.types("heal")
    assert healed.returncode == 0
    assert healed.stdout.startswith("healed: all nodes agree on a new block at height ")
    assert owner.networks()[0]["faults"] == []


def test_one_of_two_faults_is_undone_in_the_words_of_the_features(owner: Person) -> None:
    owner.types("fault", "node 2 has crashed")
    owner.types("fault", "the clock of node 3 is 1 hour fast")
    (told,) = owner.networks()
    assert told["faults"] == ["node-2 is down", "the clock of node-3 is 1 hour fast"]
    assert (told["nodes"][1]["state"], told["nodes"][1]["answers"]) == ("stopped", False)
    assert told["nodes"][2]["clock"] == "1 hour fast"
    assert owner.types("heal", "node 2 starts again").returncode == 0
    assert owner.networks()[0]["faults"] == ["the clock of node-3 is 1 hour fast"]
    assert owner.types("heal").returncode == 0
    assert owner.networks()[0]["faults"] == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("node 1 is cut of from the other", "nothing reads “node 1 is cut of from the other”."),
        ("Alice pays Bob 30 coins", "“Alice pays Bob 30 coins” is a sentence, and no fault."),
        ("every node tells the same history", "is a sentence, and no fault."),
        ("node 9 is frozen", "there is no node 9 in a network of 4 nodes"),
        ("", "nothing reads “”."),
    ],
)
def test_what_is_no_fault_is_refused(owner: Person, words: str, complaint: str) -> None:
    done = owner.types("fault", words)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert owner.networks()[0]["faults"] == []


def test_the_nearest_sentences_are_named(owner: Person) -> None:
    said = owner.types("fault", "node 1 is cut of from the other").stderr
    assert "\n  node 1 is cut off from the others\n" in said


def test_a_prompt_has_everything_at_hand(owner: Person) -> None:
    statements = """
deposit(carol, 50)
pay(carol, dave, 20, node(3))
[carol.balances()["node-2"], dave.balances()["node-4"]]
pay(carol, dave, 1000)
say("every node shows that Dave holds 20 coins")
node(3)
fault("node 4 is frozen")
node(4).state, node(4).height
heal()
customer("nobody")
guide()
"""
    done = owner.types("shell", stdin=statements)
    assert done.returncode == 0
    assert "confirmed at height " in done.stdout
    assert "[30, 20]" in done.stdout
    assert "refused because the balance is too low" in done.stdout
    assert "Then every node shows that Dave holds 20 coins (after " in done.stdout
    assert "node 3: running, at height " in done.stdout
    assert "('frozen', None)" in done.stdout
    assert "healed: all nodes agree" in done.stdout
    assert "'nobody' is no customer" in done.stderr
    assert "pay(alice, bob, 30)" in done.stderr  # the banner
    assert "Traceback" not in done.stderr


def test_the_prompt_says_what_is_not_true(owner: Person) -> None:
    done = owner.types("attach", stdin='say("every node shows that Alice holds 101 coins")\n')
    assert "Expected: on every node, Alice holds 101 coins" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sentence_that_cannot_be_said_alone_is_refused(owner: Person) -> None:
    done = owner.types("shell", stdin='say("these payments are made at the same moment")\n')
    assert "this sentence needs a table below it" in done.stderr
    assert "Traceback" not in done.stderr
    assert owner.networks()


def test_logs_are_one_stream_in_order(owner: Person) -> None:
    lines = owner.types("logs").stdout.splitlines()
    moments = [line.split()[0] for line in lines]
    assert moments == sorted(moments)
    assert {line.split()[1] for line in lines} == {"node-1", "node-2", "node-3", "node-4"}


def test_logs_of_one_node(owner: Person) -> None:
    lines = owner.types("logs", "--node", "2", "-n", "3").stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["node-2"] * 3


def test_logs_are_followed_until_the_reader_has_enough(owner: Person) -> None:
    following = owner.begins("-m", "support", "logs", "-f", "-n", "0")
    assert following.stdout is not None
    seen = [following.stdout.readline() for _ in range(8)]
    following.send_signal(signal.SIGINT)
    assert following.wait(PATIENCE) == 0
    assert all("node-" in line for line in seen)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["logs", "--node", "9"], "there is no node 9 in a network of 4 nodes"),
        (["logs", "--since", "soon"], "'soon' is no length of time: say 90s, 5m, 2h or 1d"),
        (["logs", "--level", "loud"], "invalid choice: 'loud'"),
        (["status", "--network", "other"], "there is no network called other: there are fake-"),
        (["up", "--nodes", "0"], "a network of 0 nodes cannot be had"),
        (["up", "--nodes", "many"], "invalid int value"),
        (["up", "--implementation", "nobody"], 'there is no implementation called "nobody"'),
        (["up", "--engine", "nothing"], "there is no engine called 'nothing'"),
    ],
)
def test_a_call_that_makes_no_sense(owner: Person, words: list[str], complaint: str) -> None:
    done = owner.types(*words)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_only_the_user_can_reach_it_and_no_key_is_on_disk(owner: Person) -> None:
    (room,) = owner.place.glob("accord-*/*.networks")
    assert room.stat().st_mode & 0o777 == 0o700
    assert room.parent.stat().st_mode & 0o777 == 0o700
    (socket,) = room.iterdir()
    assert socket.is_socket()


def test_nothing_is_left_when_it_is_taken_down() -> None:
    with somebody() as person:
        person.types("up", *ON_FAKE, "--nodes", "1", "--keep-running")
        (told,) = person.networks()
        assert not is_gone(told["owner"])
        assert person.leftovers() != []
        done = person.types("down")
        assert (done.returncode, done.stdout) == (0, f"{told['network']} was taken down\n")
        assert until(lambda: is_gone(told["owner"]) or None, seconds=lambda: PATIENCE)
        assert person.leftovers() == []
        journal = [json.loads(line)["kind"] for line in open(told["journal"])]  # noqa: PTH123, SIM115
        assert journal[0] == "journal"
        assert "sample" in journal
