"""Makes containers as they are meant to be, whatever else this host would do to every container."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container
from testcontainers.core.docker_client import DockerClient


def create(docker: DockerClient, image: str, **words: Any) -> Container:
    """A container that is not started. Raises what the Docker SDK raises.

    An engine that is told to (``"init": true``) puts a process of its own before the program, and
    faults of one process would be done to that one. The SDK gives every container the proxies of
    ``~/.docker/config.json``: nodes would talk to each other through these, and know their
    passwords.
    """
    return docker.create(image, init=False, use_config_proxy=False, **words)
