"""The fault helpers of a node that is a process: the same program as in containers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from support.domain import NodeName
from support.engines.agent import PROGRAM, Agent
from support.engines.contract import Platform
from support.engines.process.processes import cannot_be_started
from support.engines.process.programs import SYSTEM_PATH, marked
from support.engines.process.wiring import Wiring

#: What it may do where the node's links are: change them. Reading any file of this machine comes on
#: top, because the checkout that it is started from may belong to somebody other than root.
_MAY_CHANGE_LINKS = "-all,+net_admin,+net_raw,+dac_read_search"
#: What it may do to the node's process: write to its memory, which belongs to the node's user.
_MAY_CHANGE_A_PROCESS = "-all,+sys_ptrace,+dac_override"

#: Seconds that it has to notice that nobody talks to it any more.
_PATIENCE = 5


class Piped:
    """See :class:`~support.engines.agent.Line`."""

    def __init__(self, argv: tuple[str, ...], environment: Mapping[str, str]) -> None:
        try:
            self._process = subprocess.Popen(
                argv,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as problem:
            raise cannot_be_started(argv[0], problem) from problem
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout

    def send(self, request: bytes) -> None:
        """See the line. A pipe may take a part of it only; the caller holds a lock."""
        left = memoryview(request)
        while left:
            left = left[self._requests.write(left) or 0 :]

    def chunks(self) -> Iterator[bytes]:
        """See the line."""
        while chunk := os.read(self._answers.fileno(), 65536):
            yield chunk

    def close(self) -> None:
        """See the line. Whoever reads its answers sees their end."""
        with suppress(OSError):
            self._requests.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_PATIENCE)


def start_helper_of_links(node: NodeName, wiring: Wiring, folder: Path) -> Agent:
    """A helper that runs commands where the links of ``node`` are; ``folder`` is the node's."""
    argv = (*wiring.inside(node), *_with_rights(_MAY_CHANGE_LINKS))
    environment = _environment(wiring) | {"XTABLES_LOCKFILE": str(folder / "xtables.lock")}
    return Agent(f"accord-{wiring.mark}-{node}", Piped(argv, environment))


def start_helper_of_process(node: NodeName, wiring: Wiring, process: int) -> Agent:
    """A helper that may change what the process of ``node`` is told; ``process`` is its number."""
    environment = _environment(wiring) | {"ACCORD_PROCESS": str(process)}
    line = Piped(_with_rights(_MAY_CHANGE_A_PROCESS), environment)
    return Agent(f"accord-{wiring.mark}-{node}-process", line)


def why_no_process_can_be_changed() -> str | None:
    """Why nobody can change what a process is told here, in words that end a sentence; or None."""
    if not Path("/proc/self/syscall").exists():
        return "this is not Linux, or one that does not let processes be traced"
    if os.geteuid() != 0:
        return "only root can change what other processes are told"
    if (host := Platform.of_this_host()).architecture != "x86_64":
        return f"nobody has said how that is done on {host.architecture}"
    return None


def _with_rights(rights: str) -> tuple[str, ...]:
    return (
        *("setpriv", f"--bounding-set={rights}", "--inh-caps=-all", "--no-new-privs"),
        *(sys.executable, "-I", "-S", str(PROGRAM)),
    )


def _environment(wiring: Wiring) -> dict[str, str]:
    return {"PATH": SYSTEM_PATH, **marked(wiring.mark)}
