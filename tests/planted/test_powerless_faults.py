"""A fault that does nothing is found out by the example that is about it, and blamed on the host.

One example for each kind of fault runs on real nodes, with nothing in the place of the fault. None
may pass, and none may say that the network has failed. They run only when asked for: ``make real``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.engines.process import disks, namespaces
from support.engines.process.helper import why_no_process_can_be_changed
from tests.planted.powerless import VARIABLE
from tests.planted.runs import run_features

WHY_NOT = namespaces.why_impossible() or disks.why_impossible() or why_no_process_can_be_changed()

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("ACCORD_PLANTED"), reason="asked for by `make real`"),
    pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT)),
]

#: What does nothing, and the examples that would pass without it if nobody measured.
CASES = {
    "links": (
        "The smaller side makes no promise it cannot keep",
        "Nobody asks anything",
        "Node 5 no longer hears the others",
        "The others no longer hear node 5",
        "One link is cut",
        "A node hears another one and cannot answer",
        "One node is the bridge between two sides",
        "The nodes form a ring",
        "Neither half makes a block",
        "Two nodes keep losing each other",
        "One node is far away",
        "Every link is slow and unsteady",
        "Every link loses some of what it carries",
        "What is sent arrives twice",
        "What is sent arrives in another order",
        "One node has a very narrow link to all others",
    ),
    "pause": ("It stood still for a moment",),
    "kill": ("Node 2 comes back after a crash",),
    "stop": ("Node 2 comes back after a shutdown", "Money stays where it was"),
    "wipe": ("It learns what happened meanwhile",),
    "remove,add": ("The fresh node learns what happened before",),
    "disk": ("It has missed a payment",),
    "process": ("One clock is fast", "Every block waits for the disks"),
}


@pytest.mark.parametrize("powerless", CASES)
def test_a_fault_that_does_nothing_is_found_out(tmp_path: Path, powerless: str) -> None:
    wanted = CASES[powerless]
    result = run_features(
        tmp_path,
        "features/resilience",
        "--tags=not @wip",
        "-Dengine=tests.planted.powerless",
        f"-Devidence={tmp_path}",
        *(f"--name=^{name}$" for name in wanted),
        **{VARIABLE: powerless},
    )
    assert result.broken == set(wanted), result.printed
    assert result.printed.count("ENVIRONMENT: ") == len(wanted), result.printed
