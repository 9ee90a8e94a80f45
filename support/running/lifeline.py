"""Lets a process of a parallel run notice that whoever started it is gone.

The parent holds the other end of the process's standard input, as a run does with its janitor:
SIGKILL cannot be caught, but it closes pipes. This works wherever there are pipes.
"""

from __future__ import annotations

import os
import signal
import threading

#: Seconds for an orderly end. After that the janitor does what is left to do.
TIME_TO_END = 30.0


def end_when_alone(lifeline: int) -> None:
    """End this process in order, as SIGTERM would, when the pipe of that number is closed."""

    def hold_on() -> None:
        while os.read(lifeline, 1):  # past Python's buffers, whose locks would outlive the process
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(TIME_TO_END)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=hold_on, name="lifeline", daemon=True).start()
