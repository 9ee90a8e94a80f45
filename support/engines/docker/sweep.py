"""Removes what a run has on a Docker Engine, by the run's label and by nothing else.

Two may do so at once: the janitor of a run that was killed, and the next run.
"""

from __future__ import annotations

import logging
from contextlib import suppress

import docker.errors
from docker.models.containers import Container
from docker.models.networks import Network
from docker.models.volumes import Volume
from testcontainers.core.docker_client import DockerClient

import docker
from support.domain import EnvironmentProblem
from support.engines import runs
from support.engines.docker.asking import PATIENCE, ask_again
from support.engines.docker.errors import told_plainly
from support.engines.docker.labels import OWNER, RUN
from support.parallel import side_by_side

#: Seconds that the daemon may take for one answer; creating a container on a busy host takes 5.
_ANSWER = 60


#: What the daemon says of a network, and of a volume, while a container is just being removed.
_STILL_USED = ("active endpoints", "volume is in use")

#: What the SDK selects containers and networks by.
Filters = dict[str, str | list[str] | bool]


def connect() -> DockerClient:
    """A connection to the Docker Engine of this host that many threads can share."""
    logging.getLogger("testcontainers").setLevel(logging.WARNING)
    with told_plainly("connecting to it"):
        return DockerClient(timeout=_ANSWER, max_pool_size=64)


def sweep(run_id: str) -> int:
    """Remove the run's containers, its disks and its networks; how many there were."""
    client = connect().client
    mine: Filters = {"label": f"{RUN}={run_id}"}
    with told_plainly(f"cleaning up after run {run_id}"):
        containers = client.containers.list(all=True, filters=mine, ignore_removed=True)
        removed = side_by_side(remove, containers)
        networks = client.networks.list(filters=mine)
        # a disk goes with its container, but for one whose container was removed by others
        volumes = client.volumes.list(filters=mine)
        for network in networks:
            remove_when_free(network)
        for volume in volumes:
            remove_when_free(volume)
    return sum(removed.values()) + len(networks) + len(volumes)


def remove(container: Container) -> bool:
    """Remove one container and its disk; False when somebody else was faster."""
    try:
        container.remove(force=True, v=True)
    except docker.errors.NotFound:
        return False
    except docker.errors.APIError as error:
        if "already in progress" in str(error):
            return False
        raise
    return True


def remove_when_free(thing: Network | Volume, *, patience: float = PATIENCE) -> None:
    """Remove it, also where somebody else is just removing the containers in it, or has removed it.

    ``patience`` in seconds. Raises :class:`docker.errors.APIError` when it stays in use.
    """
    with suppress(docker.errors.NotFound):
        ask_again(thing.remove, _STILL_USED, patience=patience)


def dead_runs() -> list[str]:
    """Ids of this user's runs that are over and have left containers, networks or disks."""
    client = connect().client
    mine: Filters = {"label": f"{OWNER}={runs.owner()}"}
    try:
        with told_plainly("looking for what earlier runs have left"):
            found = {
                container.labels[RUN]
                for container in client.containers.list(all=True, filters=mine, ignore_removed=True)
            }
            for things in (client.networks, client.volumes):
                found |= {each.attrs["Labels"][RUN] for each in things.list(filters=mine)}
    except KeyError as missing:
        raise EnvironmentProblem(
            f"something is labelled as Accord's, but has no {missing}"
        ) from None
    return sorted(run_id for run_id in found if runs.is_over(run_id))
