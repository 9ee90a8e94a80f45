"""Node software unpacked on this machine, once for each version."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software
from support.engines.process import folders
from support.engines.readable import let_everybody_read

Say = Callable[[str], None]

#: Where the system's own programs are, whatever the PATH of this process says.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def ensure_program(software: Software, say: Say) -> Path:
    """The folder that holds the program and its libraries, unpacked first if it is not there.

    It appears whole or not at all. Raises :class:`EnvironmentProblem` when it cannot be unpacked.
    """
    place = folders.programs()
    wanted = place / f"{software.name}-{software.version}"
    if wanted.is_dir():
        return wanted
    with (place / "lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # the second of two runs finds it done
        if not wanted.is_dir():
            say(f"unpacking {software.name} {software.version} into {wanted} ...")
            _unpack(software, wanted)
    return wanted


def environment(program: Path, home: Path, mark: str) -> dict[str, str]:
    """All that a node's process gets to see of an environment, its mark among it.

    What this process has in its own environment, secrets of a CI server for example, is not for
    nodes.
    """
    libraries = {"LD_LIBRARY_PATH": str(program), "DYLD_LIBRARY_PATH": str(program)}
    return {"PATH": f"{program}:{SYSTEM_PATH}", "HOME": str(home), **libraries, **marked(mark)}


#: The variable by which a process is known as one of ours: a process has no other label.
MARK = "ACCORD_NETWORK"


def marked(mark: str) -> Mapping[str, str]:
    """The label of a process of the network ``mark``."""
    return {MARK: mark}


#: What a folder is called until everything is in it.
_UNFINISHED = "unfinished-"


def _unpack(software: Software, wanted: Path) -> None:
    for killed in wanted.parent.glob(f"{_UNFINISHED}*"):  # its turn is over, or this were not ours
        shutil.rmtree(killed, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=wanted.parent))
    try:
        software.unpack(unfinished, Platform.of_this_host())
        let_everybody_read(unfinished)
        unfinished.replace(wanted)
    except OSError as problem:
        raise EnvironmentProblem(f"{wanted} cannot be made: {problem.strerror}") from problem
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
