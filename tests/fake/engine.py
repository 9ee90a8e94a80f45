"""The engine of the suite's own tests: nodes are simulated in this process, and nothing is started.

``behave features/ -D engine=tests.fake.engine -D implementation=tests.fake.implementation``
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from itertools import count

from support.domain import Capability, EnvironmentProblem, Megabytes, NodeName, node_number
from support.engines.contract import AddressPlan, Blueprint, NodeAddress, Software, Tools
from tests.fake.defects import planted_defects
from tests.fake.deployment import FakeDeployment

#: Of all networks that this process has had, so that no two endpoints are ever the same.
_numbers = count(1)


class FakeEngine:
    """See :class:`~support.engines.contract.Engine`.

    It takes the run and the function that the registry gives to engines, and needs neither.
    """

    name = "fake"
    version = "1"
    capabilities = frozenset(
        {Capability.LINK_FAULTS, Capability.NODE_FAULTS, Capability.NODE_CLOCKS}
    )
    lacks: Mapping[Capability, str] = dict.fromkeys(
        (Capability.DISK_LIMITS, Capability.SLOW_DISKS), "simulated nodes have no disks"
    )

    def __init__(self, run: object = None, say: object = None) -> None:
        planted_defects()  # a misspelt defect is an error before anything starts
        self._deployments: list[FakeDeployment] = []
        self._lock = threading.Lock()

    def tools(self, software: Software) -> Tools:
        """Simulated software brings no tools."""

        def run_once(argv: Sequence[str], *, collect: str) -> bytes:
            return b"{}"

        return run_once

    def address_plan(self, nodes: Sequence[NodeName], ports: Mapping[str, int]) -> AddressPlan:
        """A subnet that no other network of this process has had."""
        number = next(_numbers)
        return AddressPlan({node: _address(number, node, ports) for node in nodes}, token=number)

    def release(self, plan: AddressPlan) -> None:
        """See the contract. Numbers are never used twice, so there is nothing to give back."""

    def further_address(self, plan: AddressPlan, node: NodeName) -> NodeAddress:
        """See the contract."""
        ports = next(iter(plan.nodes.values())).ports
        return _address(_number(plan), node, ports)

    def deploy(
        self, blueprint: Blueprint, plan: AddressPlan, *, disk: Megabytes | None = None
    ) -> FakeDeployment:
        """See the contract."""
        if disk is not None:
            raise EnvironmentProblem(self.lacks[Capability.DISK_LIMITS])
        deployment = FakeDeployment(f"network-{_number(plan)}", blueprint)
        with self._lock:
            self._deployments.append(deployment)
        return deployment

    def close(self) -> None:
        """See the contract."""
        with self._lock:
            deployments, self._deployments = self._deployments, []
        for deployment in deployments:
            deployment.destroy()


def sweep(run_id: str) -> int:
    """A dead process leaves no simulated network behind."""
    return 0


def dead_runs() -> list[str]:
    """See :func:`sweep`."""
    return []


def _address(network: int, node: NodeName, ports: Mapping[str, int]) -> NodeAddress:
    host = f"10.{64 + network // 256 % 64}.{network % 256}.{10 + node_number(node)}"
    return NodeAddress(host=host, listen="0.0.0.0", home="/home/node", ports=ports)


def _number(plan: AddressPlan) -> int:
    assert isinstance(plan.token, int), "the plan was made by another engine"
    return plan.token


ENGINE = FakeEngine
