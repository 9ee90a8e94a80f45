"""The process that a caller waits for, so that the one behind it can stay with what it has started.

Nodes are children of the process that started them, their helpers hang on its pipes, faults have
their undo in its memory, and keys are nowhere else. So it is this process that stays in the
background, and not another one that would have to be told all of it. The process that a shell, or
CI, waits for has to be another one, then: it is parted at the very beginning, when there is nothing
yet that could be on the wrong side.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

#: As a shell tells of a command that a signal has ended.
_SIGNALLED = 128


class Front:
    """Made before anything was started: only the process behind comes out of the constructor.

    The one in front passes on SIGTERM, and ends with the code that it is told, or in the way that
    the one behind ends. When it is killed, the one behind ends as if it had been asked to.
    """

    def __init__(self) -> None:
        _flush()
        told, tell = os.pipe()
        lives, holds = os.pipe()
        behind = os.fork()
        if behind:
            os.close(tell)
            os.close(lives)
            _wait(behind, told)
        os.close(told)
        os.close(holds)
        self._tell = tell
        self._let_go = threading.Event()
        threading.Thread(
            target=self._watch, args=(lives,), name="accord-front", daemon=True
        ).start()

    def part(self, log: Path) -> bool:
        """Have a copy of this process finish what the caller waits for; True in this one.

        This one is in the background afterwards: it belongs to no terminal, and writes to ``log``.
        """
        _flush()
        finisher = os.fork()
        if not finisher:
            return False
        _, status = os.waitpid(finisher, 0)
        self._let_go.set()
        os.write(self._tell, str(_code(status)).encode())
        os.close(self._tell)
        os.setsid()
        _write_to(log)
        return True

    def _watch(self, lives: int) -> None:
        os.read(lives, 1)  # nobody ever writes there: it ends with the process in front
        if not self._let_go.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def _wait(behind: int, told: int) -> NoReturn:
    def pass_on(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(behind, number)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells both
    signal.signal(signal.SIGTERM, pass_on)
    code = b""
    while chunk := os.read(told, 16):
        code += chunk
    if not code:
        _, status = os.waitpid(behind, 0)
        os._exit(_code(status))
    os._exit(int(code))


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else _SIGNALLED - code


def _write_to(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(nothing)
    os.close(written)


def _flush() -> None:
    """What is written and not yet out would otherwise come out twice."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
