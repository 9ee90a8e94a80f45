"""Removes what a run has on this machine, by the run's mark and by nothing else."""

from __future__ import annotations

from support.engines import runs
from support.engines.process import folders
from support.engines.process.namespaces import namespaces_of, remove_namespaces
from support.engines.process.processes import end_all, of_networks


def sweep(run_id: str) -> int:
    """Remove the run's processes, namespaces and folders; how many there were."""
    mine = [mark for mark in folders.networks() if _run_of(mark) == run_id]
    return sum(map(remove_network, mine))


def remove_network(mark: str) -> int:
    """Remove one network, ``RUN-TOKEN``; how many things there were.

    Its folder goes last, and stays where a namespace does: it is by the folder that it is found.
    """
    removed = end_all(of_networks({mark})) + remove_namespaces(mark)
    if mark in folders.networks() and not namespaces_of(mark):
        folders.forget_network(mark)
        removed += 1
    return removed


def dead_runs() -> list[str]:
    """Ids of this user's runs that are over and have left something."""
    found = {_run_of(mark) for mark in folders.networks()}
    return sorted(run_id for run_id in found if runs.is_over(run_id))


def _run_of(mark: str) -> str:
    return mark.partition("-")[0]
