"""Where runs leave their journals, and how many are kept."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: One folder a run, so that two runs in one checkout do not write into each other's journal.
RUNS = Path("build/runs")
RUNS_KEPT = 50
#: Below the folder of a run of several processes, each of which has one in there.
PARTS = "parts"


def folder_of_run(journal: Path) -> Path:
    """The folder of the run that a journal, of all or of a part, belongs to."""
    place = journal.absolute().parent
    return place.parent.parent if place.parent.name == PARTS else place


def hold_on_to(journal: Path) -> None:
    """Keep the folder of the run that a journal belongs to until this process has ended.

    The kernel lets go of it then, however the process ends; a copy that stays with networks for
    people holds on to it, too. It is not let go before, because reports come after the journal.
    """
    with suppress(OSError):  # on a disk without locks it is as safe as being among the newest
        fcntl.flock(os.open(folder_of_run(journal), os.O_RDONLY), fcntl.LOCK_SH)


def goes_on(folder: Path) -> bool:
    """Whether a process of that run, or one that has its networks, lives."""
    with _alone_in(folder) as alone:
        return not alone


def forget_old_runs() -> None:
    """The journals of the last runs are enough; one takes about half a megabyte.

    A run that goes on is never forgotten, however many have begun since.
    """
    for folder in sorted(RUNS.glob("*"))[:-RUNS_KEPT]:
        with _alone_in(folder) as alone:
            if alone:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[bool]:
    """Whether nobody holds on to it; nobody can begin to, as long as this lasts."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError:  # gone, or somebody else's
        yield False
        return
    try:
        yield _locked(held)
    finally:
        os.close(held)


def _locked(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return True
    return True
