"""Who joins is one of the nodes until the network is given back, and leaves no trace."""

from __future__ import annotations

import pytest

from support.domain import BadRequest, NodeName
from support.engines.contract import Blueprint, NodeAddress, NodeBlueprint
from support.implementations.contract import Lie, WayIn
from support.network import Network
from support.shape import choices
from tests.unit.played import NODE_1, NODE_2, NODE_3, NODE_4, NODE_5, PlayedImplementation, Stage
from tests.unit.played import PlayedNode as Played

NODE_6 = NodeName("node-6")
MEMBERS = (NODE_1, NODE_2, NODE_3, NODE_4)


class Open(PlayedImplementation):
    """Whoever likes may join, and may lie."""

    def follower(
        self, name: NodeName, network: Blueprint, address: NodeAddress, way: WayIn
    ) -> NodeBlueprint:
        self.knew = [node.name for node in network.nodes]
        return NodeBlueprint(name, {}, ("follow",), address)

    def impostor(
        self, name: NodeName, host: Blueprint, address: NodeAddress, lie: Lie
    ) -> NodeBlueprint:
        return NodeBlueprint(name, {}, ("lie",), address)


@pytest.fixture
def network(stage: Stage) -> Network:
    for name in (NODE_5, NODE_6):
        stage.nodes[name] = Played(name, stage.ledger, stage.topology.names)
    stage.implementation = Open(stage.nodes)
    return stage.network


def test_a_follower_is_one_of_the_nodes_until_it_is_dismissed(
    stage: Stage, network: Network
) -> None:
    assert network.add_follower(WayIn(peers=network.nodes)) == NODE_5
    assert network.nodes == (*MEMBERS, NODE_5)
    assert set(network.heights()) == {*MEMBERS, NODE_5}
    assert not network.is_as_asked_for
    network.restore()
    assert network.nodes == (*MEMBERS, NODE_5), "it is judged with the others before it goes"
    network.dismiss_followers()
    assert network.nodes == MEMBERS
    assert network.is_as_asked_for
    assert stage.deployment.done[-1] == "remove node-5"


def test_nobody_gets_a_number_that_somebody_had(network: Network) -> None:
    network.add_follower(WayIn(peers=network.nodes))
    network.dismiss_followers()
    assert network.add_impostor(Lie.MADE_UP_PAST) == "impostor-6"
    assert network.add_stranger() == "stranger-7"


def test_a_network_that_has_given_most_numbers_away_is_not_lent_out_again(
    network: Network,
) -> None:
    while network.add_stranger() != "stranger-39":
        assert network.is_as_asked_for
    network.add_stranger()
    assert not network.is_as_asked_for


def test_one_that_is_given_up_is_gone_before_anything_is_judged(network: Network) -> None:
    follower = network.add_follower(WayIn(peers=network.nodes))
    network.faults.stop(follower)
    network.give_up(follower)
    assert not network.is_whole()
    network.restore()
    assert network.nodes == MEMBERS
    assert network.is_whole()


def test_impostors_are_no_nodes_and_can_be_listened_to(stage: Stage, network: Network) -> None:
    impostor = network.add_impostor(Lie.ANOTHER_BEGINNING)
    assert network.nodes == MEMBERS
    assert not network.is_whole()
    network.add_follower(WayIn(peers=(impostor,)))
    assert stage.implementation.knew == [*MEMBERS, impostor]  # type: ignore[attr-defined]
    network.restore()
    assert network.is_whole()
    assert f"remove {impostor}" in stage.deployment.done


def test_nobody_joins_where_the_implementation_knows_no_followers(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="follow"):
        stage.network.add_follower(WayIn(peers=MEMBERS))
    with pytest.raises(BadRequest, match="name of this network"):
        stage.network.add_impostor(Lie.MADE_UP_PAST)


def test_every_pair_of_seven_is_one_of_21() -> None:
    nodes = [NodeName(f"node-{number}") for number in range(1, 8)]
    pairs = list(choices(nodes, 2))
    assert len(pairs) == len({frozenset(pair) for pair in pairs}) == 21
