"""Talks to the fault helper in a node's network namespace over one connection that stays open.

A ``docker exec`` costs about 80 ms; a line over a connection that is open already costs one, and
a partition of seven nodes needs a dozen of them.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future, TimeoutError
from typing import Any

from docker.models.containers import Container
from docker.utils.socket import frames_iter

from support.engines.contract import CommandFailed


class Agent:
    """A :class:`~support.engines.contract.CommandRunner` for one node; threads may share it."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self._socket = container.attach_socket(
            params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        )
        self._raw: Any = getattr(self._socket, "_sock", self._socket)
        self._raw.settimeout(None)
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
                raise CommandFailed(f"the fault helper {self.container.name} is gone")
            number = next(self._numbers)
            self._waiting[number] = answer
            line = {"id": number, "argv": list(argv), "stdin": stdin, "timeout": timeout}
            try:
                self._raw.sendall(json.dumps(line).encode() + b"\n")
            except OSError as error:
                self._closed = True
                raise CommandFailed(
                    f"the fault helper {self.container.name} cannot be talked to: {error}"
                ) from error
        try:
            result = answer.result(timeout + 5)
        except TimeoutError:
            raise CommandFailed(
                f"the fault helper {self.container.name} did not answer to `{' '.join(argv)}`"
            ) from None
        if result["status"] != 0:
            raise CommandFailed(
                f"`{' '.join(argv)}` said no in {self.container.name}: {result['stderr'].strip()}"
            )
        return str(result["stdout"])

    def close(self) -> None:
        """Hang up; the helper ends by itself when nobody talks to it any more."""
        with self._lock:
            self._closed = True
        self._socket.close()

    def _listen(self) -> None:
        pending = b""
        try:
            for _stream, chunk in frames_iter(self._socket, tty=False):  # type: ignore[no-untyped-call]
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
