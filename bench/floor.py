"""The bare floor: the same nodes, started by the plainest possible Docker calls."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from docker.models.containers import Container
from docker.types import EndpointConfig, IPAMConfig, IPAMPool, Mount

import docker
from support.domain import FIRST_BLOCK
from support.engines.contract import API, AddressPlan, Blueprint, Engine, NodeBlueprint
from support.engines.docker.deployment import HOME, archive
from support.engines.docker.labels import labels
from support.engines.runs import Run
from support.implementations.contract import Implementation, Unreachable
from support.topology import Topology
from support.waiting import until


@dataclass(frozen=True)
class Floor:
    """Seconds from the first Docker call to a first block on every node, and to remove them all."""

    ready: float
    removed: float


def measure_floor(
    topology: Topology, implementation: Implementation, engine: Engine, run: Run, image: str
) -> Floor:
    """Start prepared nodes by hand, wait for block 1 on each, remove them.

    Homes and keys are made before the clock starts. The calls are those that cannot be left out:
    a network, and per node create, copy the home, start. No limits, labels for cleaning only.
    """
    plan = engine.address_plan(topology.names, implementation.ports)
    blueprint = implementation.blueprint(topology, plan, engine.tools(implementation.software))
    subnet = _subnet_of(plan)
    engine.release(plan)  # the floor makes the same network again, on its own clock
    client = docker.from_env()
    marks = labels(run.id, "floor")
    started = time.monotonic()
    network = client.networks.create(
        f"accord-floor-{run.id}",
        labels=marks,
        ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=subnet)]),
    )

    def start(node: NodeBlueprint) -> Container:
        container = client.containers.create(
            image,
            list(node.command),
            labels=marks,
            network=network.name,
            networking_config={
                str(network.name): EndpointConfig(
                    client.api.api_version, ipv4_address=node.address.host
                )
            },
            mounts=[Mount(HOME, None)],
            ports={f"{node.address.ports[API]}/tcp": ("127.0.0.1", None)},  # type: ignore[dict-item]
        )
        container.put_archive(HOME, archive(node.files))
        container.start()
        return container

    with ThreadPoolExecutor(len(blueprint.nodes)) as pool:
        containers = list(pool.map(start, blueprint.nodes))
        _await_first_block(implementation, blueprint, containers)
        ready = time.monotonic() - started
        list(pool.map(lambda container: container.remove(force=True, v=True), containers))
    network.remove()
    client.close()
    return Floor(ready, time.monotonic() - started - ready)


def _await_first_block(
    implementation: Implementation, blueprint: Blueprint, containers: list[Container]
) -> None:
    clients = []
    for node, container in zip(blueprint.nodes, containers, strict=True):
        container.reload()
        port = container.attrs["NetworkSettings"]["Ports"][f"{node.address.ports[API]}/tcp"]
        endpoint = {API: f"127.0.0.1:{port[0]['HostPort']}"}
        clients.append(implementation.client(blueprint, node.name, endpoint))

    def reached() -> bool | None:
        try:
            heights = [client.status().height for client in clients]
        except Unreachable:
            return None
        return True if min(heights) >= FIRST_BLOCK else None

    if until(reached, seconds=lambda: 120.0) is None:
        raise SystemExit("the bare nodes made no first block in 120 s: nothing can be compared")


def _subnet_of(plan: AddressPlan) -> str:
    return str(plan.token.subnet)  # type: ignore[attr-defined]
