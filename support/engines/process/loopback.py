"""Links without any right: all nodes on this machine's loopback, each with ports of its own."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from support.domain import EnvironmentProblem, NodeName
from support.engines.contract import NodeAddress

HOST = "127.0.0.1"
#: Below the ports that kernels give to outgoing connections (from 32768 or 49152 on).
_PORTS: Sequence[int] = range(20000, 32000)
_ATTEMPTS = 200


class Loopback:
    """See :class:`~support.engines.process.wiring.Wiring`."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._reserved = ExitStack()
        self._lock = threading.Lock()

    def address(self, node: NodeName, ports: Mapping[str, int], home: str) -> NodeAddress:
        """Ports that nobody else has, in place of the usual ones."""
        with self._lock:
            own = {name: self._free_port() for name in ports}
        return NodeAddress(host=HOST, listen=HOST, home=home, ports=own)

    def connect(self, node: NodeName) -> None:
        """Loopback is always there."""

    def disconnect(self, node: NodeName) -> None:
        """Nothing belongs to one node."""

    def inside(self, node: NodeName) -> tuple[str, ...]:
        """Nowhere in particular."""
        return ()

    def destroy(self) -> None:
        """Let others have the ports."""
        self._reserved.close()

    def _free_port(self) -> int:
        """A TCP port that is free now, and that no other run takes while we live.

        It is reserved by the UDP port of the same number, which no node wants: only one socket of
        this host can have that, and the kernel lets go of it when this process ends.
        """
        for port in random.SystemRandom().sample(_PORTS, _ATTEMPTS):
            reserved = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                reserved.bind((HOST, port))
                with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
                    # the connections of a node that is over linger, and are in nobody's way
                    attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    attempt.bind((HOST, port))
            except OSError:
                reserved.close()
                continue
            self._reserved.callback(reserved.close)
            return port
        raise EnvironmentProblem(
            f"no free port was found from {_PORTS[0]} to {_PORTS[-1]} on {HOST}"
        )
