"""How the suite gets to a node in a network namespace: a port of this machine's loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.engines.process.processes import cannot_be_started
from support.engines.process.programs import SYSTEM_PATH, marked

#: The program that stands in the door. A container engine has the same, as ``docker-proxy``.
PROGRAM = Path(__file__).with_name("door.py")

#: It may read files of others than root, as the checkout that it is started from, and no more.
_WITHOUT_RIGHTS = (
    "setpriv",
    "--bounding-set=-all,+dac_read_search",
    "--inh-caps=-all",
    "--no-new-privs",
)


class Door:
    """One port of the loopback, open from the start: who comes early is turned away at once.

    ``inside`` is what a command begins with that is to run where ``target`` (``host:port``) is.
    """

    def __init__(self, inside: Sequence[str], target: str, mark: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            host, port = server.getsockname()
            self.endpoint = f"{host}:{port}"
            argv = [*inside, *_WITHOUT_RIGHTS, sys.executable, "-I", "-S", str(PROGRAM)]
            try:
                self._process = subprocess.Popen(
                    [*argv, str(server.fileno()), target],
                    env={"PATH": SYSTEM_PATH, **marked(mark)},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[server.fileno()],
                    start_new_session=True,
                )
            except OSError as problem:
                raise cannot_be_started(argv[0], problem) from problem

    def close(self) -> None:
        """Whoever knocks is refused from now on. May be called twice."""
        self._process.kill()
        self._process.wait()
