"""Leaves no room on a node's disk, for as long as it is told to, and measures the room there is.

    write --bytes N     whether a file of so many bytes can be written, and if not, why not
    fill                takes all the room, and from now on every bit that becomes free
    free                gives it back

All print JSON. What is filled is the disk that the working folder is on: it has to be one of its
own, and a small one, because nobody may ever fill the disk of this machine.
"""

import argparse
import errno
import json
import os
import threading
from pathlib import Path

#: The file that takes the room, and the one that tries to get some.
FILLER, TRIAL = ".accord-filler", ".accord-trial"

#: Bytes: a larger disk is not one that was made to be filled.
MOST = 1 << 30

#: Bytes that are asked for at a time, from many to a single page of memory.
_STEPS = (1 << 20, 1 << 16, 1 << 12)
#: Seconds after which what a node has deleted meanwhile is taken as well.
_AGAIN = 0.02

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Worker:
    """One disk; it is as full as it was told to be."""

    def __init__(self):
        self._folder = Path.cwd()
        self._taken = 0
        self._keeping_full = None
        self._lock = threading.Lock()

    def write(self, size):
        """How many of so many bytes could be written and were on the disk; why no more were."""
        self._insist_on_a_small_disk()
        trial = self._folder / TRIAL
        written, why = 0, ""
        try:
            with trial.open("wb", buffering=0) as file:
                while written < size:
                    written += file.write(b"\1" * min(size - written, _STEPS[0]))
                os.fsync(file.fileno())
        except OSError as problem:
            if problem.errno not in _FULL:
                raise
            why = os.strerror(problem.errno)
        finally:
            trial.unlink(missing_ok=True)
        return {"written": written, "why": why}

    def fill(self):
        """How many bytes were taken."""
        self._insist_on_a_small_disk()
        with self._lock:
            if self._keeping_full is None:
                self._take_all()
                self._keeping_full = threading.Event()
                going_on = threading.Thread(target=self._keep_full, daemon=True)
                going_on.start()
            return {"taken": self._taken}

    def free(self):
        """How many bytes were given back. A filler that somebody else has left goes as well."""
        self._insist_on_a_small_disk()
        with self._lock:
            if self._keeping_full is not None:
                self._keeping_full.set()
                self._keeping_full = None
            (self._folder / FILLER).unlink(missing_ok=True)
            taken, self._taken = self._taken, 0
            return {"given back": taken}

    def _keep_full(self):
        done = self._keeping_full
        while not done.wait(_AGAIN):
            with self._lock:
                if not done.is_set():
                    self._take_all()

    def _take_all(self):
        for step in _STEPS:
            try:
                with (self._folder / FILLER).open("ab", buffering=0) as file:
                    while True:
                        self._taken += file.write(b"\1" * step)
            except OSError as problem:
                if problem.errno not in _FULL:
                    raise

    def _insist_on_a_small_disk(self):
        if not self._folder.is_mount():
            raise ValueError(f"{self._folder} is not a disk of its own, so it is not to be filled")
        room = os.statvfs(self._folder)
        if room.f_blocks * room.f_frsize > MOST:
            raise ValueError(f"{self._folder} is not a small disk, so it is not to be filled")


def run(worker, words, stdin):
    """Do what the words say; what it prints, as text. Raises ValueError for words without sense."""
    parser = argparse.ArgumentParser(prog="disk", exit_on_error=False)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("fill")
    what.add_parser("free")
    what.add_parser("write").add_argument("--bytes", type=int, required=True)
    try:
        told = parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as problem:
        raise ValueError(f"{' '.join(words)} makes no sense: {problem}") from None
    if told.what == "write":
        return json.dumps(worker.write(told.bytes))
    return json.dumps(worker.fill() if told.what == "fill" else worker.free())
