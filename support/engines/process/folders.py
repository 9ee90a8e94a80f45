"""Where the processes of networks have their homes, and where programs are unpacked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from support.domain import EnvironmentProblem

#: On a disk and not in memory, because nodes write a lot; and where an unprivileged node may go.
_PLACE = "/var/tmp"
#: Only the project's own tests have a place of their own.
_ELSEWHERE = "ACCORD_FAKE_HOMES"

_NETWORKS = "networks"
#: Others may pass through and not look into it.
_PASS_THROUGH = 0o711


def root() -> Path:
    """This user's folder. Others may pass through it and not look into it.

    Raises :class:`EnvironmentProblem` when somebody else has made it: /var/tmp is open to all.
    """
    folder = Path(os.environ.get(_ELSEWHERE, _PLACE)) / f"accord-{os.getuid()}"
    try:
        folder.mkdir(mode=_PASS_THROUGH, exist_ok=True)
        found = folder.lstat()
    except OSError as problem:
        raise EnvironmentProblem(f"{folder} cannot be made: {problem.strerror}") from problem
    if found.st_uid != os.getuid() or folder.is_symlink() or found.st_mode & 0o022:
        raise EnvironmentProblem(
            f"{folder} is not this user's alone, so no node can live there: remove it"
        )
    if found.st_mode & 0o777 != _PASS_THROUGH:  # a umask may have taken something away
        folder.chmod(_PASS_THROUGH)
    return folder


def programs() -> Path:
    """Where programs are unpacked, once for each version."""
    return make_open(root() / "programs", exist_ok=True)


def of_network(mark: str) -> Path:
    """The folder of one network, named by its mark, ``RUN-TOKEN``."""
    return root() / _NETWORKS / mark


def make_network(mark: str) -> Path:
    """Make that folder. It is there before, and goes after, everything else of the network."""
    make_open(root() / _NETWORKS, exist_ok=True)
    return make_open(of_network(mark))


def networks() -> list[str]:
    """The marks of all networks of this user that have left something here."""
    folder = root() / _NETWORKS
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def forget_network(mark: str) -> None:
    """Remove the folder of a network with everything in it."""
    shutil.rmtree(of_network(mark), ignore_errors=True)


def fill(home: Path, files: Mapping[str, bytes], user: int | None) -> None:
    """Make a node's home with these files, the node's own and nobody else's.

    ``user`` is the id of the user that it will run as, None for the one that we are.
    """
    folders = {home, *(parent for path in files for parent in (home / path).parents)}
    inside = sorted(folder for folder in folders if folder.is_relative_to(home))
    try:
        for folder in inside:
            folder.mkdir(mode=0o700, exist_ok=folder == home)  # a disk may be there already
        for path, content in files.items():
            (home / path).touch(mode=0o600)
            (home / path).write_bytes(content)
        if user is not None:
            _give_away([*inside, *(home / path for path in files)], user)
    except OSError as problem:
        raise EnvironmentProblem(
            f"{home} cannot be written: {problem.strerror}; see that the disk is not full"
        ) from problem


def _give_away(paths: Iterable[Path], user: int) -> None:
    for path in paths:
        os.chown(path, user, user)


def make_open(folder: Path, *, exist_ok: bool = False) -> Path:
    """Make a folder that others may pass through and not look into."""
    folder.mkdir(exist_ok=exist_ok)
    folder.chmod(_PASS_THROUGH)  # whatever the umask is: nodes run as a user of their own
    return folder
