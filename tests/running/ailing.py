"""An engine on which runs go wrong in other ways than networks do: ``ACCORD_FAKE_AILMENT``.

``absent``: it cannot be had at all; ``no room``: no network starts; ``killed``, ``exits``: the
whole process is gone as soon as somebody asks for five nodes.
"""

from __future__ import annotations

import os
import signal

from support.domain import EnvironmentProblem, Megabytes
from support.engines.contract import AddressPlan, Blueprint
from tests.fake.deployment import FakeDeployment
from tests.fake.engine import FakeEngine


class AilingEngine(FakeEngine):
    """See above."""

    def __init__(self, run: object = None, say: object = None) -> None:
        self._ailment = os.environ["ACCORD_FAKE_AILMENT"]
        if self._ailment == "absent":
            raise EnvironmentProblem("no such engine answers here: start one")
        super().__init__(run, say)

    def deploy(
        self, blueprint: Blueprint, plan: AddressPlan, *, disk: Megabytes | None = None
    ) -> FakeDeployment:
        """See the contract."""
        if self._ailment == "no room":
            raise EnvironmentProblem("no room is left on this machine: make some")
        if len(blueprint.nodes) == 5:
            if self._ailment == "exits":
                os._exit(7)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().deploy(blueprint, plan, disk=disk)


ENGINE = AilingEngine
