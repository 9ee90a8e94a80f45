"""Turns what the Docker SDK raises into one sentence for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import docker.errors

from support.domain import EnvironmentProblem

NO_DOCKER = (
    "no Docker Engine answers on this machine: start one (`make engine` does it on Debian as root; "
    "Docker Desktop or colima elsewhere) and try again"
)
NO_PERMISSION = (
    "the Docker Engine does not let this user in: add the user to the group `docker`, log in again "
    "and try again"
)
DISK_FULL = (
    "the disk of the Docker Engine is full: free some space (`docker system df`) and try again"
)


@contextmanager
def told_plainly(doing: str) -> Iterator[None]:
    """Raise :class:`EnvironmentProblem` for whatever the engine says no to while ``doing`` this.

    The SDK raises its own errors for answers, and errors that are OSErrors for a daemon that
    does not answer or goes away.
    """
    try:
        yield
    except (docker.errors.DockerException, OSError) as error:
        raise EnvironmentProblem(plain_words(doing, error)) from error


def plain_words(doing: str, error: Exception) -> str:
    """The sentence for one error."""
    words = str(error)
    if "no space left on device" in words:
        return DISK_FULL
    if isinstance(error, OSError) and error.filename and "docker.sock" not in str(error.filename):
        return f"{doing} failed: {error.filename}: {error.strerror}"
    if "Permission denied" in words or "PermissionError" in words:
        return NO_PERMISSION
    if isinstance(error, docker.errors.APIError):
        return f"the Docker Engine said no while {doing}: {error.explanation or words}"
    if "timed out" in words.lower():
        return f"the Docker Engine stopped answering while {doing}: look at the daemon and its log"
    if any(sign in words for sign in ("Connection aborted", "Connection refused", "No such file")):
        return f"{NO_DOCKER} (while {doing})"
    return f"the Docker Engine failed while {doing}: {words}"
