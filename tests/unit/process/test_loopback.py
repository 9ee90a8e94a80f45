"""Nodes on one loopback have ports of their own, which no other run takes."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from support.domain import EnvironmentProblem, NodeName
from support.engines.process import loopback
from support.engines.process.loopback import Loopback

PORTS = {"peers": 26656, "api": 26657}


def addresses(wiring: Loopback, nodes: int = 4) -> list[int]:
    return [
        port
        for number in range(1, nodes + 1)
        for port in wiring.address(NodeName(f"node-{number}"), PORTS, "/home").ports.values()
    ]


def test_every_port_is_another_one_and_on_loopback() -> None:
    with closing_wirings(2) as wirings:
        ports = [port for wiring in wirings for port in addresses(wiring)]
        assert len(set(ports)) == 16
        address = wirings[0].address(NodeName("node-9"), PORTS, "/home")
        assert (address.host, address.listen) == ("127.0.0.1", "127.0.0.1")
        assert set(address.ports) == set(PORTS)


def test_a_port_that_somebody_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, closing_wirings(1) as (wiring,):
        taken = server.getsockname()[1]
        free = next(port for port in range(20000, 20100) if can_be_bound(port))
        monkeypatch.setattr(loopback, "_PORTS", [taken, free])
        monkeypatch.setattr(loopback, "_ATTEMPTS", 2)
        assert wiring.address(NodeName("node-1"), {"api": 1}, "/home").ports == {"api": free}


def test_no_port_left_gets_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, closing_wirings(1) as (wiring,):
        taken = server.getsockname()[1]
        monkeypatch.setattr(loopback, "_PORTS", range(taken, taken + 1))
        monkeypatch.setattr(loopback, "_ATTEMPTS", 1)
        with pytest.raises(EnvironmentProblem, match="no free port was found"):
            wiring.address(NodeName("node-1"), PORTS, "/home")


def test_what_is_given_up_can_be_had_again(monkeypatch: pytest.MonkeyPatch) -> None:
    free = next(port for port in range(20000, 20100) if can_be_bound(port))
    monkeypatch.setattr(loopback, "_PORTS", range(free, free + 1))
    monkeypatch.setattr(loopback, "_ATTEMPTS", 1)
    for _ in range(2):
        with closing_wirings(1) as (wiring,):
            assert wiring.address(NodeName("node-1"), {"api": 1}, "/home").ports == {"api": free}


def can_be_bound(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as attempt:
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class closing_wirings:  # noqa: N801 - reads like what contextlib has
    def __init__(self, count: int) -> None:
        self._wirings = [Loopback(f"run-{number}") for number in range(count)]

    def __enter__(self) -> list[Loopback]:
        return self._wirings

    def __exit__(self, *_: object) -> None:
        for wiring in self._wirings:
            wiring.destroy()
