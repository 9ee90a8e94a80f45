"""A twin has the voting key of another node, and is otherwise somebody else."""

from __future__ import annotations

import json
import tomllib

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress
from support.implementations.cosmos.node_files import peer_address_of
from support.topology import Topology

KEY, STATE = "config/priv_validator_key.json", "data/priv_validator_state.json"
NODE_KEY, CONFIG = "config/node_key.json", "config/config.toml"
FOUR, TWIN = NodeName("node-4"), NodeName("twin-44")


def twin_and_network(implementation, plan, program, peers):
    network = implementation.blueprint(Topology(4), plan, program)
    address = NodeAddress("host-twin", "0.0.0.0", "/home/twin", {PEERS: 7, API: 8})
    twin = implementation.twin(FOUR, network, address, name=TWIN, peers=peers)
    return twin, network


def test_it_votes_with_the_key_of_the_other_and_remembers_no_vote(implementation, plan, program):
    twin, network = twin_and_network(implementation, plan, program, ["node-1"])
    original = network.node(FOUR)
    assert twin.files[KEY] == original.files[KEY]
    assert json.loads(twin.files[STATE]) == {"height": "0", "round": 0, "step": 0}
    assert twin.files["config/genesis.json"] == original.files["config/genesis.json"]


def test_to_its_peers_it_is_somebody_else(implementation, plan, program):
    twin, network = twin_and_network(implementation, plan, program, ["node-1"])
    assert twin.files[NODE_KEY] != network.node(FOUR).files[NODE_KEY]
    config = tomllib.loads(twin.files[CONFIG].decode())
    assert config["moniker"] == TWIN
    assert config["p2p"]["laddr"].endswith(":7")
    assert config["rpc"]["laddr"].endswith(":8")


def test_it_calls_its_peers_and_is_told_of_nobody_else(implementation, plan, program):
    twin, network = twin_and_network(implementation, plan, program, ["node-1", "node-3"])
    told = tomllib.loads(twin.files[CONFIG].decode())["p2p"]
    called = ",".join(peer_address_of(network.node(name)) for name in ("node-1", "node-3"))
    assert told["persistent_peers"] == called
    assert told["pex"] is False


def test_what_else_its_configuration_says_is_as_that_of_the_other(implementation, plan, program):
    twin, network = twin_and_network(implementation, plan, program, ["node-1"])
    mine, theirs = (
        tomllib.loads(node.files[CONFIG].decode()) for node in (twin, network.node(FOUR))
    )
    for config in (mine, theirs):
        del config["moniker"], config["rpc"]["laddr"]
        for own in ("laddr", "persistent_peers", "pex"):
            config["p2p"].pop(own, None)
    assert mine == theirs


def test_it_lives_in_a_home_of_its_own(implementation, plan, program):
    twin, network = twin_and_network(implementation, plan, program, ["node-1"])
    assert "/home/twin" in twin.command
    assert network.node(FOUR).address.home not in twin.command
