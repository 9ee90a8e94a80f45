"""How a network comes into being: addresses, blueprint, deployment, and a first block."""

from __future__ import annotations

import time
from contextlib import suppress

from support.domain import (
    FIRST_BLOCK,
    BlockId,
    EnvironmentProblem,
    NetworkFailure,
    NodeName,
    NodeState,
    Silence,
)
from support.engines.contract import Deployment, Engine, Software, last_words
from support.implementations.contract import Implementation, NodeClient
from support.implementations.governance import Upgradable
from support.journal import Journal
from support.network import Network
from support.topology import Topology
from support.waiting import until

#: Seconds in which even a busy host starts a node; the usual figure for four of them is 3.
_START = 90.0
#: Seconds between two looks at whether a node that does not answer has ended.
_LOOK = 0.5
#: Lines of each node's log that a failed start leaves for the evidence.
_LOG_LINES = 500


class DidNotStart(NetworkFailure):
    """A network that never agreed on a first block; ``logs`` is what its nodes wrote."""

    def __init__(self, words: str, logs: dict[NodeName, str]) -> None:
        super().__init__(words)
        self.logs = logs


def start_network(
    topology: Topology,
    *,
    implementation: Implementation,
    engine: Engine,
    journal: Journal,
    patience: float,
) -> Network:
    """Start a network and return it when all nodes have agreed on a first block.

    Raises :class:`DidNotStart` when they do not and :class:`EnvironmentProblem` when the host
    cannot run them; nothing is left behind then.
    """
    started = time.monotonic()
    plan = engine.address_plan(topology.names, implementation.ports)
    try:
        tools = engine.tools(_software_of(implementation, topology))
        blueprint = implementation.blueprint(topology, plan, tools)
        journal.write("network asked for", network=blueprint.identity, nodes=topology.nodes)
    except BaseException:
        engine.release(plan)
        raise
    deployment = engine.deploy(blueprint, plan, disk=topology.disk)
    try:
        try:
            network = Network(
                topology=topology,
                implementation=implementation,
                engine=engine,
                plan=plan,
                blueprint=blueprint,
                deployment=deployment,
                journal=journal,
                patience=patience,
            )
        except EnvironmentProblem:
            if _ended(deployment):  # such a node has no address any more
                raise _did_not_start(deployment) from None
            raise
        _await_first_block(network, deployment, _START * patience)
        seconds = round(time.monotonic() - started, 3)
        journal.write("network ready", network=network.name, nodes=topology.nodes, seconds=seconds)
    except BaseException:
        with suppress(EnvironmentProblem):  # the reason that it did not start matters more
            deployment.destroy()
        raise
    network.watch()
    return network


def _software_of(implementation: Implementation, topology: Topology) -> Software:
    """Whose tools make its first state."""
    if isinstance(implementation, Upgradable):
        return implementation.software_of(topology)
    return implementation.software


def _await_first_block(network: Network, deployment: Deployment, seconds: float) -> None:
    looked = time.monotonic()
    missing = list(network.nodes)
    begun = False

    def agreed() -> bool | None:
        nonlocal begun, looked
        begun = begun or network.begin()
        # Nodes that start need every core there is, and a question costs a millisecond: one node is
        # asked until it has a block, then the next.
        while begun and missing and _has_a_block(network, missing[0]):
            missing.pop(0)
        if not missing:
            ids = set(network.read(_first_blocks).values())
            agree = len(ids) == 1 and not any(isinstance(told, Silence) for told in ids)
            return True if agree else None
        if time.monotonic() - looked > _LOOK:
            looked = time.monotonic()
            return False if _ended(deployment) else None
        return None

    if not until(agreed, seconds=lambda: seconds):
        raise _did_not_start(deployment)


def _has_a_block(network: Network, node: NodeName) -> bool:
    height = network.heights([node])[node]
    return not isinstance(height, Silence) and height >= FIRST_BLOCK


def _first_blocks(client: NodeClient) -> tuple[BlockId, ...]:
    return tuple(client.block_ids(FIRST_BLOCK, FIRST_BLOCK))


def _ended(deployment: Deployment) -> NodeName | None:
    for node in deployment.nodes:
        if deployment.state(node) is NodeState.STOPPED:
            return node
    return None


def _did_not_start(deployment: Deployment) -> DidNotStart:
    dead = _ended(deployment)
    why = f"{dead} ended at its start" if dead else "the nodes agreed on no first block"
    shown = dead or deployment.nodes[-1]
    words = (
        f"the network did not start: {why}; the last words of {shown}:\n"
        f"{last_words(deployment, shown, 10)}"
    )
    logs: dict[NodeName, str] = {}
    for node in deployment.nodes:
        with suppress(EnvironmentProblem):  # a log that cannot be read must not hide the reason
            logs[node] = deployment.logs(node, tail=_LOG_LINES)
    return DidNotStart(words, logs)
