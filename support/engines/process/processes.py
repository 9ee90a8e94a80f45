"""Processes by their mark, and one node's process from its start to its end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from support.domain import EnvironmentProblem, NodeState
from support.engines.process.programs import MARK
from support.waiting import until

#: Seconds that a node has to end in order before it is killed.
_PATIENCE_TO_STOP = 10
#: Seconds in which what starts a node has done all that comes before.
_PATIENCE_TO_START = 10
#: Seconds in which the kernel ends what was killed.
_PATIENCE_TO_END = 10


class NodeProcess:
    """One start of a node's program. What it writes goes to the end of ``log``."""

    def __init__(
        self, argv: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        try:
            with log.open("ab") as written:
                self._process = subprocess.Popen(
                    argv,
                    env=environment,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=written,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # a Ctrl-C is for the run, which then ends its nodes
                )
        except OSError as problem:
            raise cannot_be_started(argv[0], problem) from problem
        self._seen = psutil.Process(self._process.pid)

    def number_of(self, program: str) -> int:
        """By which the kernel knows it, once it is ``program`` and not what starts that.

        Raises :class:`EnvironmentProblem` when it never becomes that.
        """

        def number() -> int | None:
            with suppress(psutil.Error):
                # of a script, the first word is its interpreter
                return self._seen.pid if program in self._seen.cmdline()[:2] else None
            return None

        found = until(number, seconds=lambda: _PATIENCE_TO_START)
        if found is None:
            raise EnvironmentProblem(f"process {self._seen.pid} has not become {program}")
        return found

    @property
    def state(self) -> NodeState:
        """What the kernel says about it."""
        if self._process.poll() is not None:
            return NodeState.STOPPED
        with suppress(psutil.NoSuchProcess):
            stopped = self._seen.status() == psutil.STATUS_STOPPED
            return NodeState.PAUSED if stopped else NodeState.RUNNING
        return NodeState.STOPPED

    def stop(self) -> None:
        """Ask it to end in order; kill it when it does not."""
        self._tell(signal.SIGTERM)
        self._tell(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_TO_STOP)
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._tell(signal.SIGKILL)
        try:
            self._process.wait(_PATIENCE_TO_END)
        except subprocess.TimeoutExpired:
            raise EnvironmentProblem(
                f"process {self._process.pid} was killed {_PATIENCE_TO_END} s ago, and is still "
                "there: the disk that it waits for does not answer"
            ) from None

    def pause(self) -> None:
        """Freeze it, and return when it is frozen: a busy process takes a moment."""
        self._tell(signal.SIGSTOP)
        until(lambda: self.state is not NodeState.RUNNING or None, seconds=lambda: _PATIENCE_TO_END)

    def resume(self) -> None:
        """Let it go on, and return when it does."""
        self._tell(signal.SIGCONT)
        until(lambda: self.state is not NodeState.PAUSED or None, seconds=lambda: _PATIENCE_TO_END)

    def _tell(self, what: signal.Signals) -> None:
        # its children as well: it leads a process group of its own
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, what)


def cannot_be_started(program: str, problem: OSError) -> EnvironmentProblem:
    """What to raise when there is no process to be had."""
    return EnvironmentProblem(f"{program} cannot be started: {problem.strerror}")


def of_networks(marks: Container[str]) -> list[psutil.Process]:
    """The processes of this user's networks whose marks are among ``marks``.

    Processes of others do not tell their environment, and are none of ours.
    """
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK, "") in marks:
                found.append(process)
    return found


def end_all(processes: Sequence[psutil.Process]) -> int:
    """Kill processes and wait for their end; how many there were."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=_PATIENCE_TO_END)
    return len(processes)
