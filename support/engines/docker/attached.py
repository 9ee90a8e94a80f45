"""The connection to a fault helper that runs in a container: its standard input and output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docker.models.containers import Container
from docker.utils.socket import frames_iter


class Attached:
    """See :class:`~support.engines.agent.Line`. Attach before the container is started."""

    def __init__(self, container: Container) -> None:
        self._socket = container.attach_socket(
            params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        )
        self._raw: Any = getattr(self._socket, "_sock", self._socket)
        self._raw.settimeout(None)

    def send(self, request: bytes) -> None:
        """See the line."""
        self._raw.sendall(request)

    def chunks(self) -> Iterator[bytes]:
        """See the line."""
        for _stream, chunk in frames_iter(self._socket, tty=False):  # type: ignore[no-untyped-call]
            yield chunk

    def close(self) -> None:
        """See the line."""
        self._socket.close()
