"""The node software of the suite's own tests: a quorum-final chain, simulated in this process.

``ACCORD_FAKE_BLOCK_TIME`` (seconds) overrides the block time that a topology asks for, so that
features run as fast as the machine allows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from support.domain import BadRequest, Blocks, Capability, Family, NodeName
from support.engines.contract import (
    API,
    PEERS,
    AddressPlan,
    Blueprint,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Platform,
    Software,
    Tools,
)
from support.implementations.contract import NodeClient, WayIn
from support.topology import DEFAULT_BLOCK_TIME, Topology
from tests.fake.client import FakeClient
from tests.fake.genesis import GENESIS_FILE, NODE_FILE, TREASURY, Genesis, peers_to_file
from tests.fake.sockets import PEER_PORT
from tests.fake.transfer import address_of
from tests.fake.wallet import FakeWallet, treasury_key

VARIABLE = "ACCORD_FAKE_BLOCK_TIME"
#: All coins of a network, before the first block in its treasury.
SUPPLY = 10**15

_numbers = count(1)


def _unpack(folder: Path, platform: Platform) -> None:
    """There is no program: the engine of these nodes simulates them."""


class FakeImplementation:
    """See :class:`~support.implementations.contract.Implementation`."""

    name = "fake"
    version = "1"
    family = Family.QUORUM_FINALITY
    capabilities = frozenset(
        {
            Capability.QUORUM_FINALITY,
            Capability.TWO_THIRDS_QUORUM,
            Capability.OWN_RHYTHM,
            Capability.GOSSIP,
            Capability.SHARED_WAITING_ROOM,
            Capability.OPEN_BLOCKS,
            Capability.SIGNED_PAYMENTS,
            Capability.NAMED_SIGNERS,
            Capability.NETWORK_BOUND_PAYMENTS,
            Capability.REPLAY_PROTECTION,
            Capability.NUMBERED_PAYMENTS,
            Capability.SELF_REBUILD,
            Capability.PAST_BALANCES,
            Capability.FOLLOWERS,
            Capability.GROWING_DISKS,
            Capability.ANSWERS_WHEN_FULL,
            Capability.DATED_BLOCKS,
        }
    )
    lacks: Mapping[Capability, str] = {
        Capability.SHORT_MEMORY: "simulated nodes forget nothing",
        Capability.SNAPSHOTS: "simulated nodes have the whole history in one moment",
        Capability.IMPOSTORS: "simulated networks have names of their own",
        Capability.CHOSEN_LINKS: "simulated nodes know all others",
    }
    block_time = DEFAULT_BLOCK_TIME
    confirmations = Blocks(1)
    ports: Mapping[str, int] = {PEERS: PEER_PORT, API: 7001}
    software = Software("fake", "1", _unpack)

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """See the contract."""
        genesis = _genesis(_block_time(topology), topology.names)
        nodes = tuple(
            _node(
                name,
                addresses[name],
                genesis,
                {other: addresses[other].host for other in topology.names if other != name},
            )
            for name in topology.names
        )
        return Blueprint(genesis.network, self.software, nodes)

    def replacement(self, name: NodeName, network: Blueprint, member: NodeClient) -> NodeBlueprint:
        """See the contract. Simulated peers know one another by name only."""
        return network.node(name)

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        """It waits for validators of its own network, which are nowhere."""
        block_time = Genesis.from_file(host.nodes[0].files[GENESIS_FILE]).block_time
        genesis = _genesis(block_time, ("elsewhere-1", "elsewhere-2"))
        peers = {node.name: node.address.host for node in host.nodes}
        return _node(name, address, genesis, peers)

    def follower(
        self, name: NodeName, network: Blueprint, address: NodeAddress, way: WayIn
    ) -> NodeBlueprint:
        """See the contract. The validators are those that the first state names."""
        if way.anchor or way.seed or way.forgets:
            raise BadRequest("simulated nodes join by executing every block, and know all others")
        genesis = Genesis.from_file(network.nodes[0].files[GENESIS_FILE])
        return _node(name, address, genesis, {n.name: n.address.host for n in network.nodes})

    def turned_away(self, log: str) -> bool:
        """See the contract."""
        return " turned us away: " in log

    def wallet(self, blueprint: Blueprint) -> FakeWallet:
        """See the contract."""
        return FakeWallet(blueprint.identity)

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> FakeClient:
        """See the contract."""
        return FakeClient(endpoints[API])


def _block_time(topology: Topology) -> float:
    asked = os.environ.get(VARIABLE)
    if not asked:
        return topology.block_time
    try:
        return float(asked)
    except ValueError:
        raise BadRequest(f"{VARIABLE}={asked!r} is not a number of seconds") from None


def _genesis(block_time: float, validators: tuple[str, ...]) -> Genesis:
    network = f"fake-{next(_numbers)}"
    treasury = address_of(TREASURY, treasury_key(network))
    return Genesis(network, block_time, tuple(validators), treasury, SUPPLY)


def _node(
    name: NodeName, address: NodeAddress, genesis: Genesis, peers: Mapping[NodeName, str]
) -> NodeBlueprint:
    files = {GENESIS_FILE: genesis.to_file(), NODE_FILE: peers_to_file(peers)}
    return NodeBlueprint(name, files, ("fake-node", "--home", address.home), address)


IMPLEMENTATION = FakeImplementation
