"""Cleans up after a run that could not do so itself.

A janitor is a process of its own. It holds one end of a pipe whose other end is held by the run:
when the run ends, in whatever way, the pipe closes, and the janitor removes what is labelled with
the run's id. SIGKILL cannot be caught, but it closes pipes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from support.domain import EnvironmentProblem
from support.engines import registry, runs
from support.waiting import pause_between_sweeps

ALL_DONE = b"all done\n"
#: A daemon that was in the middle of starting a container finishes it after the run has died.
QUIET_SWEEPS = 2
#: So often in a row an engine may say no before the janitor leaves the rest to the next run.
MOST_REFUSALS = 20

_ROOT = Path(__file__).resolve().parents[2]


class Janitor:
    """The handle that a run holds on its janitor."""

    def __init__(self, engine: str, run_id: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.engines.janitor", engine, run_id],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            start_new_session=True,  # a Ctrl-C meant for the run must not reach the janitor
        )

    def dismiss(self) -> None:
        """The run has cleaned up by itself: the janitor goes home. May be called twice."""
        assert self._process.stdin is not None
        if self._process.stdin.closed:
            return
        try:
            self._process.stdin.write(ALL_DONE)
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        self._process.wait(timeout=10)


def sweep_dead_runs(say: Callable[[str], None], engines: Iterable[str]) -> int:
    """Remove what runs that are over have left behind; how many things there were."""
    swept = 0
    for engine in engines:
        for run_id in registry.dead_runs_on(engine):
            count = registry.sweep_with(engine, run_id)
            if count:
                say(f"removed {count} things that run {run_id} had left on {engine}")
            swept += count
    return swept


def main(engine: str, run_id: str) -> None:
    """Wait for the end of the run; sweep unless it says that all is done."""
    if sys.stdin.buffer.read() == ALL_DONE:
        return
    quiet, refused = 0, 0
    while quiet < QUIET_SWEEPS and refused < MOST_REFUSALS:
        try:
            quiet = 0 if registry.sweep_with(engine, run_id) else quiet + 1
        except EnvironmentProblem:  # it is still busy with what the run had asked for
            refused += 1
        pause_between_sweeps()
    runs.forget([run_id])


if __name__ == "__main__":
    main(*sys.argv[1:])
