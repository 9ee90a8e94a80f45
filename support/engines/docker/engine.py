"""Runs nodes in containers, through testcontainers."""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from docker.errors import APIError
from docker.models.networks import Network
from docker.types import IPAMConfig, IPAMPool
from testcontainers.core.config import testcontainers_config
from testcontainers.core.docker_client import DockerClient

from support.domain import Capability, EnvironmentProblem, Megabytes, NodeName, node_number
from support.engines.contract import (
    SHARED_CLOCK,
    SHARED_DISK,
    AddressPlan,
    Blueprint,
    NodeAddress,
    Software,
    Tools,
)
from support.engines.docker import images
from support.engines.docker.creating import create
from support.engines.docker.deployment import DockerDeployment
from support.engines.docker.disks import HOME
from support.engines.docker.errors import NO_DOCKER, NO_PERMISSION, told_plainly
from support.engines.docker.labels import labels
from support.engines.docker.sweep import connect, dead_runs, sweep
from support.engines.janitor import Janitor
from support.engines.runs import Run
from support.engines.subnets import address_of, candidates, host_routes
from support.parallel import side_by_side

__all__ = ["ENGINE", "INSTEAD", "DockerEngine", "dead_runs", "prepare", "sweep", "why_not"]

#: What is said when this engine stands in for another one.
INSTEAD = "the nodes run in containers"

# Ryuk is an image from a registry that may not be there, and sweeps by its own label;
# the janitor does its work for ours.
testcontainers_config.ryuk_disabled = True

#: A folder of every image that has nothing in it and may be written to.
_EMPTY = "/tmp"


@dataclass(frozen=True)
class _Place:
    """What a plan reserves: the network that nodes will be attached to."""

    token: str
    network: Network
    subnet: IPv4Network


class DockerEngine:
    """See :class:`~support.engines.contract.Engine`. Works with any Docker Engine on this host."""

    name = "docker"
    capabilities = frozenset(
        {
            Capability.LINK_FAULTS,
            Capability.LINK_QUALITY,
            Capability.NODE_FAULTS,
            Capability.DISK_LIMITS,
            Capability.SLOW_DISKS,
            Capability.NODE_CLOCKS,
        }
    )

    def __init__(self, run: Run, say: Callable[[str], None]) -> None:
        self._run = run
        self._say = say
        self._docker: DockerClient = connect()
        with told_plainly("asking for its version"):
            about = self._docker.client.version()
        self.version = str(about["Version"])
        self.lacks: Mapping[Capability, str] = _lacking_on(str(about["Arch"]))
        self._deployments: list[DockerDeployment] = []
        self._images: dict[Software, str] = {}
        self._janitor = Janitor(self.name, run.id)

    def tools(self, software: Software) -> Tools:
        """Runs the program in a container with no network, which is removed at once."""

        def run_once(argv: Sequence[str], *, collect: str) -> bytes:
            with told_plainly(f"running `{argv[0]}`"):
                container = create(
                    self._docker,
                    self.image(software),
                    command=list(argv),
                    labels=labels(self._run.id, "tools"),
                    network="none",
                    cap_drop=["ALL"],
                    working_dir=_EMPTY,
                )
                try:
                    self._docker.start(container)
                    status = container.wait(timeout=60)["StatusCode"]
                    if status:
                        last = container.logs(tail=5).decode(errors="replace").strip()
                        raise EnvironmentProblem(f"`{' '.join(argv)}` ended with {status}: {last}")
                    stream, _ = container.get_archive(f"{_EMPTY}/{collect}")
                    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
                        content = archive.extractfile(archive.getmembers()[0])
                        assert content is not None, f"{collect} is not a file"
                        return content.read()
                finally:
                    container.remove(force=True, v=True)

        return run_once

    def address_plan(self, nodes: Sequence[NodeName], ports: Mapping[str, int]) -> AddressPlan:
        """A bridge network of its own, and an address on it for every node."""
        place = self._new_place()
        return AddressPlan({node: self._address(place, node, ports) for node in nodes}, token=place)

    def release(self, plan: AddressPlan) -> None:
        """Remove the bridge again."""
        with told_plainly("removing a network"):
            self._place(plan).network.remove()

    def further_address(self, plan: AddressPlan, node: NodeName) -> NodeAddress:
        """The next address on the same bridge."""
        place = self._place(plan)
        ports = next(iter(plan.nodes.values())).ports
        return self._address(place, node, ports)

    def deploy(
        self, blueprint: Blueprint, plan: AddressPlan, *, disk: Megabytes | None = None
    ) -> DockerDeployment:
        """One container per node, started side by side."""
        place = self._place(plan)
        self.image(blueprint.software)  # once, and not by each of its nodes
        deployment = DockerDeployment(
            docker=self._docker,
            run=self._run,
            token=place.token,
            network=place.network,
            software=blueprint.software,
            image=self.image,
            faultbox=lambda: images.ensure_faultbox_image(self._docker.client, self._say),
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
        self._docker.client.close()

    def image(self, software: Software) -> str:
        """The image of a node, made when it is not there yet."""
        if software not in self._images:
            with told_plainly(f"making the image of {software.name} {software.version}"):
                self._images[software] = images.ensure_node_image(
                    self._docker.client, software, self._say
                )
        return self._images[software]

    def _address(self, place: _Place, node: NodeName, ports: Mapping[str, int]) -> NodeAddress:
        host = str(address_of(place.subnet, node_number(node)))
        return NodeAddress(host=host, listen="0.0.0.0", home=HOME, ports=ports)

    def _new_place(self) -> _Place:
        with told_plainly("looking at its networks"):
            taken = [*host_routes(), *self._docker_subnets()]
        token = secrets.token_hex(3)
        for subnet in candidates(taken):
            try:
                with told_plainly("making a network"):
                    network = self._create_network(token, subnet)
            except EnvironmentProblem as problem:
                if "overlaps" in str(problem):  # somebody else took this range a moment ago
                    continue
                raise
            return _Place(token, network, subnet)
        raise EnvironmentProblem(
            "no free address range was found for a network: remove Docker networks that are no "
            "longer used (`docker network prune`)"
        )

    def _create_network(self, token: str, subnet: IPv4Network) -> Network:
        try:
            return self._docker.client.networks.create(
                f"accord-{self._run.id}-{token}",
                driver="bridge",
                labels=labels(self._run.id, token),
                options={"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"},
                ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=str(subnet))]),
            )
        except APIError as error:
            if "overlap" in str(error):
                raise EnvironmentProblem(f"{subnet} overlaps with another network") from error
            raise

    def _docker_subnets(self) -> list[IPv4Network]:
        networks = self._docker.client.networks.list()
        return subnets_told([network.attrs for network in networks])

    @staticmethod
    def _place(plan: AddressPlan) -> _Place:
        assert isinstance(plan.token, _Place), "the plan was made by another engine"
        return plan.token


def subnets_told(networks: Iterable[Mapping[str, Any]]) -> list[IPv4Network]:
    """Which ranges of IPv4 these networks have, as a Docker Engine tells of them.

    Old engines tell of one by an address in it (172.20.0.1/16), and of none as of all (0.0.0.0/0).
    """
    told = [
        IPv4Network(pool["Subnet"], strict=False)
        for network in networks
        for pool in (network.get("IPAM") or {}).get("Config") or ()
        if ":" not in pool.get("Subnet", ":")
    ]
    return [subnet for subnet in told if subnet.prefixlen]


def _lacking_on(architecture: str) -> Mapping[Capability, str]:
    if architecture == "amd64":
        return {}
    why_not = f"nobody has said how a process is told something else on {architecture}"
    return {
        Capability.SLOW_DISKS: f"{SHARED_DISK}, because {why_not}",
        Capability.NODE_CLOCKS: f"{SHARED_CLOCK}, because {why_not}",
    }


def prepare(software: Software, say: Callable[[str], None]) -> None:
    """Have ready what takes long: the images of nodes and of their fault helpers."""
    client = connect().client
    images.ensure_node_image(client, software, say)
    images.ensure_faultbox_image(client, say)


def why_not() -> str | None:
    """Why no container can be had here, in a clause; an engine that hangs is an error instead."""
    try:
        connect().client.close()
    except EnvironmentProblem as problem:
        if str(problem).startswith((NO_DOCKER, NO_PERMISSION)):
            return str(problem).partition(":")[0]
        raise
    return None


ENGINE = DockerEngine
