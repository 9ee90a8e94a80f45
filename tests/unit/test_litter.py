"""What is thrown at doors: the same again by the same chance, and never nothing."""

from __future__ import annotations

import json
from random import Random

import pytest

from support.domain import Door, EnvironmentProblem, Litter
from support.engines.contract import API, PEERS, NodeAddress
from support.hostile.litter import letters, throw
from support.journal import Journal
from tests.unit.played import NODE_1, Stage, journalled

EVERY = [(litter, door) for litter in Litter for door in Door]


@pytest.mark.parametrize(("litter", "door"), EVERY)
def test_there_is_something_of_each_kind_for_each_door(litter: Litter, door: Door) -> None:
    made = letters(litter, door, Random(1))
    assert len(made) >= 3
    assert made == letters(litter, door, Random(1))


def test_what_is_oversized_is_larger_than_what_any_door_takes() -> None:
    for door in Door:
        assert max(letter.zeros for letter in letters(Litter.OVERSIZED, door, Random(1))) > 10**7


def test_those_who_say_nothing_do_not_end_what_they_began() -> None:
    for door in Door:
        for letter in letters(Litter.SILENCE, door, Random(1)):
            assert not letter.zeros and not letter.opening.endswith(b"\r\n\r\n")


class Thrower:
    """A fault helper of which only litter is asked."""

    def __init__(self, made: int) -> None:
        self.made = made
        self.words: list[str] = []

    def in_network_namespace(self, node: str) -> Thrower:
        return self

    def run(self, argv: list[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        self.words = list(argv)
        assert json.loads(stdin)
        return json.dumps({"made": self.made, "refused": 1, "bytes": 1})


@pytest.mark.parametrize(("door", "number"), [(Door.PEERS, "26656"), (Door.CUSTOMERS, "26657")])
def test_it_is_thrown_at_the_right_door_and_written_down(
    stage: Stage, journal: Journal, monkeypatch: pytest.MonkeyPatch, door: Door, number: str
) -> None:
    helper, deployment = Thrower(3), stage.deployment
    monkeypatch.setattr(deployment, "in_network_namespace", helper.in_network_namespace)
    where = NodeAddress("10.0.0.1", "0.0.0.0", "/home", {PEERS: 26656, API: 26657})
    monkeypatch.setattr(deployment, "address", lambda node: where)
    throw(deployment, journal, NODE_1, door, Litter.NOISE, Random(1))
    assert helper.words[-1].endswith(f":{number}")
    (record,) = [r for r in journalled(journal.path) if r["kind"] == "litter thrown"]
    assert (record["door"], record["litter"], record["made"]) == (door.value, "noise", 3)


def test_litter_that_does_not_get_to_the_door_is_an_error_of_the_environment(
    stage: Stage, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.deployment, "in_network_namespace", Thrower(0).in_network_namespace)
    with pytest.raises(EnvironmentProblem, match="does not open"):
        throw(stage.deployment, journal, NODE_1, Door.PEERS, Litter.SILENCE, Random(1))
