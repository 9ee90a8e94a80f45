"""Talks to the fault helper in a node's network namespace over one connection that stays open.

A ``docker exec`` costs about 80 ms; a line over a connection that is open already costs one, and
a partition of seven nodes needs a dozen of them.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, TimeoutError
from pathlib import Path
from typing import Any, Protocol

from support.engines.contract import CommandFailed

#: The program at the other end. It needs nothing but Python's standard library.
PROGRAM = Path(__file__).resolve().parents[2] / "docker" / "faultbox" / "agent.py"


class Line(Protocol):
    """A connection to a fault helper. What it raises is an OSError or a ValueError."""

    def send(self, request: bytes) -> None: ...

    def chunks(self) -> Iterator[bytes]:
        """What the helper writes, in pieces of any size, until it is gone."""
        ...

    def close(self) -> None: ...


class Agent:
    """A :class:`~support.engines.contract.CommandRunner` for one node; threads may share it."""

    def __init__(self, name: str, line: Line) -> None:
        self.name = name
        self._line = line
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._closed = False
        threading.Thread(target=self._listen, name="accord-agent", daemon=True).start()

    @property
    def gone(self) -> bool:
        """Whether nobody listens any more, so that a new helper is needed."""
        return self._closed

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        """See :class:`~support.engines.contract.CommandRunner`."""
        answer: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._closed:
                raise CommandFailed(f"the fault helper {self.name} is gone")
            number = next(self._numbers)
            self._waiting[number] = answer
            line = {"id": number, "argv": list(argv), "stdin": stdin, "timeout": timeout}
            try:
                self._line.send(json.dumps(line).encode() + b"\n")
            except OSError as error:
                self._closed = True
                raise CommandFailed(
                    f"the fault helper {self.name} cannot be talked to: {error}"
                ) from error
        try:
            result = answer.result(timeout + 5)
        except TimeoutError:
            raise CommandFailed(
                f"the fault helper {self.name} did not answer to `{' '.join(argv)}`"
            ) from None
        if result["status"] != 0:
            raise CommandFailed(
                f"`{' '.join(argv)}` said no in {self.name}: {result['stderr'].strip()}"
            )
        return str(result["stdout"])

    def close(self) -> None:
        """Hang up; the helper ends by itself when nobody talks to it any more."""
        with self._lock:
            self._closed = True
        self._line.close()

    def _listen(self) -> None:
        pending = b""
        try:
            for chunk in self._line.chunks():
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    self._hear(line)
        except (OSError, ValueError):  # the connection was closed, here or there
            pass
        self._hang_up()

    def _hear(self, line: bytes) -> None:
        try:
            answer = json.loads(line)
            waiting = self._waiting.pop(answer["id"])
        except (ValueError, KeyError, TypeError):
            return  # a stray line on standard error; a command's own errors come in its answer
        waiting.set_result(answer)

    def _hang_up(self) -> None:
        with self._lock:
            self._closed = True
            for number in list(self._waiting):
                gone = {"status": 1, "stdout": "", "stderr": "the fault helper is gone"}
                self._waiting.pop(number).set_result(gone)
