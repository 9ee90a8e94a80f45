"""Twins stand beside a network: their links can be cut, and no promise is about them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from support.domain import BadRequest, NetworkFailure, NodeName, NodeState
from support.engines.contract import Blueprint, NodeAddress, NodeBlueprint
from support.faults.grudges import between
from tests.unit.played import NODE_1, NODE_3, NODE_4, Stage

TWIN = NodeName("twin-44")


@pytest.fixture
def doubling(stage: Stage) -> Stage:
    """A stage whose nodes can be had twice."""

    def twin(
        of: NodeName,
        network: Blueprint,
        address: NodeAddress,
        *,
        name: NodeName,
        peers: Sequence[NodeName],
    ) -> NodeBlueprint:
        return NodeBlueprint(name, {}, ("run", "as", of, "with", *peers), address)

    stage.implementation.twin = twin  # type: ignore[attr-defined]
    stage.nodes[TWIN] = stage.nodes[NODE_4]
    return stage


def test_software_that_has_no_twins_is_told(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="no node of this network can be had twice"):
        stage.network.twins.start(NODE_4, [NODE_1])


def test_a_twin_is_no_member(doubling: Stage) -> None:
    network = doubling.network
    assert network.twins.start(NODE_4, [NODE_1]) == TWIN
    assert doubling.deployment.added[-1].command == ("run", "as", NODE_4, "with", NODE_1)
    assert TWIN not in network.nodes
    assert TWIN not in network.heights()
    assert not network.is_whole()


def test_its_links_can_be_cut_as_long_as_it_is_there(doubling: Stage) -> None:
    network = doubling.network
    network.twins.start(NODE_4, [NODE_1])
    network.faults.cut(between([TWIN], [NODE_3]))
    assert network.faults.grudge[NODE_3] == {TWIN}
    network.restore()
    assert doubling.deployment.done[-1] == f"remove {TWIN}"
    assert network.is_whole()
    with pytest.raises(BadRequest, match="there is no"):
        network.faults.cut(between([TWIN], [NODE_3]))


def test_nobody_is_doubled_twice(doubling: Stage) -> None:
    """Its address would be one that the others have had to do with."""
    network = doubling.network
    network.twins.start(NODE_4, [NODE_1])
    network.restore()
    with pytest.raises(BadRequest, match="there was a twin of node-4 already"):
        network.twins.start(NODE_4, [NODE_1])


def test_a_twin_that_has_ended_is_told_with_its_last_words(doubling: Stage) -> None:
    network = doubling.network
    twin = network.twins.start(NODE_4, [NODE_1])
    status = network.twins.status(twin)
    assert status is not None
    assert status.height == doubling.ledger.height
    doubling.nodes[TWIN].silent = "it hangs up"
    assert network.twins.status(twin) is None
    doubling.deployment.states[TWIN] = NodeState.STOPPED
    doubling.deployment.log[TWIN] = "no room"
    with pytest.raises(NetworkFailure, match=r"twin-44 has ended.*\n.*no room"):
        network.twins.status(twin)
