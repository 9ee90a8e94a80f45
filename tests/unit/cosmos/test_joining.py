"""What those who join are told, and what networks are told that are asked to be like something."""

from __future__ import annotations

import json
import tomllib

import pytest

from support.domain import BadRequest, BlockId, Height, NodeName
from support.implementations.contract import Anchor, KnowsImpostors, Lie, OpenToFollowers, WayIn
from support.topology import Topology, Trait

NINE = NodeName("node-9")
ONE, TWO = NodeName("node-1"), NodeName("node-2")


@pytest.fixture
def network(implementation, program, plan):
    return implementation.blueprint(Topology(4), plan, program)


def config(node):
    return tomllib.loads(node.files["config/config.toml"].decode())


def app(node):
    return tomllib.loads(node.files["config/app.toml"].decode())


def genesis(node):
    return json.loads(node.files["config/genesis.json"])


def peers(node):
    return [peer for peer in config(node)["p2p"]["persistent_peers"].split(",") if peer]


def test_it_is_open_to_followers_and_knows_impostors(implementation):
    assert isinstance(implementation, OpenToFollowers)
    assert isinstance(implementation, KnowsImpostors)


def test_a_follower_has_the_first_state_of_all_and_keys_of_its_own(implementation, network, plan):
    fresh = implementation.follower(NINE, network, plan[NINE], WayIn(peers=(ONE, TWO)))
    member = network.node(ONE)
    assert genesis(fresh) == genesis(member)
    for keys in ("config/node_key.json", "config/priv_validator_key.json"):
        assert fresh.files[keys] != member.files[keys]
    assert config(fresh)["moniker"] == NINE
    assert [peer.partition("@")[2] for peer in peers(fresh)] == ["host-node-1:1", "host-node-2:1"]
    assert "statesync" not in config(fresh)
    assert app(fresh) == app(member)


def test_a_follower_that_begins_with_a_copy_believes_in_one_block(implementation, network, plan):
    way = WayIn(peers=(ONE, TWO), anchor=Anchor(Height(40), BlockId("AB")))
    fresh = implementation.follower(NINE, network, plan[NINE], way)
    sync = config(fresh)["statesync"]
    assert (sync["enable"], sync["trust_height"], sync["trust_hash"]) == (True, 40, "AB")
    assert sync["rpc_servers"] == "host-node-1:2,host-node-2:2"


def test_a_follower_that_knows_one_has_no_other_peers(implementation, network, plan):
    fresh = implementation.follower(NINE, network, plan[NINE], WayIn(seed=TWO))
    assert peers(fresh) == []
    assert config(fresh)["p2p"]["seeds"].endswith("@host-node-2:1")


def test_a_follower_that_forgets_is_told_so(implementation, network, plan):
    fresh = implementation.follower(NINE, network, plan[NINE], WayIn(peers=(ONE,), forgets=True))
    assert app(fresh)["pruning"] == "custom"


def test_who_begins_otherwise_has_as_many_coins_in_all(implementation, network, plan):
    other = implementation.impostor(NINE, network, plan[NINE], Lie.ANOTHER_BEGINNING)
    mine, theirs = genesis(network.node(ONE)), genesis(other)
    assert mine["chain_id"] == theirs["chain_id"]
    assert mine["app_state"]["bank"]["supply"] == theirs["app_state"]["bank"]["supply"]
    assert mine["app_state"]["bank"]["balances"] != theirs["app_state"]["bank"]["balances"]
    assert mine["app_state"]["genutil"] == theirs["app_state"]["genutil"]


def test_who_makes_a_past_up_is_the_only_one_who_votes(implementation, network, plan):
    other = implementation.impostor(NINE, network, plan[NINE], Lie.MADE_UP_PAST)
    (entry,) = genesis(other)["app_state"]["genutil"]["gen_txs"]
    key = json.loads(other.files["config/priv_validator_key.json"])["pub_key"]["value"]
    assert entry["body"]["messages"][0]["pubkey"]["key"] == key
    state = genesis(other)["app_state"]
    held = sum(
        int(coin["amount"])
        for each in state["bank"]["balances"]
        for coin in each["coins"]
        if coin["denom"] == "inj"
    )
    (supply,) = (c["amount"] for c in state["bank"]["supply"] if c["denom"] == "inj")
    assert held == int(supply)
    assert other.command != network.node(ONE).command


@pytest.mark.parametrize(
    ("shape", "neighbours"),
    [(Trait.RING, ["node-2", "node-4"]), (Trait.LINE, ["node-2"]), (Trait.STAR, ["node-2"])],
)
def test_nodes_call_their_neighbours_only(implementation, program, plan, shape, neighbours):
    asked_for = Topology(4, traits=frozenset({shape}))
    blueprint = implementation.blueprint(asked_for, plan, program)
    hosts = [peer.partition("@")[2] for peer in peers(blueprint.node(ONE))]
    if shape is Trait.STAR:
        neighbours = ["node-2", "node-3", "node-4"]
        assert [p.partition("@")[2] for p in peers(blueprint.node(TWO))] == ["host-node-1:1"]
    assert hosts == [f"host-{name}:1" for name in neighbours]
    assert not config(blueprint.node(ONE))["p2p"]["pex"]


def test_networks_that_keep_snapshots_say_how_often(implementation, program, plan):
    asked_for = Topology(4, traits=frozenset({Trait.SNAPSHOTS}))
    blueprint = implementation.blueprint(asked_for, plan, program)
    assert app(blueprint.node(TWO))["state-sync"]["snapshot-interval"] == 20


def test_a_chain_that_does_not_let_blocks_be_forgotten_is_told_of(implementation, program, plan):
    """The genesis of these tests has no rule of that kind."""
    with pytest.raises(BadRequest, match="max_age_num_blocks"):
        implementation.blueprint(Topology(4, traits=frozenset({Trait.SHORT_MEMORY})), plan, program)


def test_nodes_that_tell_their_addresses_tell_the_right_ones(implementation, program, plan):
    asked_for = Topology(4, traits=frozenset({Trait.PUBLIC}))
    blueprint = implementation.blueprint(asked_for, plan, program)
    assert config(blueprint.node(TWO))["p2p"]["external_address"] == "host-node-2:1"
