"""Real nodes with a defect made by configuration: each is an implementation like any other."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from support.domain import NodeName, Votes
from support.engines.contract import (
    AddressPlan,
    Blueprint,
    NodeAddress,
    NodeBlueprint,
    Tools,
)
from support.implementations.contract import Standing
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.keys import NodeKey
from support.implementations.cosmos.settings_file import read_chain
from support.implementations.cosmos.wallet import CosmosWallet
from support.implementations.registry import CHAINS
from support.implementations.stakes import Order, SignedOrder, Undelegate
from support.topology import Topology

#: What a defect does to the files of one node.
Change = Callable[[NodeBlueprint], Mapping[str, bytes]]

_GENESIS = "config/genesis.json"
_CONFIG = "config/config.toml"
_VOTING_KEY = "config/priv_validator_key.json"
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


class TakesBackHalf(Defective):
    """Its wallet signs for half of what somebody wants to take back."""

    def __init__(self) -> None:
        super().__init__(lambda node: {})

    def wallet(self, blueprint: Blueprint) -> CosmosWallet:
        """The usual one, but for what it signs."""
        sound = super().wallet(blueprint)
        if not isinstance(sound, _HalvingWallet):
            sound.__class__ = _HalvingWallet
        return sound


class _HalvingWallet(CosmosWallet):
    def sign_order(self, order: Order, standing: Standing) -> SignedOrder:
        if isinstance(order, Undelegate):
            order = replace(order, votes=Votes(order.votes.value / 2))
        return super().sign_order(order, standing)


def newcomer_never_votes(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 5 believes that it has voted far ahead."""
    if node.name != "node-5":
        return {}
    return {_LAST_SIGNED: json.dumps({"height": "1000000", "round": 0, "step": 3}).encode()}


def keeps_payments_to_itself(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 1 tells nobody of the payments that it is given: they wait for its own turn."""
    return _with_setting(node, "mempool", "broadcast = false") if node.name == "node-1" else {}


def _with_setting(node: NodeBlueprint, section: str, line: str) -> Mapping[str, bytes]:
    config = node.files[_CONFIG].decode()
    assert f"[{section}]\n" in config, "the node's configuration has another shape now"
    return {_CONFIG: config.replace(f"[{section}]\n", f"[{section}]\n{line}\n").encode()}


def punishes_nobody(node: NodeBlueprint) -> Mapping[str, bytes]:
    """A double vote is proved, and costs nothing."""
    return _with_slashing(node, slash_fraction_double_sign="0.000000000000000000")


def no_room_for_proofs(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Blocks have no room for a proof that somebody has voted twice."""
    genesis = _genesis_of(node)
    evidence = genesis["consensus"]["params"]["evidence"]
    assert int(evidence["max_bytes"]) > 0, evidence
    evidence["max_bytes"] = "0"
    return {_GENESIS: json.dumps(genesis).encode()}


def absence_costs_double(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Whoever is away too long loses two hundredths."""
    return _with_slashing(node, slash_fraction_downtime="0.020000000000000000")


def jails_for_an_hour(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Whoever is away too long may not return to duty for an hour."""
    return _with_slashing(node, downtime_jail_duration="3600s")


class TwinsWithKeysOfTheirOwn(Defective):
    """Its second nodes have keys that nobody has ever heard of, so they never vote."""

    def __init__(self) -> None:
        super().__init__(lambda node: {})

    def twin(
        self,
        of: NodeName,
        network: Blueprint,
        address: NodeAddress,
        *,
        name: NodeName,
        peers: Sequence[NodeName],
    ) -> NodeBlueprint:
        """A twin by its looks only."""
        sound = super().twin(of, network, address, name=name, peers=peers)
        key = json.loads(sound.files[_VOTING_KEY])
        other = NodeKey()
        key["address"] = other.id.upper()
        key["pub_key"]["value"] = base64.b64encode(other.public).decode()
        key["priv_key"]["value"] = other.written()
        return replace(sound, files={**sound.files, _VOTING_KEY: json.dumps(key).encode()})


def _with_slashing(node: NodeBlueprint, **changed: str) -> Mapping[str, bytes]:
    genesis = _genesis_of(node)
    rules = genesis["app_state"]["slashing"]["params"]
    assert set(changed) <= set(rules), rules
    rules |= changed
    return {_GENESIS: json.dumps(genesis).encode()}


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
