"""The processes of one network: one per node, and one fault helper beside each."""

from __future__ import annotations

import os
import shlex
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from support.domain import EnvironmentProblem, Megabytes, NodeName, NodeState, in_order
from support.engines.agent import Agent
from support.engines.contract import (
    API,
    CommandRunner,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
)
from support.engines.process import folders, programs
from support.engines.process.disks import Disk
from support.engines.process.doors import Door
from support.engines.process.helper import start_helper_of_links, start_helper_of_process
from support.engines.process.processes import NodeProcess
from support.engines.process.sweep import remove_network
from support.engines.process.wiring import Wiring
from support.engines.runs import Run
from support.parallel import side_by_side

#: The user that nodes run as where we are root; the same number as in the images of containers.
USER = 10001

#: Without it a cut leaves connections half open and healing takes 90 s instead of 3 (measured).
_GIVE_UP_SOON = 'echo 4 >/proc/sys/net/ipv4/tcp_retries2; exec "$@"'
_WITHOUT_RIGHTS = (
    "setpriv",
    f"--reuid={USER}",
    f"--regid={USER}",
    "--clear-groups",
    "--bounding-set=-all",
    "--inh-caps=-all",
    "--no-new-privs",
)

_BLOCK = 65536


class ProcessDeployment:
    """See :class:`~support.engines.contract.Deployment`.

    ``unpacked`` knows the folder that software was unpacked into; ``software`` is what nodes run
    whose blueprint says nothing of it.
    """

    def __init__(
        self,
        *,
        run: Run,
        token: str,
        wiring: Wiring,
        software: Software,
        unpacked: Callable[[Software], Path],
        disk: Megabytes | None,
    ) -> None:
        self.token = token
        self.disk = disk
        self._run = run
        self._wiring = wiring
        self._software = software
        self._unpacked = unpacked
        self._is_root = os.geteuid() == 0
        self._folder = folders.of_network(wiring.mark)
        self._blueprints: dict[NodeName, NodeBlueprint] = {}
        self._processes: dict[NodeName, NodeProcess] = {}
        self._doors: dict[NodeName, Door] = {}
        self._disks: dict[NodeName, Disk] = {}
        self._of_links: dict[NodeName, Agent] = {}
        self._of_processes: dict[NodeName, Agent] = {}
        self._locks: dict[NodeName, threading.Lock] = {}

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        """See the contract."""
        return tuple(in_order(self._processes))

    def endpoints(self, node: NodeName) -> Endpoints:
        """A port of the loopback: the node's door, or its own where it has no namespace."""
        if self.state(node) is NodeState.STOPPED:
            raise EnvironmentProblem(f"{node} is not running, so it has no address to talk to")
        door = self._doors.get(node)
        return {API: door.endpoint if door else _api_of(self.address(node))}

    def address(self, node: NodeName) -> NodeAddress:
        """See the contract."""
        return self._blueprints[node].address

    def state(self, node: NodeName) -> NodeState:
        """See the contract."""
        return self._processes[node].state

    def start(self, node: NodeName) -> None:
        """See the contract. As with containers, the packet filter of the last start is gone."""
        if self.state(node) is not NodeState.STOPPED:
            return
        self._unplug(node)  # one that has died by itself has still a door and a helper
        self._wiring.connect(node)
        self._processes[node] = self._started(self._blueprints[node])

    def stop(self, node: NodeName) -> None:
        """See the contract."""
        self._processes[node].stop()
        self._unplug(node)

    def kill(self, node: NodeName) -> None:
        """See the contract."""
        self._processes[node].kill()
        self._unplug(node)

    def pause(self, node: NodeName) -> None:
        """See the contract."""
        self._processes[node].pause()

    def resume(self, node: NodeName) -> None:
        """See the contract."""
        self._processes[node].resume()

    def wipe(self, node: NodeName) -> None:
        """See the contract."""
        self._clear(node)
        self._fill(self._blueprints[node])

    def change_software(self, node: NodeName, software: Software, command: tuple[str, ...]) -> None:
        """See the contract."""
        if self.state(node) is not NodeState.STOPPED:
            raise EnvironmentProblem(f"{node} is running, so its program cannot be changed")
        self._unpacked(software)  # what cannot be had is told of before anything has changed
        changed = replace(self._blueprints[node], software=software, command=command)
        self._blueprints[node] = changed

    def add(self, node: NodeBlueprint) -> None:
        """See the contract."""
        self._blueprints[node.name] = node
        self._locks[node.name] = threading.Lock()
        self._fill(node)
        self._wiring.connect(node.name)
        self._processes[node.name] = self._started(node)

    def remove(self, node: NodeName) -> None:
        """See the contract."""
        self.kill(node)
        del self._processes[node]
        self._wiring.disconnect(node)
        self._clear(node)

    def freeze(self) -> None:
        """See the contract."""
        side_by_side(NodeProcess.pause, self._processes.values())

    def thaw(self) -> None:
        """See the contract."""
        side_by_side(NodeProcess.resume, self._processes.values())

    def logs(self, node: NodeName, *, tail: int = 200) -> str:
        """See the contract."""
        try:
            return _last_lines(self._log(node), tail)
        except FileNotFoundError:
            return ""  # it has not been started on this disk yet
        except OSError as problem:
            raise EnvironmentProblem(
                f"the log of {node} cannot be read: {problem.strerror}"
            ) from problem

    def in_network_namespace(self, node: NodeName) -> CommandRunner:
        """A helper that may change the node's links, and nothing else of it."""
        if not self._wiring.inside(node):
            raise EnvironmentProblem(
                f"{node} has no links of its own that could be changed: it shares this machine's "
                "loopback with the others"
            )
        with self._locks[node]:
            if node not in self._of_links or self._of_links[node].gone:
                self._of_links[node] = start_helper_of_links(node, self._wiring, self._of(node))
            return self._of_links[node]

    def in_process(self, node: NodeName) -> CommandRunner:
        """See the contract."""
        with self._locks[node]:
            if node not in self._of_processes or self._of_processes[node].gone:
                blueprint = self._blueprints[node]
                program = str(self._program_of(blueprint) / blueprint.command[0])
                number = self._processes[node].number_of(program)
                self._of_processes[node] = start_helper_of_process(node, self._wiring, number)
            return self._of_processes[node]

    def in_home(self, node: NodeName) -> CommandRunner:
        """See the contract. A helper that may do what the node may."""
        with self._locks[node]:
            return self._disks[node].helper()

    def prepare_faults(self) -> None:
        """See the contract."""
        running = [node for node in self.nodes if self.state(node) is NodeState.RUNNING]
        side_by_side(self.in_network_namespace, [n for n in running if self._wiring.inside(n)])
        side_by_side(self.in_home, self._disks)

    def hints(self) -> Mapping[str, str]:
        """See the contract."""
        node = self.nodes[0] if self.nodes else NodeName("node-1")
        inside = self._wiring.inside(node)
        disk = self._disks.get(node)
        home = {"look at a node's home": shlex.join([*disk.inside, "ls", "-R"])} if disk else {}
        links = {"look at a node's links": " ".join([*inside, "ss -tn"])} if inside else {}
        return {
            "read a node's log": f"tail -f {self._log(node)}",
            **links,
            **home,
            "see all of it": f"ls {self._folder}",
        }

    def destroy(self) -> None:
        """See the contract."""
        for agents in (self._of_links, self._of_processes):
            side_by_side(Agent.close, agents.values())
            agents.clear()
        side_by_side(Door.close, self._doors.values())
        self._doors.clear()
        side_by_side(NodeProcess.kill, self._processes.values())
        self._processes.clear()
        side_by_side(Disk.close, self._disks.values())
        self._disks.clear()
        self._wiring.destroy()
        remove_network(self._wiring.mark)  # whatever else has the mark, and the folder

    def _started(self, node: NodeBlueprint) -> NodeProcess:
        folder = self._program_of(node)
        program, *words = node.command
        argv = (str(folder / program), *words)
        inside = self._wiring.inside(node.name)
        if self._is_root:
            argv = (*_WITHOUT_RIGHTS, *argv)
        if node.name in self._disks:
            argv = (*self._disks[node.name].inside, *argv)
        if inside:
            door = Door(inside, _api_of(node.address), self._wiring.mark)
            self._doors[node.name] = door
            argv = (*inside, "sh", "-c", _GIVE_UP_SOON, "sh", *argv)
        home = Path(node.address.home)
        return NodeProcess(
            argv,
            environment=programs.environment(folder, home, self._wiring.mark),
            folder=self._of(node.name),
            log=self._log(node.name),
        )

    def _program_of(self, node: NodeBlueprint) -> Path:
        return self._unpacked(node.software or self._software)

    def _fill(self, node: NodeBlueprint) -> None:
        folders.make_open(self._of(node.name))
        home = Path(node.address.home)
        if self.disk is not None:
            home.mkdir()
            self._disks[node.name] = Disk(home, self.disk, USER, self._wiring.mark)
            home = self._disks[node.name].place
        folders.fill(home, node.files, USER if self._is_root else None)

    def _clear(self, node: NodeName) -> None:
        disk = self._disks.pop(node, None)
        if disk is not None:
            disk.close()
        shutil.rmtree(self._of(node), ignore_errors=True)

    def _unplug(self, node: NodeName) -> None:
        with self._locks[node]:
            for agents in (self._of_links, self._of_processes):
                agent = agents.pop(node, None)
                if agent is not None:
                    agent.close()
            door = self._doors.pop(node, None)
            if door is not None:
                door.close()

    def _of(self, node: NodeName) -> Path:
        return self._folder / node

    def _log(self, node: NodeName) -> Path:
        return self._of(node) / "log"


def home_of(mark: str, node: NodeName) -> str:
    """The home of a node, which its blueprint has to know before it is there."""
    return str(folders.of_network(mark) / node / "home")


def _api_of(address: NodeAddress) -> str:
    return f"{address.host}:{address.ports[API]}"


def _last_lines(path: Path, count: int) -> str:
    """The end of a file that may be large, read from its end."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        read = b""
        while position > 0 and read.count(b"\n") <= count:
            step = min(_BLOCK, position)
            position -= step
            file.seek(position)
            read = file.read(step) + read
    lines = read.decode(errors="replace").splitlines(keepends=True)
    return "".join(lines[-count:])
