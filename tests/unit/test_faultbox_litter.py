"""What is thrown at a door arrives there, and what becomes of it is told."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.test_faultbox_agent import Talk, closed_port, talking


class PlayedDoor:
    """Takes all that comes in, and answers where it is told to."""

    def __init__(self, *, answer: bytes = b"", hang_up: bool = True) -> None:
        self.heard: list[bytes] = []
        self.open: list[socket.socket] = []
        self._answer, self._hang_up = answer, hang_up
        self._server = socket.create_server(("127.0.0.1", 0))
        self.target = f"127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def close(self) -> None:
        self._server.close()
        for line in self.open:
            line.close()

    def _take(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.open.append(line)
            threading.Thread(target=self._hear, args=(line,), daemon=True).start()

    def _hear(self, line: socket.socket) -> None:
        line.settimeout(0.1)
        heard = b""
        try:
            while piece := line.recv(1 << 16):
                heard += piece
        except OSError:
            pass
        self.heard.append(heard)
        if self._answer:
            line.sendall(self._answer)
        if self._hang_up:
            line.close()


@pytest.fixture
def agent() -> Iterator[Talk]:
    with talking() as talk:
        yield talk


def letters(*openings: bytes, zeros: int = 0) -> str:
    return json.dumps([{"bytes": base64.b64encode(o).decode(), "zeros": zeros} for o in openings])


def thrown(agent: Talk, target: str, what: str, *options: str) -> Any:
    answer = agent.ask("litter", "throw", *options, target, stdin=what)
    assert answer["status"] == 0, answer["stderr"]
    return json.loads(answer["stdout"])


def test_each_letter_has_a_connection_of_its_own(agent: Talk) -> None:
    door = PlayedDoor()
    came = thrown(agent, door.target, letters(b"one", b"two", zeros=100_000), "--within", "2")
    assert came == {"made": 2, "refused": 0, "bytes": 200_006, "answered": 0, "hung_up": 2}
    assert sorted(door.heard) == [b"one" + bytes(100_000), b"two" + bytes(100_000)]
    door.close()


def test_an_answer_is_told_from_a_door_that_is_shut(agent: Talk) -> None:
    door = PlayedDoor(answer=b"what?")
    assert thrown(agent, door.target, letters(b"hello"), "--within", "2")["answered"] == 1
    door.close()
    shut = f"127.0.0.1:{closed_port()}"
    came = thrown(agent, shut, letters(b"hello", b"hello"))
    assert came == {"made": 0, "refused": 2, "bytes": 0, "answered": 0, "hung_up": 0}


def test_whoever_says_nothing_is_held_until_let_go(agent: Talk) -> None:
    door = PlayedDoor(hang_up=False)
    thrown(agent, door.target, letters(*[b""] * 5), "--hold", "60", "--within", "0.05")
    assert agent.ask("litter", "let-go")["stdout"] == "5"
    assert agent.ask("litter", "let-go")["stdout"] == "0"
    for line in door.open:
        line.settimeout(5)
        assert line.recv(1) == b""
    door.close()


def test_words_that_make_no_sense(agent: Talk) -> None:
    assert agent.ask("litter", "throw")["status"] == 1
    assert agent.ask("litter", "throw", "nowhere:1", stdin="not a list")["status"] == 1
