"""One process of a parallel run: a feature, its log, and the journal that tells how far it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.exit_codes import ExitCode
from support.journal import Journal
from support.running.plan import Task

WENT_WRONG = "step went wrong"
#: The records that tell where a process is; the others are for the report.
_TELLING = ("scenario started", "scenario finished", "run finished", WENT_WRONG)
_LOOKS_TELLING = tuple(f'"kind": "{kind}"'.encode() for kind in _TELLING)
#: How the suite begins the one sentence with which it gives up.
_GIVES_UP = "accord: "


#: As many as can stand behind what is said of the last kept network.
_CLOSING_LINES = 200


class Part:
    """Started when it is made. ``folder`` is its own."""

    def __init__(
        self, task: Task, folder: Path, options: Sequence[str], seed: int, command: str
    ) -> None:
        """``command`` is what somebody called to have it, among others."""
        self.task = task
        self.folder = folder
        self.journal = folder / "journal.jsonl"
        self.log = folder / "behave.log"
        self.has_finished = False
        self.went_wrong = False
        self._read_up_to = 0
        try:
            folder.mkdir(parents=True)
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    [
                        *(sys.executable, "-m", "behave", "--no-color"),
                        *options,
                        *task.feature.locations,
                    ],
                    stdin=subprocess.PIPE,  # its lifeline: nobody ever writes there
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C reaches it through us, and once only
                    env=_environment(folder, task.times, seed, command),
                )
        except OSError as problem:
            raise EnvironmentProblem(
                f"{task.feature.path} cannot be started in {folder}: {problem.strerror}"
            ) from problem

    @property
    def has_begun(self) -> bool:
        """Whether there is a journal."""
        return self.journal.is_file()

    def wait(self) -> int:
        """Until it has ended: its exit code, as :mod:`subprocess` has it."""
        return self._process.wait()

    def news(self) -> list[Mapping[str, Any]]:
        """What its journal tells since this was asked last, oldest first."""
        try:
            with self.journal.open("rb") as journal:
                journal.seek(self._read_up_to)
                written = journal.read()
        except OSError:
            return []
        whole = written[: written.rfind(b"\n") + 1]
        self._read_up_to += len(whole)
        told: list[Mapping[str, Any]] = [
            json.loads(line)
            for line in whole.splitlines()
            if any(telling in line for telling in _LOOKS_TELLING)
        ]
        kinds = {str(record["kind"]) for record in told}
        self.has_finished |= "run finished" in kinds
        self.went_wrong |= WENT_WRONG in kinds
        return told

    def ask_to_end(self) -> None:
        """In order: its networks are removed first."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """At once; its janitor removes what is left."""
        self._signal(signal.SIGKILL)

    def how_it_gave_up(self) -> str | None:
        """The sentence with which it ended before its first example, if it did."""
        for line in reversed(self.last_lines(20)):
            if line.startswith(_GIVES_UP):
                return line.removeprefix(_GIVES_UP)
        return None

    def how_it_died(self) -> str | None:
        """A sentence, where it ended by itself and not as a run of features ends."""
        code = self._process.poll()
        self.went_wrong |= not self.has_finished
        if self.has_finished and code in list(ExitCode):
            return None
        how = (
            f"was ended by {signal.Signals(-code).name}"
            if code is not None and code < 0
            else f"ended with {code}"
        )
        return (
            f"the process of {self.task.feature.path} {how}, without a report. "
            f"What it said last is in {self.log}"
        )

    def leave_word(self, sentence: str) -> None:
        """Say in its journal, which it cannot do any more, how it ended."""
        journal = Journal(self.journal, go_on=True)
        journal.write("trouble", words=sentence)
        journal.write("run finished", interrupted=False)
        journal.close()

    def last_lines(self, most: int) -> list[str]:
        """Of what it printed."""
        try:
            return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-most:]
        except OSError:
            return []

    def kept_networks(self) -> list[str]:
        """What it said of networks that stay up for people: each with how to look around."""
        said: list[list[str]] = []
        for line in self.last_lines(_CLOSING_LINES):
            if line.startswith("The network ") and line.endswith(" is there:"):
                said.append([line])
            elif said and line.startswith("  "):
                said[-1].append(line)
        return ["\n".join(lines) for lines in said]

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)


def _environment(folder: Path, times: int, seed: int, command: str) -> dict[str, str]:
    return os.environ | {
        "ACCORD_PART_OF": str(folder.absolute()),
        "ACCORD_PART_COMMAND": command,
        "ACCORD_REPEAT": str(times),
        "ACCORD_SEED": str(seed),
        "PYTHONUNBUFFERED": "1",
    }
