"""Runs nodes as processes of this machine: where there is no Docker, and as fast as it gets."""

from __future__ import annotations

import platform
import secrets
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from support.domain import Capability, EnvironmentProblem, Megabytes, NodeName
from support.engines.contract import (
    SHARED_CLOCK,
    SHARED_DISK,
    AddressPlan,
    Blueprint,
    NodeAddress,
    Software,
    Tools,
)
from support.engines.janitor import Janitor
from support.engines.process import disks, folders, namespaces, programs
from support.engines.process.deployment import ProcessDeployment, home_of
from support.engines.process.helper import why_no_process_can_be_changed
from support.engines.process.loopback import Loopback
from support.engines.process.sweep import dead_runs, remove_network, sweep
from support.engines.process.wiring import Wiring
from support.engines.runs import Run
from support.parallel import side_by_side

__all__ = ["ENGINE", "INSTEAD", "ProcessEngine", "dead_runs", "prepare", "sweep", "why_not"]

#: What is said when this engine stands in for another one.
INSTEAD = "the nodes run as processes of this machine"

#: Seconds that a tool of the implementation may take.
_TOOL = 60

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Place:
    """What a plan reserves: a folder, and the links that nodes will be attached to."""

    token: str
    wiring: Wiring


class ProcessEngine:
    """See :class:`~support.engines.contract.Engine`.

    As root on Linux every node has a network namespace; otherwise all share the loopback, and
    links cannot be changed.
    """

    name = "process"

    def __init__(self, run: Run, say: Say) -> None:
        self._run = run
        self._say = say
        self._deployments: list[ProcessDeployment] = []
        self._programs: dict[Software, Path] = {}
        why_not = namespaces.why_impossible()
        self._wiring: Callable[[str], Wiring] = Loopback if why_not else namespaces.Namespaces
        of_links = {Capability.LINK_FAULTS, Capability.LINK_QUALITY}
        self.lacks = dict.fromkeys(of_links, _sharing(why_not)) if why_not else {}
        if no_disks := disks.why_impossible():
            self.lacks[Capability.DISK_LIMITS] = f"all nodes share one disk, because {no_disks}"
        if no_changes := why_no_process_can_be_changed():
            self.lacks[Capability.NODE_CLOCKS] = f"{SHARED_CLOCK}, because {no_changes}"
            self.lacks[Capability.SLOW_DISKS] = f"{SHARED_DISK}, because {no_changes}"
        of_processes = {Capability.NODE_CLOCKS, Capability.SLOW_DISKS}
        known = {Capability.NODE_FAULTS, Capability.DISK_LIMITS} | of_processes | of_links
        self.capabilities = frozenset(known - self.lacks.keys())
        self.version = f"{platform.system()} {platform.release()}"
        folders.root()  # one that cannot be used is told of before anything starts
        self._janitor = Janitor(self.name, run.id)

    def tools(self, software: Software) -> Tools:
        """Runs the program in an empty folder, with an environment of its own."""

        def run_once(argv: Sequence[str], *, collect: str) -> bytes:
            program = self._program(software)
            # like a network's: a janitor finds the folder, and by its mark the process
            mark = f"{self._run.id}-tools-{secrets.token_hex(3)}"
            folder = folders.make_network(mark)
            command = [str(program / argv[0]), *argv[1:]]
            try:
                _run_tool(command, folder, programs.environment(program, folder, mark))
                return (folder / collect).read_bytes()
            except OSError as problem:
                raise EnvironmentProblem(
                    f"`{' '.join(argv)}` left no {collect}: {problem}"
                ) from problem
            finally:
                remove_network(mark)

        return run_once

    def address_plan(self, nodes: Sequence[NodeName], ports: Mapping[str, int]) -> AddressPlan:
        """A folder and links of the network's own, and an address for every node."""
        token = secrets.token_hex(3)
        mark = f"{self._run.id}-{token}"
        folders.make_network(mark)
        try:
            place = _Place(token, self._wiring(mark))
        except BaseException:
            remove_network(mark)
            raise
        return AddressPlan({node: _address(place, node, ports) for node in nodes}, token=place)

    def release(self, plan: AddressPlan) -> None:
        """Remove folder and links again."""
        wiring = _place(plan).wiring
        wiring.destroy()
        remove_network(wiring.mark)

    def further_address(self, plan: AddressPlan, node: NodeName) -> NodeAddress:
        """One more address on the same links."""
        return _address(_place(plan), node, next(iter(plan.nodes.values())).ports)

    def deploy(
        self, blueprint: Blueprint, plan: AddressPlan, *, disk: Megabytes | None = None
    ) -> ProcessDeployment:
        """One process per node, started side by side."""
        place = _place(plan)
        self._program(blueprint.software)  # once, and not by each of its nodes
        if disk is not None and Capability.DISK_LIMITS in self.lacks:
            self.release(plan)
            raise EnvironmentProblem(self.lacks[Capability.DISK_LIMITS])
        deployment = ProcessDeployment(
            run=self._run,
            token=place.token,
            wiring=place.wiring,
            software=blueprint.software,
            unpacked=self._program,
            disk=disk,
        )
        self._deployments.append(deployment)
        try:
            names = [node.name for node in blueprint.nodes]
            side_by_side(lambda name: deployment.add(blueprint.node(name)), names)
        except BaseException:
            with suppress(EnvironmentProblem):  # the reason that it failed matters more
                deployment.destroy()
            raise
        return deployment

    def close(self) -> None:
        """Remove all networks of the run, and let the janitor go."""
        for deployment in self._deployments:
            deployment.destroy()
        sweep(self._run.id)
        self._janitor.dismiss()

    def _program(self, software: Software) -> Path:
        if software not in self._programs:
            self._programs[software] = programs.ensure_program(software, self._say)
        return self._programs[software]


def prepare(software: Software, say: Say) -> None:
    """Have ready what takes long: the program, unpacked."""
    programs.ensure_program(software, say)


def why_not() -> str | None:
    """Every machine can run processes."""
    return None


def _sharing(why_not: str) -> str:
    return (
        f"the nodes share this machine's loopback, where links cannot be changed, because {why_not}"
    )


def _address(place: _Place, node: NodeName, ports: Mapping[str, int]) -> NodeAddress:
    return place.wiring.address(node, ports, home_of(place.wiring.mark, node))


def _run_tool(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    said = f"`{Path(command[0]).name} {' '.join(command[1:])}`"
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TOOL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise EnvironmentProblem(f"{said} cannot be run: {problem}") from problem
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip()[-400:]
        raise EnvironmentProblem(f"{said} ended with {done.returncode}: {last}")


def _place(plan: AddressPlan) -> _Place:
    assert isinstance(plan.token, _Place), "the plan was made by another engine"
    return plan.token


ENGINE = ProcessEngine
