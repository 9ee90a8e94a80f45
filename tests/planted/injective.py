"""Real nodes with a defect made by configuration: each is an implementation like any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

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

    def __init__(self, change: Change, *, propose: str | None = None) -> None:
        """``propose``: for how long nodes wait for whose turn it is, ``4s`` for example."""
        super().__init__(read_chain(CHAINS / "injective.toml"))
        self._change = change
        self._propose = propose

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """A network as usual, but for the defect."""
        sound = super().blueprint(topology, addresses, tools)
        nodes = tuple(
            replace(
                node,
                files={**node.files, **self._change(node)},
                command=self._changed(node.command),
            )
            for node in sound.nodes
        )
        return replace(sound, nodes=nodes)

    def _changed(self, command: tuple[str, ...]) -> tuple[str, ...]:
        if self._propose is None:
            return command
        words = list(command)
        words[words.index("--unsafe-consensus-timeout-propose") + 1] = self._propose
        return tuple(words)


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


def keeps_payments_to_itself(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 1 tells nobody of the payments that it is given: they wait for its own turn."""
    return _with_setting(node, "mempool", "broadcast = false") if node.name == "node-1" else {}


def _with_setting(node: NodeBlueprint, section: str, line: str) -> Mapping[str, bytes]:
    config = node.files[_CONFIG].decode()
    assert f"[{section}]\n" in config, "the node's configuration has another shape now"
    return {_CONFIG: config.replace(f"[{section}]\n", f"[{section}]\n{line}\n").encode()}


def _genesis_of(node: NodeBlueprint) -> Any:
    return json.loads(node.files[_GENESIS])
