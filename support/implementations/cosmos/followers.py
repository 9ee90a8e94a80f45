"""Nodes without a vote that join a network which runs already."""

from __future__ import annotations

from typing import Any

from support.domain import NodeName
from support.engines.contract import API, Blueprint, NodeAddress, NodeBlueprint
from support.implementations.contract import WayIn
from support.implementations.cosmos.node_files import (
    APP_FILE,
    CONFIG_FILE,
    alike,
    peer_address_of,
    with_settings,
)
from support.implementations.cosmos.traits import FORGETFUL

#: A copy of the ledger is checked with what two nodes say; CometBFT insists on two.
_WITNESSES = 2


def follower(name: NodeName, network: Blueprint, address: NodeAddress, way: WayIn) -> NodeBlueprint:
    """A node that finds the members of ``network`` on its ``way``, and listens to them."""
    node = alike(name, address, network.nodes[0])
    node = with_settings(node, CONFIG_FILE, {"p2p": _acquaintances(network, way)})
    if way.anchor is not None:
        node = with_settings(node, CONFIG_FILE, {"statesync": _begins_with_a_copy(network, way)})
    if way.forgets:
        node = with_settings(node, APP_FILE, FORGETFUL)
    return node


def _acquaintances(network: Blueprint, way: WayIn) -> dict[str, Any]:
    if way.seed is not None:
        return {"seeds": peer_address_of(network.node(way.seed)), "pex": True}
    return {"persistent_peers": ",".join(peer_address_of(network.node(peer)) for peer in way.peers)}


def _begins_with_a_copy(network: Blueprint, way: WayIn) -> dict[str, Any]:
    assert way.anchor is not None
    addresses = [network.node(peer).address for peer in way.peers[:_WITNESSES]]
    return {
        "enable": True,
        "rpc_servers": ",".join(f"{each.host}:{each.ports[API]}" for each in addresses),
        "trust_height": way.anchor.height,
        "trust_hash": way.anchor.block,
        "trust_period": "168h0m0s",
        # the least that CometBFT takes; otherwise it looks around for 15 s
        "discovery_time": "5s",
    }
