"""How networks of hsd are set up: options, identities, and who is turned away."""

from __future__ import annotations

import pytest

from support.domain import Blocks, Capability, Family, NodeName
from support.implementations.registry import implementation_named
from support.topology import Topology
from tests.unit.handshake.conftest import planned


@pytest.fixture
def blueprint(implementation, plan):
    return implementation.blueprint(Topology(3), plan, None)


def option(node, name):
    found = [word for word in node.command if word.startswith(f"--{name}=")]
    assert len(found) <= 1
    return found[0].partition("=")[2] if found else None


def test_handshake():
    found = implementation_named("handshake")
    assert found.name == "handshake"
    assert found.family is Family.LONGEST_CHAIN
    assert {Capability.LONGEST_CHAIN, Capability.SIGNED_PAYMENTS} <= found.capabilities
    assert dict(found.ports) == {"peers": 14038, "api": 14037}
    assert found.version == "8.0.0"
    assert found.software.version.startswith("8.0.0-node24.")
    assert found.confirmations == Blocks(3)


def test_every_node_holds_on_to_all_others(blueprint):
    node = blueprint.node(NodeName("node-2"))
    assert node.command[0] == "hsd"
    assert option(node, "only") == "host-node-1:1,host-node-3:1"
    assert option(node, "agent") == "node-2"
    assert option(node, "prefix") == "/home/node"
    assert (option(node, "port"), option(node, "http-port")) == ("1", "2")
    assert option(node, "network") == "regtest"


def test_a_node_without_others_is_told_of_none(implementation, plan):
    (node,) = implementation.blueprint(Topology(1), plan, None).nodes
    assert option(node, "only") is None


def test_no_two_nodes_and_no_two_networks_are_the_same(implementation, plan, blueprint):
    other = implementation.blueprint(Topology(3), plan, None)
    keys = {node.files["regtest/key"] for each in (blueprint, other) for node in each.nodes}
    assert len(keys) == 6
    assert blueprint.identity != other.identity


def test_a_fresh_node_in_the_place_of_another(implementation, blueprint):
    node = blueprint.nodes[0]
    fresh = implementation.replacement(node.name, blueprint, None)
    assert fresh.files["regtest/key"] != node.files["regtest/key"]
    assert (fresh.name, fresh.command, fresh.address) == (node.name, node.command, node.address)


def test_a_stranger_calls_the_nodes_of_the_network(implementation, blueprint):
    name = NodeName("node-9")
    stranger = implementation.stranger(name, blueprint, planned("node-9")[name], None)
    assert option(stranger, "network") == "simnet"
    assert option(stranger, "only") == "host-node-1:1,host-node-2:1,host-node-3:1"
    assert set(stranger.files) == {"simnet/key"}


#: From the log of a real node of simnet that was told to join a regtest.
TURNED_AWAY = "[debug] (net) Error: Invalid magic value: ae3895cf. (10.177.90.201:14038)"
#: From the same log: what came of looking for a beginning in the middle of a message.
GARBLED = "[debug] (net) Error: Invalid magic value: 65150100. (10.177.90.201:14038)"
NOT_YET = "[info] (net) Connected to 10.177.90.201:14038."


def test_turned_away_for_being_of_another_network(implementation):
    assert implementation.turned_away(f"{NOT_YET}\n{TURNED_AWAY}\n{GARBLED}\n")


def test_not_turned_away_yet(implementation):
    assert not implementation.turned_away("")
    assert not implementation.turned_away(f"{NOT_YET}\n{GARBLED}\n")
