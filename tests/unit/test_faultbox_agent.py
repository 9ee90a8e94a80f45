"""The fault helper's agent, talked to as the engine does, but as a plain process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

AGENT = Path(__file__).resolve().parents[2] / "docker" / "faultbox" / "agent.py"


class Talk:
    """A conversation with one agent."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def send(self, **request: Any) -> None:
        self.say(json.dumps(request))

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def ask(self, *argv: str, **rest: Any) -> dict[str, Any]:
        self.send(id=1, argv=list(argv), **rest)
        return self.hear()


@contextmanager
def talking(path: str | None = None, *, folder: Path | None = None) -> Iterator[Talk]:
    process = subprocess.Popen(
        # no file that it writes becomes large, even if it does what it must not do
        ["sh", "-c", 'ulimit -f 1024 && exec "$@"', "sh", sys.executable, "-I", "-S", AGENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ({"PATH": path} if path else {}),
        cwd=folder,
    )
    with process:
        try:
            yield Talk(process)
        finally:
            process.kill()


@pytest.fixture
def agent() -> Iterator[Talk]:
    with talking() as talk:
        yield talk


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_it_runs_a_command_and_tells_how_it_ended(agent):
    answer = agent.ask("sh", "-c", "cat; echo oh >&2; exit 3", stdin="hello")
    assert answer == {"id": 1, "status": 3, "stdout": "hello", "stderr": "oh\n"}


def test_there_is_no_shell(agent):
    assert agent.ask("echo", "$HOME; ls")["stdout"] == "$HOME; ls\n"


def test_a_command_that_does_not_exist_is_127(agent):
    answer = agent.ask("no-such-command")
    assert answer["status"] == 127
    assert "no such command" in answer["stderr"]


def test_a_command_that_takes_too_long_is_killed_with_its_children(agent):
    started = time.monotonic()
    answer = agent.ask("sh", "-c", "sleep 30 & sleep 30", timeout=0.2)
    assert answer["status"] == 124
    assert time.monotonic() - started < 5


def test_a_command_that_dies_of_a_signal_fails(agent):
    assert agent.ask("sh", "-c", "kill -9 $$")["status"] == 137


def test_several_commands_run_at_once(agent):
    agent.send(id=1, argv=["sleep", "5"])
    agent.send(id=2, argv=["echo", "quick"])
    assert agent.hear()["id"] == 2


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"id": 1, "argv": []}', "3"])
def test_a_line_that_makes_no_sense_is_answered_and_survived(agent, line):
    agent.say(line)
    assert agent.hear()["status"] == 125
    assert agent.ask("echo", "still here")["stdout"] == "still here\n"


def test_output_that_is_not_text_is_survived(agent):
    assert agent.ask("printf", r"\377")["stdout"] == "\ufffd"


def test_it_ends_when_nobody_talks_to_it_any_more(agent):
    agent.send(id=1, argv=["sleep", "30"])
    agent.process.stdin.close()
    assert agent.process.wait(timeout=5) == 0


def test_it_ends_when_it_is_told_to(agent):
    agent.ask("true")
    agent.process.terminate()
    assert agent.process.wait(timeout=5) == 0


def test_a_probe_tells_open_from_refused(agent, listening):
    open_, refused = f"127.0.0.1:{listening}", f"127.0.0.1:{closed_port()}"
    answer = agent.ask("probe", "--within", "2", open_, refused)
    assert answer["status"] == 0
    assert json.loads(answer["stdout"]) == {open_: "open", refused: "refused"}


def test_a_probe_does_not_wait_longer_than_it_may(agent):
    # A full backlog takes no further connections and says nothing, as a dropped packet does.
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        target = f"127.0.0.1:{server.getsockname()[1]}"
        with socket.create_connection(server.getsockname()):
            started = time.monotonic()
            answer = agent.ask("probe", "--within", "0.3", target)
            taken = time.monotonic() - started
    assert json.loads(answer["stdout"]) == {target: "silent"}
    assert 0.3 <= taken < 2


@pytest.mark.parametrize("words", [["nowhere"], ["--within"], ["--within", "soon", "127.0.0.1:1"]])
def test_a_probe_of_nothing_sensible_says_so(agent, words):
    answer = agent.ask("probe", *words)
    assert answer["status"] == 125
    assert "HOST:PORT" in answer["stderr"]


@pytest.mark.parametrize("works", ["nft", "legacy"])
def test_the_packet_filter_that_works_is_the_one_that_is_used(tmp_path, works):
    for backend in ("nft", "legacy"):
        for rest in ("", "-restore"):
            command = tmp_path / f"iptables-{backend}{rest}"
            command.write_text(
                f'#!/bin/sh\n[ {backend} = {works} ] || exit 3\necho {backend}{rest} "$@"\n'
            )
            command.chmod(0o755)
    with talking(path=f"{tmp_path}:{os.environ['PATH']}") as agent:
        assert agent.ask("iptables", "-F")["stdout"] == f"{works} -F\n"
        assert agent.ask("iptables-restore", "-n")["stdout"] == f"{works}-restore -n\n"


def test_a_disk_that_is_not_one_of_its_own_is_never_filled(tmp_path):
    """The disk of this machine must not be filled, whoever asks for it, and wherever it runs."""
    with talking(folder=tmp_path) as talk:
        for words in (["fill"], ["free"], ["write", "--bytes", "10"]):
            answer = talk.ask("disk", *words)
            assert answer["status"] == 1
            assert answer["stderr"].endswith("is not a disk of its own, so it is not to be filled")
    assert list(tmp_path.iterdir()) == []


def test_a_large_disk_is_never_filled():
    with talking(folder=Path("/")) as talk:
        answer = talk.ask("disk", "fill")
    assert answer["status"] == 1
    assert answer["stderr"] == "disk: / is not a small disk, so it is not to be filled"
    assert not Path("/.accord-filler").exists()


def test_words_about_a_disk_that_make_no_sense(agent):
    assert agent.ask("disk", "empty")["status"] == 1
