"""Who joins is one of the nodes until the network is given back, and leaves no trace."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from support.domain import BadRequest, BlockId, Height, NodeName, Silence
from support.engines.contract import Blueprint, NodeAddress, NodeBlueprint
from support.implementations.contract import Lie, Nonsense, WayIn
from support.joining import beside_a_stranger
from support.network import Network
from support.past_matchers import shares_no_block_with
from support.shape import choices
from tests.unit.played import (
    NODE_1,
    NODE_2,
    NODE_3,
    NODE_4,
    NODE_5,
    Ledger,
    PlayedImplementation,
    Stage,
)
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


class Beginner(Played):
    """Has the first blocks only, as it says itself, and cannot tell of others."""

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        if last > self.height:
            raise Nonsense(f"{self.name} has no block {last}")
        return super().block_ids(first, last)


@pytest.fixture
def impostor(stage: Stage, network: Network) -> Played:
    """One that has made another history up, longer than that of the members."""
    name = network.add_impostor(Lie.MADE_UP_PAST)
    past = Ledger(blocks=[BlockId(f"made-up-{number}") for number in range(40)])
    stage.nodes[name] = Played(name, past, [name])
    return stage.nodes[name]


def test_every_node_is_compared_with_an_impostor_as_far_as_it_goes(
    stage: Stage, network: Network, impostor: Played
) -> None:
    stage.nodes[NODE_6] = Beginner(NODE_6, stage.ledger, MEMBERS)
    assert network.add_follower(WayIn(peers=network.nodes)) == NODE_6
    stage.blocks_pass(9)
    stage.nodes[NODE_6].behind = 7
    stage.nodes[NODE_3].rewritten[9] = BlockId("made-up-8")
    seen = beside_a_stranger(network, impostor.name)
    lasts = {node: seen[node].told.last for node in seen}  # type: ignore[union-attr]
    newest = stage.ledger.height
    assert lasts == {**dict.fromkeys(MEMBERS, newest), NODE_6: newest - 7}
    assert [n for n in seen if not shares_no_block_with(impostor.name).matches(seen[n])] == [NODE_3]


def test_an_impostor_that_does_not_answer_once_decides_nothing(
    network: Network, impostor: Played
) -> None:
    impostor.silent = "timed out"
    seen = beside_a_stranger(network, impostor.name)
    assert set(seen) == set(MEMBERS)
    for silence in seen.values():
        assert isinstance(silence, Silence)
        assert f"{impostor.name} does not answer (timed out)" in str(silence)


def test_a_member_that_does_not_answer_is_not_taken_for_one_that_shares_nothing(
    stage: Stage, network: Network, impostor: Played
) -> None:
    stage.nodes[NODE_2].silent = "timed out"
    seen = beside_a_stranger(network, impostor.name)
    assert seen[NODE_2] == Silence("timed out")
    assert shares_no_block_with(impostor.name).matches(seen[NODE_1])


def test_nobody_joins_where_the_implementation_knows_no_followers(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="follow"):
        stage.network.add_follower(WayIn(peers=MEMBERS))
    with pytest.raises(BadRequest, match="name of this network"):
        stage.network.add_impostor(Lie.MADE_UP_PAST)


def test_every_pair_of_seven_is_one_of_21() -> None:
    nodes = [NodeName(f"node-{number}") for number in range(1, 8)]
    pairs = list(choices(nodes, 2))
    assert len(pairs) == len({frozenset(pair) for pair in pairs}) == 21
