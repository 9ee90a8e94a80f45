"""Homes on small disks of their own: volumes in memory, each held by a container beside its node.

Such a volume is mounted when the first container that has it starts, and lost when the last one
ends. The holder is there before its node and goes after it, so the node can be down meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping

from docker.models.containers import Container
from docker.types import DriverConfig, Mount
from testcontainers.core.docker_client import DockerClient

from support.domain import Megabytes
from support.engines.agent import Agent
from support.engines.docker.attached import Attached
from support.engines.docker.creating import create
from support.engines.docker.sweep import remove

#: The node's folder inside its container: a volume that belongs to the image's user.
HOME = "/home/node"
#: The user that docker/*/Dockerfile makes.
USER = 10001


class Disk:
    """The disk of one node, mounted at its home, and a helper that may do there what it may.

    ``image`` is the fault helper's.
    """

    def __init__(
        self,
        docker: DockerClient,
        image: str,
        name: str,
        *,
        size: Megabytes,
        labels: Mapping[str, str],
    ) -> None:
        options = f"size={size.bytes},mode=0700,uid={USER},gid={USER},nosuid,nodev"
        memory = DriverConfig("local", {"type": "tmpfs", "device": "accord", "o": options})
        self.holder: Container = create(
            docker,
            image,
            name=name,
            labels=dict(labels),
            # a volume without a name goes with the last container that has it, holder or node
            mounts=[Mount(HOME, None, driver_config=memory, labels=dict(labels), no_copy=True)],
            working_dir=HOME,
            user=str(USER),
            network="none",
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            read_only=True,
            stdin_open=True,
            detach=True,  # when nobody talks to it any more it goes on holding (a kept network)
        )
        try:
            self.helper = Agent(name, Attached(self.holder))
            docker.start(self.holder)
        except BaseException:
            remove(self.holder)
            raise

    def close(self) -> None:
        """Let go of it. May be called twice."""
        self.helper.close()
        remove(self.holder)
