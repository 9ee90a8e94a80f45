"""A deployed blueprint whose nodes live in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from support.domain import EnvironmentProblem, NodeName, NodeState, in_order
from support.engines.contract import (
    API,
    Blueprint,
    CommandRunner,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
)
from tests.fake import switchboard
from tests.fake.api import NodeApi
from tests.fake.defects import planted_defects
from tests.fake.genesis import GENESIS_FILE, NODE_FILE, Genesis, peers_from_file
from tests.fake.network import SimulatedNetwork
from tests.fake.node import SimulatedNode
from tests.fake.shell import ClockSetter, Shell


class FakeDeployment:
    """See :class:`~support.engines.contract.Deployment`."""

    disk = None

    def __init__(self, token: str, blueprint: Blueprint) -> None:
        self.token = token
        genesis = Genesis.from_file(blueprint.nodes[0].files[GENESIS_FILE])
        self._network = SimulatedNetwork(token, genesis.block_time, planted_defects())
        self._addresses: dict[NodeName, NodeAddress] = {}
        try:
            for node in blueprint.nodes:
                self.add(node)
        except BaseException:
            self.destroy()
            raise
        self._network.start_clock()

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        """See the contract."""
        with self._network.lock:
            return tuple(in_order(self._network.nodes))

    def endpoints(self, node: NodeName) -> Endpoints:
        """Another one after every start, like the ports that an engine picks."""
        with self._known(node) as simulated:
            if simulated.state is NodeState.STOPPED:
                raise EnvironmentProblem(f"{node} is not running: it has no address to talk to")
            return {API: self._endpoint(simulated)}

    def address(self, node: NodeName) -> NodeAddress:
        """See the contract."""
        with self._known(node):
            return self._addresses[node]

    def state(self, node: NodeName) -> NodeState:
        """See the contract."""
        with self._known(node) as simulated:
            return simulated.state

    def start(self, node: NodeName) -> None:
        """See the contract. A node that runs goes on running."""
        with self._changing(node) as simulated:
            if simulated.state is NodeState.STOPPED:
                simulated.start()
                switchboard.listen(self._endpoint(simulated), NodeApi(self._network, simulated))

    def stop(self, node: NodeName) -> None:
        """See the contract."""
        with self._changing(node) as simulated:
            self._end(simulated, "was asked to stop and has stopped")

    def kill(self, node: NodeName) -> None:
        """See the contract."""
        with self._changing(node) as simulated:
            running = simulated.state is not NodeState.STOPPED
            self._end(simulated, "was killed")
            if running and not self._network.defects.keeps_history_over_a_crash():
                simulated.install(self._network.defects)
                simulated.deaf = True

    def pause(self, node: NodeName) -> None:
        """See the contract."""
        self._turn(node, NodeState.RUNNING, NodeState.PAUSED)

    def resume(self, node: NodeName) -> None:
        """See the contract."""
        self._turn(node, NodeState.PAUSED, NodeState.RUNNING)

    def wipe(self, node: NodeName) -> None:
        """See the contract."""
        with self._changing(node) as simulated:
            if simulated.state is not NodeState.STOPPED:
                raise EnvironmentProblem(f"{node} is running: its disk cannot be wiped")
            simulated.install(self._network.defects)

    def change_software(self, node: NodeName, software: Software, command: tuple[str, ...]) -> None:
        """See the contract. Here all programs are the same one, and the log tells of the change."""
        with self._changing(node) as simulated:
            if simulated.state is not NodeState.STOPPED:
                raise EnvironmentProblem(f"{node} is running: its program cannot be changed")
            simulated.say(f"runs {software.name} {software.version} from now on")

    def add(self, node: NodeBlueprint) -> None:
        """See the contract. The node is started."""
        with self._network.lock:
            if node.name in self._network.nodes:
                raise EnvironmentProblem(f"there is a {node.name} already")
            simulated = SimulatedNode(
                node.name,
                node.address.host,
                Genesis.from_file(node.files[GENESIS_FILE]),
                peers_from_file(node.files[NODE_FILE]),
            )
            simulated.install(self._network.defects)
            self._addresses[node.name] = node.address
            self._network.nodes[node.name] = simulated
            self.start(node.name)

    def remove(self, node: NodeName) -> None:
        """See the contract."""
        with self._changing(node) as simulated:
            self._end(simulated, "was removed")
            del self._network.nodes[node]

    def freeze(self) -> None:
        """See the contract."""
        self._turn_all(NodeState.RUNNING, NodeState.PAUSED)

    def thaw(self) -> None:
        """See the contract."""
        self._turn_all(NodeState.PAUSED, NodeState.RUNNING)

    def logs(self, node: NodeName, *, tail: int = 200) -> str:
        """See the contract."""
        with self._known(node) as simulated:
            return simulated.log(tail)

    def in_network_namespace(self, node: NodeName) -> CommandRunner:
        """See the contract. Rules end with the namespace, and that with the node's process."""
        with self._known(node) as simulated:
            if simulated.state is NodeState.STOPPED:
                raise EnvironmentProblem(f"{node} is not running: it has no network namespace")
            return Shell(self._network, simulated)

    def in_process(self, node: NodeName) -> CommandRunner:
        """See the contract."""
        with self._known(node) as simulated:
            if simulated.state is NodeState.STOPPED:
                raise EnvironmentProblem(f"{node} is not running: it has no process")
            return ClockSetter(self._network, simulated)

    def in_home(self, node: NodeName) -> CommandRunner:
        """See the contract."""
        raise EnvironmentProblem(f"{node} is simulated, so it has no disk")

    def prepare_faults(self) -> None:
        """Nothing is to be made ready."""

    def hints(self) -> Mapping[str, str]:
        """See the contract."""
        return {
            "look around": f"(nothing to run: {self.token} lives in the process that made it)",
        }

    def destroy(self) -> None:
        """See the contract."""
        self._network.close()
        for node in self.nodes:
            self.remove(node)

    def _endpoint(self, node: SimulatedNode) -> str:
        again = f"?start={node.starts}" if node.starts > 1 else ""
        return f"fake://{self.token}/{node.name}{again}"

    def _end(self, node: SimulatedNode, how: str) -> None:
        if node.state is not NodeState.STOPPED:
            switchboard.hang_up(self._endpoint(node))
            node.end(how)

    def _turn(self, node: NodeName, before: NodeState, after: NodeState) -> None:
        with self._changing(node) as simulated:
            if simulated.state is not before:
                raise EnvironmentProblem(f"{node} is {simulated.state.value}, not {before.value}")
            simulated.state = after

    def _turn_all(self, before: NodeState, after: NodeState) -> None:
        with self._network.lock:
            for node in self._network.nodes.values():
                if node.state is before:
                    node.state = after
            self._network.relink()

    @contextmanager
    def _known(self, node: NodeName) -> Iterator[SimulatedNode]:
        with self._network.lock:
            if node not in self._network.nodes:
                raise EnvironmentProblem(f"there is no {node} in {self.token}")
            yield self._network.nodes[node]

    @contextmanager
    def _changing(self, node: NodeName) -> Iterator[SimulatedNode]:
        with self._known(node) as simulated:
            yield simulated
            self._network.relink()
