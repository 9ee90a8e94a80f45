"""What an engine is to the rest of the suite: it runs blueprints, and knows not of what."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from support.domain import Capability, EnvironmentProblem, Megabytes, NodeName, NodeState

#: Where the nodes talk to each other: the only traffic that faults may touch.
PEERS = "peers"
#: Where customers, and this suite, talk to a node: never touched by a fault.
API = "api"


#: What examples are skipped with where a single node can have no clock or no slow disk of its own.
SHARED_CLOCK = "all nodes have the clock of this machine"
SHARED_DISK = "all nodes have the disk of this machine as it is"


class CommandFailed(EnvironmentProblem):
    """A command beside a node could not be run, or said no."""


@dataclass(frozen=True)
class Platform:
    """What a program is built for: ``Linux`` or ``Darwin`` (macOS); ``x86_64`` or ``aarch64``."""

    system: str
    architecture: str

    def __str__(self) -> str:
        return f"{self.system} on {self.architecture}"

    @classmethod
    def of_this_host(cls) -> Platform:
        """The one that this process runs on. macOS says ``arm64`` for what Linux calls aarch64."""
        machine = platform.machine()
        return cls(platform.system(), "aarch64" if machine == "arm64" else machine)


@dataclass(frozen=True)
class Software:
    """Node software as something that can be unpacked into a folder.

    ``unpack(folder, platform)`` writes the program and its libraries into ``folder``.
    ``version`` names the cache. ``recipe`` is the folder of ``docker/`` that says how its image
    is made: the one of its name, where nothing else is said.
    """

    name: str
    version: str
    unpack: Callable[[Path, Platform], None] = field(repr=False, compare=False)
    recipe: str = ""


@dataclass(frozen=True)
class NodeAddress:
    """Where a node will live, known before it starts.

    ``host`` is its address among its peers, ``listen`` the address to bind to, ``home`` its
    folder as the node itself sees it, ``ports`` the number behind each port name.
    """

    host: str
    listen: str
    home: str
    ports: Mapping[str, int]


@dataclass(frozen=True)
class AddressPlan:
    """An engine's promise of where each node will be. ``token`` is the engine's own handle."""

    nodes: Mapping[NodeName, NodeAddress]
    token: object = None

    def __getitem__(self, node: NodeName) -> NodeAddress:
        return self.nodes[node]


@dataclass(frozen=True)
class NodeBlueprint:
    """Everything needed to start one node: files below its home, and the command.

    ``software`` is what it runs, where that is another than the network's.
    """

    name: NodeName
    files: Mapping[str, bytes] = field(repr=False)
    command: tuple[str, ...]
    address: NodeAddress
    software: Software | None = None


@dataclass(frozen=True)
class Blueprint:
    """Everything needed to start a network. ``identity`` tells it from all other networks."""

    identity: str
    software: Software
    nodes: tuple[NodeBlueprint, ...]

    def node(self, name: NodeName) -> NodeBlueprint:
        """The blueprint of one node."""
        return next(node for node in self.nodes if node.name == name)

    def with_further(self, member: NodeBlueprint) -> Blueprint:
        """The same network with one more node."""
        return replace(self, nodes=(*self.nodes, member))

    def without(self, name: NodeName) -> Blueprint:
        """The same network without one of its nodes."""
        return replace(self, nodes=tuple(node for node in self.nodes if node.name != name))

    def with_replaced(self, fresh: NodeBlueprint) -> Blueprint:
        """The same network with another node in the place of the one of that name."""
        nodes = tuple(fresh if node.name == fresh.name else node for node in self.nodes)
        return replace(self, nodes=nodes)


#: ``127.0.0.1:49153`` for each published port name.
Endpoints = Mapping[str, str]


class CommandRunner(Protocol):
    """Runs commands where something of a node is: its links and packet filter, or its home."""

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        """Standard output of the command; raises :class:`CommandFailed`. ``timeout`` in seconds."""
        ...


class Tools(Protocol):
    """Runs the implementation's own program once, in an empty folder that is thrown away."""

    def __call__(self, argv: Sequence[str], *, collect: str) -> bytes:
        """Run ``argv`` and return the content of ``collect``, a file that it left in the folder."""
        ...


class Deployment(Protocol):
    """A started blueprint. All methods raise :class:`EnvironmentProblem` when the host says no."""

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        """The nodes that exist, running or not, in order."""
        ...

    def endpoints(self, node: NodeName) -> Endpoints: ...

    def address(self, node: NodeName) -> NodeAddress: ...

    def state(self, node: NodeName) -> NodeState: ...

    def start(self, node: NodeName) -> None: ...

    def stop(self, node: NodeName) -> None:
        """Ask the node to end in order, and wait until it has."""
        ...

    def kill(self, node: NodeName) -> None:
        """End the node at once, as a power cut would."""
        ...

    def pause(self, node: NodeName) -> None: ...

    def resume(self, node: NodeName) -> None: ...

    def wipe(self, node: NodeName) -> None:
        """Give a stopped node the disk that it had before its first start."""
        ...

    def change_software(self, node: NodeName, software: Software, command: tuple[str, ...]) -> None:
        """Give a stopped node another program, for good, and the command that starts that.

        It keeps its disk, its address and its log.
        """
        ...

    def add(self, node: NodeBlueprint) -> None: ...

    def remove(self, node: NodeName) -> None: ...

    def freeze(self) -> None:
        """Let a network sleep that nobody uses at the moment; :meth:`thaw` wakes it."""
        ...

    def thaw(self) -> None: ...

    def logs(self, node: NodeName, *, tail: int = 200) -> str:
        """The last ``tail`` lines that the node wrote, over all its starts on the same disk."""
        ...

    def in_network_namespace(self, node: NodeName) -> CommandRunner: ...

    def in_process(self, node: NodeName) -> CommandRunner:
        """Runs commands that change what the process of a running node is told, and nothing else.

        It ends with the process. Only where the engine offers clocks to be set, or slow disks.
        """
        ...

    @property
    def disk(self) -> Megabytes | None:
        """How large the disk of every node is; None for disks that only the host limits."""
        ...

    def in_home(self, node: NodeName) -> CommandRunner:
        """Runs commands as the node's own user where its home is; only where disks have a limit.

        Its home is the working folder. It works while the node is down as well.
        """
        ...

    def prepare_faults(self) -> None:
        """Have every running node's :class:`CommandRunner` ready, so that faults are fast."""
        ...

    def hints(self) -> Mapping[str, str]:
        """For people who look around in a kept network: what to do -> the command that does it."""
        ...

    def destroy(self) -> None:
        """Remove every trace of the network. May be called twice."""
        ...


class Engine(Protocol):
    """A way of running nodes. One instance serves one run."""

    name: str
    version: str
    capabilities: frozenset[Capability]
    #: Why this host does not let the engine offer something that it offers elsewhere.
    lacks: Mapping[Capability, str]

    def tools(self, software: Software) -> Tools: ...

    def address_plan(self, nodes: Sequence[NodeName], ports: Mapping[str, int]) -> AddressPlan:
        """Reserve addresses. A plan that is never deployed goes with the run."""
        ...

    def release(self, plan: AddressPlan) -> None:
        """Give up the addresses of a plan that is not going to be deployed."""
        ...

    def further_address(self, plan: AddressPlan, node: NodeName) -> NodeAddress:
        """One more address in a network that already runs."""
        ...

    def deploy(
        self, blueprint: Blueprint, plan: AddressPlan, *, disk: Megabytes | None = None
    ) -> Deployment:
        """Start all nodes side by side; leave nothing behind when one cannot be started.

        ``disk``: every node has a disk of its own, of this size, with its home and nothing else
        on it. Raises :class:`EnvironmentProblem` where :attr:`lacks` says that this cannot be had.
        """
        ...

    def close(self) -> None:
        """Remove everything of this run except what is to be kept for people."""
        ...


def last_words(deployment: Deployment, node: NodeName, lines: int = 5) -> str:
    """The end of a node's log, indented."""
    log = deployment.logs(node, tail=lines).rstrip().splitlines()
    return "\n".join(f"              {line[:240]}" for line in log) or "              (none)"
