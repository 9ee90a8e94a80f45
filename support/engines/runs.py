"""The identity of a run, and how another process can tell that it is over."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from support.domain import EnvironmentProblem

#: Locks lie in one place whatever TMPDIR says: two runs of a user must find each other's, or one
#: would sweep the other. The place outlives a restart of the machine, as containers do: what was
#: running then is swept afterwards.
_PLACE = "/var/tmp"
#: Only the project's own tests have a place of their own.
_ELSEWHERE = "ACCORD_FAKE_LOCKS"
#: The file that tells this place of locks from all others.
_OWNER = "owner"
#: Seconds after which a lock that nobody holds is no lock that is just being made.
_A_DAY = 86400
#: What the name of a folder with sockets ends with, after the run's id.
_SOCKETS = ".networks"


class Run:
    """One run of the suite: a short random id, and a lock that is held as long as it lives.

    The kernel drops the lock when the process ends, however it ends; so a run whose lock can be
    had is over. Only runs of the same user on the same host can be told apart this way, which is
    why everything that a run starts carries ``owner`` as well.
    """

    def __init__(self) -> None:
        self.id = secrets.token_hex(4)
        self._lock: IO[str] = _lock_path(self.id).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _forget_the_long_dead()

    def close(self) -> None:
        """Say that the run is over."""
        self._lock.close()
        _lock_path(self.id).unlink(missing_ok=True)
        shutil.rmtree(_sockets_path(self.id), ignore_errors=True)


def owner() -> str:
    """Who may sweep: the same user on the same host, who sees the same locks.

    Two containers may have one user id, one host name and one Docker Engine, and yet each its own
    folder of locks; a word that is made with the folder tells them apart.
    """
    word = _folder() / _OWNER
    if not word.exists():
        mine = _folder() / f"{_OWNER}.{secrets.token_hex(8)}"
        mine.write_text(mine.suffix[1:])
        with suppress(FileExistsError):  # another run was faster
            word.hardlink_to(mine)
        mine.unlink()
    return f"{os.getuid()}@{os.uname().nodename}/{word.read_text()}"


def is_over(run_id: str) -> bool:
    """Whether the process of that run has ended."""
    try:
        with _lock_path(run_id).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def forget(run_ids: Iterable[str]) -> None:
    """Drop the marks of runs of which nothing is left."""
    for run_id in run_ids:
        _lock_path(run_id).unlink(missing_ok=True)
        shutil.rmtree(_sockets_path(run_id), ignore_errors=True)


def make_room_for_sockets(run_id: str) -> Path:
    """A folder of this user's for the sockets of a run that has networks for people.

    Raises :class:`EnvironmentProblem` when somebody else could get in.
    """
    told = _folder().lstat()
    if not stat.S_ISDIR(told.st_mode) or told.st_uid != os.getuid() or told.st_mode & 0o077:
        raise EnvironmentProblem(
            f"{_folder()} is not a folder that only this user may enter: remove it, or have it "
            "removed by whoever made it"
        )
    folder = _sockets_path(run_id)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def sockets() -> dict[Path, str]:
    """The sockets of all networks that this user has for people, and the run that each is of."""
    return {
        socket: socket.parent.name.removesuffix(_SOCKETS)
        for socket in sorted(_folder().glob(f"*{_SOCKETS}/*"))
    }


def forget_sockets_of_the_dead() -> int:
    """Remove the sockets of runs that are over; how many there were."""
    dead = {socket: run_id for socket, run_id in sockets().items() if is_over(run_id)}
    forget(set(dead.values()))
    return len(dead)


def _folder() -> Path:
    folder = Path(os.environ.get(_ELSEWHERE, _PLACE)) / f"accord-{os.getuid()}-runs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _forget_the_long_dead() -> None:
    """Drop old locks that nobody holds: runs that were killed together with their janitor."""
    for lock in _folder().glob("*.lock"):
        with suppress(FileNotFoundError):  # its run has just ended
            if time.time() - lock.stat().st_mtime > _A_DAY and is_over(lock.stem):
                lock.unlink()


def _sockets_path(run_id: str) -> Path:
    return _folder() / f"{run_id}{_SOCKETS}"


def _lock_path(run_id: str) -> Path:
    return _folder() / f"{run_id}.lock"
