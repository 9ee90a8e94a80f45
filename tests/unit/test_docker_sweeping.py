"""Two who sweep at once do not stop each other."""

from __future__ import annotations

from typing import cast

import pytest
from docker.errors import APIError, NotFound
from docker.models.networks import Network

from support.engines.docker import sweep

ENDPOINTS = "error while removing network: network accord-1 has active endpoints"


class Shared:
    """A network that the daemon gives up after it has answered with these words."""

    def __init__(self, *words: str) -> None:
        self._words = list(words)
        self.asked = 0

    def remove(self) -> None:
        self.asked += 1
        if self._words:
            raise APIError(self._words.pop(0))

    @property
    def as_network(self) -> Network:
        return cast("Network", self)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "pause_between_sweeps", lambda: None)


def test_a_network_whose_containers_others_are_removing_is_waited_for() -> None:
    network = Shared(ENDPOINTS, ENDPOINTS)
    sweep._remove_when_free(network.as_network)
    assert network.asked == 3


def test_a_network_that_others_have_removed_is_gone() -> None:
    class Gone(Shared):
        def remove(self) -> None:
            raise NotFound("no such network")

    sweep._remove_when_free(Gone().as_network)


def test_a_network_that_is_never_given_up_is_told_of() -> None:
    network = Shared(*[ENDPOINTS] * 100)
    with pytest.raises(APIError, match="active endpoints"):
        sweep._remove_when_free(network.as_network)
    assert network.asked == sweep._ROUNDS + 1


def test_another_refusal_is_believed() -> None:
    network = Shared("permission denied")
    with pytest.raises(APIError, match="permission denied"):
        sweep._remove_when_free(network.as_network)
    assert network.asked == 1
