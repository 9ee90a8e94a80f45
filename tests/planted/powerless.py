"""An engine on which some faults do nothing and say that they did: for `-D engine=` of that name.

``ACCORD_PLANTED_POWERLESS`` names what does nothing: ``links``, ``disk``, ``process``, or a
method of deployments, such as ``kill``. The nodes themselves are real, on the process engine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import Any

from support.domain import NodeName
from support.engines.contract import CommandRunner
from support.engines.registry import engine_named
from support.engines.runs import Run

VARIABLE = "ACCORD_PLANTED_POWERLESS"

#: What the fault helper answers when it has done what it was told.
DONE = {
    ("iptables-restore",): "",
    ("shape",): "",
    ("disk", "fill"): json.dumps({"taken": 4096}),
    ("clock", "set"): json.dumps({"seconds": 0}),
    ("flush", "slow"): json.dumps({"longer": 0}),
}
#: Methods of a deployment that run commands, and the word for those commands.
RUNNERS = {"in_network_namespace": "links", "in_home": "disk", "in_process": "process"}


class PowerlessRunner:
    """Measures for real, and does nothing."""

    def __init__(self, real: CommandRunner) -> None:
        self._real = real

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        """See the contract."""
        for begin, answer in DONE.items():
            if tuple(argv[: len(begin)]) == begin:
                return answer
        return self._real.run(argv, stdin=stdin, timeout=timeout)


class PowerlessDeployment:
    """A real deployment without some of its powers."""

    def __init__(self, real: Any, powerless: frozenset[str]) -> None:
        self._real = real
        self._powerless = powerless

    def __getattr__(self, name: str) -> Any:
        if name in self._powerless:
            return lambda node: None
        real = getattr(self._real, name)
        return self._without_power(real) if RUNNERS.get(name) in self._powerless else real

    @staticmethod
    def _without_power(
        runner: Callable[[NodeName], CommandRunner],
    ) -> Callable[[NodeName], CommandRunner]:
        return lambda node: PowerlessRunner(runner(node))


class PowerlessEngine:
    """A real engine whose deployments lack some of their powers."""

    def __init__(self, run: Run, say: Callable[[str], None]) -> None:
        self._real: Any = engine_named("process", run, say)
        self._powerless = frozenset(os.environ[VARIABLE].split(","))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def deploy(self, *arguments: Any, **more: Any) -> PowerlessDeployment:
        """See the contract."""
        return PowerlessDeployment(self._real.deploy(*arguments, **more), self._powerless)


ENGINE = PowerlessEngine
