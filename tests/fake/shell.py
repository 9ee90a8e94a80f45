"""Runs the commands that faults send to a node's links and process, by interpreting them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from support.domain import NodeState
from support.engines.contract import CommandFailed
from tests.fake.network import SimulatedNetwork
from tests.fake.node import SimulatedNode
from tests.fake.packet_filter import NotUnderstood
from tests.fake.sockets import PEER_PORT


class Shell:
    """The :class:`~support.engines.contract.CommandRunner` of one start of one node.

    A node that was started anew has a new network namespace: this one is gone then.
    """

    def __init__(self, network: SimulatedNetwork, node: SimulatedNode) -> None:
        self._network = network
        self._node = node
        self._start = node.starts

    def run(
        self,
        argv: Sequence[str],
        *,
        stdin: str = "",
        timeout: float = 10.0,
    ) -> str:
        """See the contract."""
        with self._network.lock:
            if self._node.state is NodeState.STOPPED or self._node.starts != self._start:
                raise CommandFailed(f"the network namespace of {self._node.name} is gone")
            try:
                return self._interpret(list(argv), stdin)
            except (NotUnderstood, ValueError, IndexError) as error:
                raise CommandFailed(
                    f"`{shlex.join(argv)}` said no in {self._node.name}: {error}"
                ) from error
            finally:
                self._network.relink()

    def _interpret(self, argv: list[str], stdin: str) -> str:
        match argv:
            case ["iptables", *words]:
                return self._node.filter.iptables(words)
            case ["iptables-restore", *options] if set(options) <= {"--noflush", "-n", "-w"}:
                self._node.filter.restore(stdin, flush=not {"--noflush", "-n"} & set(options))
                return ""
            case ["probe", *words]:
                return json.dumps(self._probed(words))
            case ["litter", "throw", *_, target]:
                return json.dumps(self._littered(target, len(json.loads(stdin))))
            case ["ss", "-tnH", "state", "established", words]:
                return self._network.sockets.listing(self._node, self._peers(), words)
            case ["ss", "-K", words]:  # nothing waits for a connection in this simulation
                self._network.sockets.reset(self._node, self._peers(), words)
                return ""
        raise NotUnderstood("there is no such command")

    def _peers(self) -> list[SimulatedNode]:
        return [self._network.nodes[name] for name in self._network.peers_of(self._node.name)]

    def _probed(self, words: list[str]) -> dict[str, str]:
        if words[:1] == ["--within"]:
            float(words[1])
            words = words[2:]
        return {target: self._reached(*_host_and_port(target)) for target in words}

    def _littered(self, target: str, letters: int) -> dict[str, int]:
        host, port = _host_and_port(target)
        if host != self._node.host:
            raise NotUnderstood(f"{target} is no door of {self._node.name}")
        if not self._network.defects.outlives_litter(from_peers=port == PEER_PORT):
            self._node.end("panic: this makes no sense")
        return {"made": letters, "refused": 0, "bytes": 0, "answered": 0, "hung_up": letters}

    def _reached(self, host: str, port: int) -> str:
        """One connection attempt: a packet there, and when it arrives, a packet back."""
        other = next((n for n in self._network.nodes.values() if n.host == host), None)
        if other is None or other.state is NodeState.STOPPED:
            return "silent"
        if not other.filter.receive(self._node.host) or not self._node.filter.receive(host):
            return "silent"
        # the kernel answers for a frozen node
        return "open" if port == PEER_PORT else "refused"


class ClockSetter:
    """The :class:`~support.engines.contract.CommandRunner` of one simulated process."""

    def __init__(self, network: SimulatedNetwork, node: SimulatedNode) -> None:
        self._network = network
        self._node = node

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        """See the contract."""
        with self._network.lock:
            if self._node.state is not NodeState.PAUSED:
                raise CommandFailed(f"the process of {self._node.name} is not frozen")
            match list(argv):
                case ["clock", "set", "--seconds", seconds]:
                    self._node.skew = int(seconds)
                case ["clock", "right"]:
                    self._node.skew = 0
                case _:
                    raise CommandFailed(f"`{shlex.join(argv)}`: there is no such command")
            return json.dumps({"seconds": self._node.skew})


def _host_and_port(target: str) -> tuple[str, int]:
    host, _, port = target.rpartition(":")
    return host, int(port)
