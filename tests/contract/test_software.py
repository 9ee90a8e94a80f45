"""A node gets another program, and keeps everything else, as deployments say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.domain import Capability, EnvironmentProblem, NodeName, NodeState
from support.engines.contract import Software
from support.implementations.governance import GovernanceTeller, Upgradable
from support.topology import Trait
from tests.contract.started import Needs, Pair, Started, eventually

pytestmark = pytest.mark.engine

TWO = NodeName("node-2")


def test_a_node_keeps_its_disk_its_log_and_its_address_when_its_software_changes(
    network: Started,
) -> None:
    known = network.height(TWO)
    before = network.history(TWO, known)
    address = network.deployment.address(TWO)
    network.deployment.stop(TWO)
    first = network.deployment.logs(TWO, tail=5000).splitlines()[0]
    command = network.blueprint.node(TWO).command
    for _ in range(2):  # the disk is handed on, also by one that has it from another one
        network.deployment.change_software(TWO, network.blueprint.software, command)
        assert network.deployment.state(TWO) is NodeState.STOPPED
        assert network.deployment.logs(TWO, tail=5000).splitlines()[0] == first
        network.deployment.start(TWO)
        assert eventually(lambda: network.history(TWO, known), "node-2 answers") == before
        assert network.deployment.address(TWO) == address
        network.await_new_blocks()
        network.deployment.stop(TWO)
    network.deployment.start(TWO)
    network.await_new_blocks()


def test_a_node_that_runs_keeps_its_software(network: Started) -> None:
    command = network.blueprint.node(TWO).command
    with pytest.raises(EnvironmentProblem, match="running"):
        network.deployment.change_software(TWO, network.blueprint.software, command)
    network.await_new_blocks()


def test_a_wiped_node_has_the_software_that_it_had_last(network: Started, needs: Needs) -> None:
    needs(Capability.SELF_REBUILD)
    network.deployment.stop(TWO)
    command = network.blueprint.node(TWO).command
    network.deployment.change_software(TWO, network.blueprint.software, command)
    network.deployment.wipe(TWO)
    assert network.deployment.logs(TWO) == ""
    network.deployment.start(TWO)
    network.await_new_blocks()


def test_software_that_cannot_be_had_changes_nothing(network: Started) -> None:
    def fails(*_: object) -> None:
        raise EnvironmentProblem("there is no such thing")

    if network.engine.name == "fake":
        pytest.skip("a simulated node unpacks nothing")
    missing = Software("accord-missing", "0", fails, recipe=network.blueprint.software.recipe)
    network.deployment.stop(TWO)
    with pytest.raises(EnvironmentProblem, match="no such thing"):
        network.deployment.change_software(TWO, missing, ("missing",))
    network.deployment.start(TWO)
    network.await_new_blocks()


@pytest.fixture
def on_previous(pair: Pair, needs: Needs) -> Iterator[Started]:
    """A network of one node on the release before the current one."""
    needs(Capability.UPGRADE)
    assert isinstance(pair.implementation, Upgradable)
    why = pair.implementation.why_no_upgrade()
    if why:
        pytest.skip(why)
    started = Started(pair, 1, traits=frozenset({Trait.PREVIOUS_RELEASE}))
    yield started
    started.end()


def test_a_network_can_begin_on_the_release_before(on_previous: Started) -> None:
    on_previous.await_height(3)
    client = on_previous.client(NodeName("node-1"))
    assert isinstance(client, GovernanceTeller)
    assert client.governance.release() == on_previous.blueprint.software.version
    assert client.governance.release() != on_previous.implementation.version
    assert client.governance.plan() is None
