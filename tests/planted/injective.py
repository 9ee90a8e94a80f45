"""Real nodes with a defect made by configuration: each is an implementation like any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from support.domain import NodeName
from support.engines.contract import AddressPlan, Blueprint, NodeBlueprint, Tools
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.settings_file import read_chain
from support.implementations.registry import CHAINS
from support.topology import Topology

#: What a defect does to the files of one node.
Change = Callable[[NodeBlueprint], Mapping[str, bytes]]

_GENESIS = "config/genesis.json"
_CONFIG = "config/config.toml"
_LAST_SIGNED = "data/priv_validator_state.json"


class Defective(CosmosImplementation):
    """injective, with something wrong in the home of every node that ``change`` answers for."""

    def __init__(self, change: Change) -> None:
        super().__init__(read_chain(CHAINS / "injective.toml"))
        self._change = change

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """A network as usual, but for the defect."""
        sound = super().blueprint(topology, addresses, tools)
        nodes = tuple(
            replace(node, files={**node.files, **self._change(node)}) for node in sound.nodes
        )
        return replace(sound, nodes=nodes)


def another_genesis(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 4 begins from another state: one inflation parameter differs."""
    if node.name != "node-4":
        return {}
    genesis = _genesis_of(node)
    genesis["app_state"]["mint"]["minter"]["inflation"] = "0.200000000000000000"
    return {_GENESIS: json.dumps(genesis).encode()}


def gossips_nothing(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 4 keeps to itself what customers give it, and makes no block to put it in."""
    genesis = _genesis_of(node)
    makers = genesis["app_state"]["genutil"]["gen_txs"]
    genesis["app_state"]["genutil"]["gen_txs"] = [
        maker
        for maker in makers
        if maker["body"]["messages"][0]["description"]["moniker"] != "node-4"
    ]
    changed = {_GENESIS: json.dumps(genesis).encode()}
    if node.name == "node-4":
        config = node.files[_CONFIG].decode()
        assert "[mempool]\n" in config, "the node's configuration has another shape now"
        changed[_CONFIG] = config.replace("[mempool]\n", "[mempool]\nbroadcast = false\n").encode()
    return changed


def clock_of_blocks_stands_still(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 4 believes that it has voted far ahead, so it votes for no block that is made now."""
    if node.name != "node-4":
        return {}
    return {_LAST_SIGNED: json.dumps({"height": "1000000", "round": 0, "step": 3}).encode()}


def decides_by_a_fifth(node: NodeBlueprint) -> Mapping[str, bytes]:
    """A fifth of the votes is enough to accept a proposal, and a tenth to vote at all."""
    genesis = _genesis_of(node)
    genesis["app_state"]["gov"]["params"] |= {
        "quorum": "0.100000000000000000",
        "threshold": "0.200000000000000000",
        "expedited_threshold": "0.300000000000000000",
    }
    return {_GENESIS: json.dumps(genesis).encode()}


class LeavesOneBehind(CosmosImplementation):
    """injective, where node 4 gets the program that it has already when it is upgraded."""

    def __init__(self) -> None:
        super().__init__(read_chain(CHAINS / "injective.toml"))

    def upgraded(self, node: NodeName, network: Blueprint, topology: Topology) -> NodeBlueprint:
        """The others are upgraded."""
        if node != "node-4":
            return super().upgraded(node, network, topology)
        return replace(network.node(node), software=network.software)


def _genesis_of(node: NodeBlueprint) -> Any:
    return json.loads(node.files[_GENESIS])
