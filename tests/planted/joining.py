"""Real nodes with a defect that shows when somebody joins, or asks for the past."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace

from support.domain import NodeName
from support.engines.contract import Blueprint, NodeAddress, NodeBlueprint
from support.implementations.contract import Lie, WayIn
from support.implementations.cosmos.node_files import (
    APP_FILE,
    CONFIG_FILE,
    GENESIS_FILE,
    peer_address_of,
    with_settings,
)
from tests.planted.injective import Change, Defective

#: The two ends of the gap in a ring of five.
_GAP = ("node-1", "node-5")


class BeginOtherwise(Defective):
    """Whoever joins has been given another first state: a coin of the treasury is somebody's."""

    def __init__(self) -> None:
        super().__init__(_nothing)

    def follower(
        self, name: NodeName, network: Blueprint, address: NodeAddress, way: WayIn
    ) -> NodeBlueprint:
        """The first state is that of an impostor."""
        sound = super().follower(name, network, address, way)
        other = super().impostor(name, network, address, Lie.ANOTHER_BEGINNING)
        return replace(sound, files={**sound.files, GENESIS_FILE: other.files[GENESIS_FILE]})


class HonestImpostors(Defective):
    """Whoever is started as an impostor is an ordinary follower."""

    def __init__(self) -> None:
        super().__init__(_nothing)

    def impostor(
        self, name: NodeName, host: Blueprint, address: NodeAddress, lie: Lie
    ) -> NodeBlueprint:
        """A node like any other that joins."""
        peers = tuple(node.name for node in host.nodes)
        return super().follower(name, host, address, WayIn(peers=peers))


class GapInTheRing(Defective):
    """Nodes 1 and 5 do not call each other, whatever they were asked to form."""

    def __init__(self) -> None:
        super().__init__(_nothing)

    def blueprint(self, *asked: object) -> Blueprint:
        """A network as usual, without one link."""
        sound = super().blueprint(*asked)  # type: ignore[arg-type]
        known = {node.name: peer_address_of(node) for node in sound.nodes}
        ends = [node.name for node in sound.nodes if node.name in _GAP]
        for node in sound.nodes:
            if node.name in ends:
                strange = {known[end] for end in ends}
                sound = sound.with_replaced(_without(node, strange))
        return replace(sound, nodes=tuple(sorted(sound.nodes, key=lambda node: node.name)))


def keeps_no_snapshots(node: NodeBlueprint) -> Mapping[str, bytes]:
    """No node makes one, whatever it was told."""
    changed = with_settings(node, APP_FILE, {"state-sync": {"snapshot-interval": 0}})
    return {APP_FILE: changed.files[APP_FILE]}


def forgets_in_secret(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 4 forgets all but its two newest states every ten blocks; the others keep everything."""
    if node.name != "node-4":
        return {}
    return {APP_FILE: with_settings(node, APP_FILE, {"pruning": "everything"}).files[APP_FILE]}


def tells_of_nobody(node: NodeBlueprint) -> Mapping[str, bytes]:
    """Node 1, asked for the others, tells of none."""
    if node.name != "node-1":
        return {}
    return {
        CONFIG_FILE: with_settings(node, CONFIG_FILE, {"p2p": {"pex": False}}).files[CONFIG_FILE]
    }


def planted(change: Change) -> Defective:
    """injective, with this done to the files of its nodes."""
    return Defective(change)


def _nothing(node: NodeBlueprint) -> Mapping[str, bytes]:
    return {}


def _without(node: NodeBlueprint, strange: set[str]) -> NodeBlueprint:
    said = tomllib.loads(node.files[CONFIG_FILE].decode())["p2p"]["persistent_peers"]
    left = [peer for peer in said.split(",") if peer not in strange]
    return with_settings(node, CONFIG_FILE, {"p2p": {"persistent_peers": ",".join(left)}})
