"""The containers of one network: one per node, and one fault helper beside each."""

from __future__ import annotations

import io
import secrets
import tarfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from docker.errors import APIError, NotFound
from docker.models.containers import Container
from docker.models.networks import Network
from docker.types import EndpointConfig, LogConfig, Mount
from testcontainers.core.docker_client import DockerClient

from support.domain import EnvironmentProblem, Megabytes, NodeName, NodeState, in_order
from support.engines.contract import (
    API,
    CommandRunner,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
)
from support.engines.docker.creating import create
from support.engines.docker.disks import HOME, USER, Disk
from support.engines.docker.errors import told_plainly
from support.engines.docker.freezing import freeze
from support.engines.docker.helpers import Helper, Kind
from support.engines.docker.labels import labels
from support.engines.docker.sweep import Filters, remove
from support.engines.runs import Run
from support.parallel import side_by_side

#: Without it a cut leaves connections half open and healing takes 90 s instead of 3 (measured).
_SYSCTLS = {"net.ipv4.tcp_retries2": "4"}
#: Seconds that a node has to end in order before it is killed.
_PATIENCE_TO_STOP = 10


class DockerDeployment:
    """See :class:`~support.engines.contract.Deployment`.

    ``image`` knows the image of software; ``software`` is what nodes run whose blueprint says
    nothing of it.
    """

    def __init__(
        self,
        *,
        docker: DockerClient,
        run: Run,
        token: str,
        network: Network,
        software: Software,
        image: Callable[[Software], str],
        faultbox: Callable[[], str],
        disk: Megabytes | None,
    ) -> None:
        self.token = token
        self.disk = disk
        self._docker = docker
        self._run = run
        self._network = network
        self._software = software
        self._image = image
        self._faultbox = faultbox
        self._blueprints: dict[NodeName, NodeBlueprint] = {}
        self._containers: dict[NodeName, Container] = {}
        #: Those that ran other software on the disk that a node has, oldest first. They hold the
        #: disk and the log; all of them go with it.
        self._former: dict[NodeName, list[Container]] = {}
        self._helpers: dict[tuple[NodeName, Kind], Helper] = {}
        self._helper_locks: dict[NodeName, threading.Lock] = {}
        self._disks: dict[NodeName, Disk] = {}

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        """See the contract."""
        return tuple(in_order(self._containers))

    def endpoints(self, node: NodeName) -> Endpoints:
        """Loopback addresses; Docker gives new ports whenever a container starts."""
        with told_plainly(f"looking up the ports of {node}"):
            container = self._containers[node]
            container.reload()
            published: Mapping[str, Any] = container.attrs["NetworkSettings"]["Ports"] or {}
            port = f"{self._blueprints[node].address.ports[API]}/tcp"
            bindings = published.get(port)
        if not bindings:
            raise EnvironmentProblem(f"{node} is not running, so it has no address to talk to")
        return {API: f"127.0.0.1:{bindings[0]['HostPort']}"}

    def address(self, node: NodeName) -> NodeAddress:
        """See the contract."""
        return self._blueprints[node].address

    def state(self, node: NodeName) -> NodeState:
        """See the contract."""
        with told_plainly(f"looking at {node}"):
            container = self._containers[node]
            container.reload()
        if container.attrs["State"]["Paused"]:
            return NodeState.PAUSED
        return NodeState.RUNNING if container.attrs["State"]["Running"] else NodeState.STOPPED

    def start(self, node: NodeName) -> None:
        """See the contract."""
        if self.state(node) is NodeState.STOPPED:
            self._drop_helpers(node)  # of one that has died by itself there is still a helper
        with told_plainly(f"starting {node}"):
            self._containers[node].start()

    def stop(self, node: NodeName) -> None:
        """See the contract."""
        with told_plainly(f"stopping {node}"):
            self._containers[node].stop(timeout=_PATIENCE_TO_STOP)
        self._drop_helpers(node)

    def kill(self, node: NodeName) -> None:
        """See the contract."""
        with told_plainly(f"killing {node}"):
            self._containers[node].kill("SIGKILL")
            self._containers[node].wait(timeout=_PATIENCE_TO_STOP)
        self._drop_helpers(node)

    def pause(self, node: NodeName) -> None:
        """See the contract."""
        with told_plainly(f"freezing {node}"):
            freeze(self._containers[node])

    def resume(self, node: NodeName) -> None:
        """See the contract."""
        with told_plainly(f"waking {node}"):
            self._containers[node].unpause()

    def wipe(self, node: NodeName) -> None:
        """A new container in the place of the old one, not started."""
        self._drop_helpers(node)
        with told_plainly(f"giving {node} an empty disk"):
            self._drop_former(node)
            remove(self._containers[node])
            self._drop_disk(node)
            self._containers[node] = self._create(self._blueprints[node])

    def change_software(self, node: NodeName, software: Software, command: tuple[str, ...]) -> None:
        """A new container, not started, that has the disk of the old one.

        The old one stays: an unnamed volume lives as long as a container that has it.
        """
        if self.state(node) is not NodeState.STOPPED:
            raise EnvironmentProblem(f"{node} is running, so its program cannot be changed")
        self._drop_helpers(node)
        old = self._containers[node]
        blueprint = replace(self._blueprints[node], software=software, command=command)
        self._image(software)  # what cannot be had is told of before anything has changed
        with told_plainly(f"giving {node} another program"):
            former = self._former.setdefault(node, [])
            old.rename(f"{self._named(node)}-{len(former)}")
            new = self._create(blueprint, disk_of=old)
        former.append(old)
        self._containers[node], self._blueprints[node] = new, blueprint

    def add(self, node: NodeBlueprint) -> None:
        """See the contract."""
        self._blueprints[node.name] = node
        self._helper_locks[node.name] = threading.Lock()
        with told_plainly(f"starting {node.name}"):
            container = self._create(node)
            self._containers[node.name] = container
            self._docker.start(container)

    def remove(self, node: NodeName) -> None:
        """See the contract."""
        self._drop_helpers(node)
        with told_plainly(f"removing {node}"):
            self._drop_former(node)
            remove(self._containers.pop(node))
            self._drop_disk(node)

    def freeze(self) -> None:
        """See the contract."""
        self._in_every_container(freeze, "freezing the network")

    def thaw(self) -> None:
        """See the contract."""
        self._in_every_container(Container.unpause, "waking the network")

    def logs(self, node: NodeName, *, tail: int = 200) -> str:
        """See the contract."""
        with told_plainly(f"reading the log of {node}"):
            newest = self._containers.get(node)
            if newest is None:
                raise EnvironmentProblem(f"{node} has no log: it is not there")
            containers = [*self._former.get(node, ()), newest]
            told = b"".join(each.logs(tail=tail, timestamps=True) for each in containers)
        lines = told.decode(errors="replace").splitlines(keepends=True)
        return "".join(lines[-tail:])

    def in_network_namespace(self, node: NodeName) -> CommandRunner:
        """A helper with NET_ADMIN that shares the node's interfaces, and nothing else of it.

        A node that was started anew has new interfaces, and so gets a new helper.
        """
        return self._helper(node, Kind.LINKS)

    def in_process(self, node: NodeName) -> CommandRunner:
        """See the contract."""
        return self._helper(node, Kind.PROCESS)

    def in_home(self, node: NodeName) -> CommandRunner:
        """See the contract. The holder of its disk has no other right than the node."""
        return self._disks[node].helper

    def prepare_faults(self) -> None:
        """See the contract."""
        running = [node for node in self.nodes if self.state(node) is NodeState.RUNNING]
        side_by_side(self.in_network_namespace, running)

    def hints(self) -> Mapping[str, str]:
        """See the contract."""
        named = f"accord-{self._run.id}-{self.token}"
        of_network = f"--filter label=accord.run={self._run.id}"
        return {
            "read a node's log": f"docker logs -f {named}-node-1",
            "see all of it": f"docker ps --all {of_network}",
        }

    def destroy(self) -> None:
        """See the contract."""
        for key in list(self._helpers):
            self._helpers.pop(key).agent.close()
        for node in list(self._disks):
            self._disks.pop(node).helper.close()
        with told_plainly("removing a network"):
            mine: Filters = {
                "label": [f"accord.run={self._run.id}", f"accord.network={self.token}"]
            }
            containers = self._docker.client.containers.list(
                all=True, filters=mine, ignore_removed=True
            )
            side_by_side(remove, containers)
            self._containers.clear()
            self._former.clear()
            try:
                self._network.remove()
            except NotFound:
                pass

    def _create(self, node: NodeBlueprint, *, disk_of: Container | None = None) -> Container:
        """The container of one node, its files in place, not started. It may do next to nothing.

        With ``disk_of`` it has the disk of another one, with all that is on it.
        """
        home = {"volumes_from": [disk_of.id]} if disk_of else self._home_of(node.name)
        container = create(
            self._docker,
            self._image(node.software or self._software),
            command=list(node.command),
            name=self._named(node.name),
            hostname=node.name,
            labels=labels(self._run.id, self.token, node.name),
            ports={f"{node.address.ports[API]}/tcp": ("127.0.0.1", None)},
            network=str(self._network.name),
            networking_config={
                str(self._network.name): EndpointConfig(
                    self._docker.client.api.api_version, ipv4_address=node.address.host
                )
            },
            user=str(USER),
            read_only=True,
            tmpfs={"/tmp": ""},
            **home,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            sysctls=_SYSCTLS,
            log_config=LogConfig(type="json-file", config={"max-size": "20m", "max-file": "2"}),
        )
        if disk_of is not None:
            return container
        try:
            container.put_archive(HOME, archive(node.files))
        except BaseException:
            remove(container)
            raise
        return container

    def _home_of(self, node: NodeName) -> dict[str, Any]:
        known_as = labels(self._run.id, self.token, node)
        if self.disk is None:
            # a volume without a name goes with its container
            return {"mounts": [Mount(HOME, None, labels=known_as)]}
        disk = self._disks[node] = Disk(
            self._docker,
            self._faultbox(),
            f"{self._named(node)}-disk-{secrets.token_hex(2)}",
            size=self.disk,
            labels=labels(self._run.id, self.token),
        )
        return {"volumes_from": [disk.holder.id]}

    def _drop_former(self, node: NodeName) -> None:
        for container in self._former.pop(node, ()):
            remove(container)

    def _drop_disk(self, node: NodeName) -> None:
        disk = self._disks.pop(node, None)
        if disk is not None:
            disk.close()

    def _helper(self, node: NodeName, kind: Kind) -> CommandRunner:
        with self._helper_locks[node]:
            helper = self._helpers.get((node, kind))
            if helper is None or helper.agent.gone:
                with told_plainly(f"starting a fault helper of {node}"):
                    helper = Helper(
                        self._docker,
                        self._faultbox(),
                        self._named(node),
                        kind=kind,
                        node=self._containers[node],
                        labels=labels(self._run.id, self.token),
                    )
                self._helpers[node, kind] = helper
            return helper.agent

    def _drop_helpers(self, node: NodeName) -> None:
        with self._helper_locks[node]:
            for kind in Kind:
                helper = self._helpers.pop((node, kind), None)
                if helper is not None:
                    with told_plainly(f"removing a fault helper of {node}"):
                        helper.close()

    def _in_every_container(self, action: Callable[[Container], None], doing: str) -> None:
        def act(node: NodeName) -> None:
            try:
                action(self._containers[node])
            except APIError as error:
                # a node that a scenario has stopped cannot be frozen, and need not be
                if "not running" not in str(error) and "not paused" not in str(error):
                    raise

        with told_plainly(doing):
            side_by_side(act, self.nodes)

    def _named(self, node: NodeName) -> str:
        return f"accord-{self._run.id}-{self.token}-{node}"


def archive(files: Mapping[str, bytes]) -> bytes:
    """A tar of a node's files and their folders, owned by the node's user and nobody else's."""
    buffer = io.BytesIO()
    folders = {
        "/".join(parts[:depth])
        for path in files
        for parts in [path.split("/")]
        for depth in range(1, len(parts))
    }
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for folder in sorted(folders):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode, entry.uid, entry.gid = tarfile.DIRTYPE, 0o700, USER, USER
            archive.addfile(entry)
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.uid, entry.gid = len(content), 0o600, USER, USER
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
