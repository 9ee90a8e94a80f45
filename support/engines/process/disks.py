"""Homes on small disks of their own: held in memory, and seen by nobody but their node.

A disk is mounted in a mount namespace of its own, which a process holds that does nothing else. So
this machine has no mount of ours among its own, and nothing has to be unmounted, whoever dies: the
kernel takes the disk back with the last process that sees it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.domain import EnvironmentProblem, Megabytes
from support.engines.agent import PROGRAM, Agent
from support.engines.process.helper import Piped
from support.engines.process.processes import cannot_be_started
from support.engines.process.programs import SYSTEM_PATH, marked

#: What is needed of coreutils, mount and util-linux.
TOOLS = ("mount", "nsenter", "setpriv", "sleep", "unshare")

#: What is unmounted on this machine is unmounted in there as well, and nothing the other way round.
_APART = ("unshare", "--mount", "--propagation=slave", "--")
_MOUNT = 'mount -t tmpfs -o "$1" accord "$2" && echo mounted && shift 2 && exec "$@"'
_HOLD = (
    *("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"),
    *("sleep", "infinity"),
)
_THERE = 'cd "$0" && exec "$@"'

#: Reading any file of this machine is what the helper may do more than the node, because the
#: checkout that it is started from may be closed to the node's user.
_MAY = "-all,+dac_read_search"


class Disk:
    """The disk of one node, mounted at ``home``, which is an empty folder; ``user`` owns it."""

    def __init__(self, home: Path, size: Megabytes, user: int, mark: str) -> None:
        self._home = home
        self._user = user
        self._environment = {"PATH": SYSTEM_PATH, **marked(mark)}
        self._name = f"accord-{mark}-{home.parent.name}-disk"
        self._agent: Agent | None = None
        options = f"size={size.bytes},mode=0700,uid={user},gid={user},nosuid,nodev"
        argv = (*_APART, "sh", "-c", _MOUNT, "sh", options, str(home), *_HOLD)
        self._holder = _started(argv, marked(mark))
        assert self._holder.stdout is not None
        with self._holder.stdout as said:
            answer = said.readline().strip()
        if answer != "mounted":
            self.close()
            raise EnvironmentProblem(
                f"{home} cannot be put on a disk of {size}: {answer or 'mount said nothing'}"
            )

    @property
    def place(self) -> Path:
        """The home, as those see it who have another view of this machine's folders."""
        return Path(f"/proc/{self._holder.pid}/root") / self._home.relative_to("/")

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with that is to run in the home. It takes root to get there."""
        namespace = f"--mount=/proc/{self._holder.pid}/ns/mnt"
        return ("nsenter", namespace, "--", "sh", "-c", _THERE, str(self._home))

    def helper(self) -> Agent:
        """Runs commands in the home as the node's user. One thread at a time asks for it."""
        if self._agent is None or self._agent.gone:
            argv = (
                *self.inside,
                *("setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--clear-groups"),
                *(f"--bounding-set={_MAY}", f"--inh-caps={_MAY}", f"--ambient-caps={_MAY}"),
                *("--no-new-privs", sys.executable, "-I", "-S", str(PROGRAM)),
            )
            self._agent = Agent(self._name, Piped(argv, self._environment))
        return self._agent

    def close(self) -> None:
        """Let go of it. It is gone as soon as its node is. May be called twice."""
        if self._agent is not None:
            self._agent.close()
        self._holder.kill()
        self._holder.wait()


def why_impossible() -> str | None:
    """Why this process cannot have such disks, in words that end a sentence; or None."""
    if not Path("/proc/self/ns/mnt").exists():
        return "this is not Linux"
    if os.geteuid() != 0:
        return "only root can mount disks"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)} cannot be found: install coreutils, mount and util-linux"
    trial = _started((*_APART, "sh", "-c", _MOUNT, "sh", "size=1m", "/tmp", "true"), {})
    answer = trial.communicate()[0].strip()
    return None if answer == "mounted" else f"this machine does not let us ({answer})"


def _started(argv: Sequence[str], marks: Mapping[str, str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            argv,
            env={"PATH": SYSTEM_PATH, **marks},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a Ctrl-C is for the run, which then takes its disks away
        )
    except OSError as problem:
        raise cannot_be_started(argv[0], problem) from problem
