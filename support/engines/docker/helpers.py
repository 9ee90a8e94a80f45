"""Fault helpers: containers beside a node that may do to it what the node itself may not."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import Enum
from typing import Any

from docker.models.containers import Container
from testcontainers.core.docker_client import DockerClient

from support.engines.agent import Agent
from support.engines.docker.attached import Attached
from support.engines.docker.creating import create
from support.engines.docker.sweep import remove


class Kind(Enum):
    """What a helper is for. The value is a part of its container's name."""

    #: Changes the node's links: it shares the node's interfaces, and nothing else of it.
    LINKS = "faults"
    #: Changes what the node's process is told: it sees that process, and no other but itself.
    PROCESS = "process"


class Helper:
    """One helper, which ends when nobody talks to it any more, and with its node at the latest."""

    def __init__(
        self,
        docker: DockerClient,
        image: str,
        named: str,
        *,
        kind: Kind,
        node: Container,
        labels: Mapping[str, str],
    ) -> None:
        self._container = create(
            docker,
            image,
            name=f"{named}-{kind.value}-{secrets.token_hex(2)}",
            labels=dict(labels),
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            read_only=True,
            tmpfs={"/run": "", "/tmp": ""},
            stdin_open=True,
            **_rights(kind, str(node.id)),
        )
        try:
            self.agent = Agent(str(self._container.name), Attached(self._container))
            docker.start(self._container)
        except BaseException:
            remove(self._container)
            raise

    def close(self) -> None:
        """Hang up, and remove its container."""
        self.agent.close()
        remove(self._container)


def _rights(kind: Kind, node: str) -> dict[str, Any]:
    if kind is Kind.LINKS:
        # raw: to send a packet twice
        return {"network": f"container:{node}", "cap_add": ["NET_ADMIN", "NET_RAW"]}
    return {
        "network": "none",
        "pid_mode": f"container:{node}",
        # the node is the first process of its container, and runs as somebody else than the helper
        "environment": {"ACCORD_PROCESS": "1"},
        "cap_add": ["SYS_PTRACE", "DAC_OVERRIDE"],
    }
