"""The bare floor of containers: the same nodes, started by the plainest possible Docker calls."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from docker.models.containers import Container
from docker.types import EndpointConfig, IPAMConfig, IPAMPool, Mount

import docker
from bench.floor import Floor, await_first_block
from support.domain import NodeName
from support.engines.contract import API, AddressPlan, Blueprint, NodeBlueprint
from support.engines.docker.deployment import archive
from support.engines.docker.disks import HOME
from support.engines.docker.engine import DockerEngine
from support.engines.docker.labels import labels
from support.engines.runs import Run
from support.implementations.contract import Implementation
from support.topology import Topology


def measure_floor(
    topology: Topology, implementation: Implementation, engine: DockerEngine, run: Run
) -> Floor:
    """Start prepared nodes by hand, wait for block 1 on each, remove them.

    Homes and keys are made before the clock starts. The calls are those that cannot be left out:
    a network, and per node create, copy the home, start. No limits, labels for cleaning only.
    """
    plan = engine.address_plan(topology.names, implementation.ports)
    blueprint = implementation.blueprint(topology, plan, engine.tools(implementation.software))
    image = engine.image(blueprint.software)
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
        await_first_block(implementation, blueprint, _endpoints(blueprint, containers))
        ready = time.monotonic() - started
        list(pool.map(lambda container: container.remove(force=True, v=True), containers))
    network.remove()
    client.close()
    return Floor(ready, time.monotonic() - started - ready)


def _endpoints(blueprint: Blueprint, containers: list[Container]) -> dict[NodeName, str]:
    endpoints = {}
    for node, container in zip(blueprint.nodes, containers, strict=True):
        container.reload()
        port = container.attrs["NetworkSettings"]["Ports"][f"{node.address.ports[API]}/tcp"]
        endpoints[node.name] = f"127.0.0.1:{port[0]['HostPort']}"
    return endpoints


def _subnet_of(plan: AddressPlan) -> str:
    return str(plan.token.subnet)  # type: ignore[attr-defined]
