"""What is left of a run on each engine, looked for by other means than those of the suite."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import docker


class Host(Protocol):
    """The machine, as far as one engine uses it."""

    #: How many things of a run with four nodes there are at least in the middle of a partition.
    least: int

    def left_of(self, run_id: str) -> list[str]:
        """Everything that is there because of a run."""
        ...

    def somebody_elses_is_there(self) -> bool:
        """Whether the thing that is not ours is as it was."""
        ...


class Containers:
    """The containers, networks and disks of a Docker Engine."""

    least = 9  # four nodes, their helpers and their network

    def __init__(self, client: docker.DockerClient) -> None:
        self._client = client
        image = client.images.list(filters={"label": "accord.image=true"})[0]
        self.somebody_elses = client.containers.create(image, ["injectived"], network="none")

    def left_of(self, run_id: str) -> list[str]:
        """See the host."""
        label = {"label": f"accord.run={run_id}"}
        containers = self._client.containers.list(
            all=True,
            filters=label,  # type: ignore[arg-type]
            ignore_removed=True,
        )
        things = [str(container.name) for container in containers]
        things += [str(network.name) for network in self._client.networks.list(filters=label)]
        things += [str(volume.name) for volume in self._client.volumes.list(filters=label)]
        return things + _processes(run_id)

    def somebody_elses_is_there(self) -> bool:
        """See the host."""
        self.somebody_elses.reload()  # raises NotFound
        return True


class Processes:
    """The processes, namespaces, interfaces and folders of this machine."""

    least = 14  # four nodes and doors, their namespaces and that of the bridge, their folder

    def __init__(self) -> None:
        self._interfaces = _interfaces()
        _ip("netns", "add", "somebody-elses")

    def left_of(self, run_id: str) -> list[str]:
        """See the host."""
        things = [line for line in _ip("netns").splitlines() if run_id in line]
        things += [str(path) for path in Path("/var/tmp").glob(f"accord-*/networks/{run_id}-*")]
        things += sorted(_interfaces() - self._interfaces)
        return things + _processes(run_id)

    def somebody_elses_is_there(self) -> bool:
        """See the host."""
        return "somebody-elses" in _ip("netns")


@contextmanager
def host_of(engine: str) -> Iterator[Host]:
    """The machine as ``engine`` sees it, with something on it that is not ours."""
    if engine == "process":
        processes = Processes()
        yield processes
        _ip("netns", "delete", "somebody-elses")
        return
    client = docker.from_env()
    containers = Containers(client)
    yield containers
    containers.somebody_elses.remove(force=True)
    client.close()


def _processes(run_id: str) -> list[str]:
    """Ids of those whose command line or environment names the run, the janitor's among them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if run_id.encode() in told:
            found.append(process.name)
    return found


def _interfaces() -> set[str]:
    return {path.name for path in Path("/sys/class/net").iterdir()}


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=True).stdout
