"""Handshake as node software: how its networks are set up, and who talks to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from support.domain import Blocks, Capability, EnvironmentProblem, Family, NodeName
from support.engines.contract import (
    API,
    PEERS,
    AddressPlan,
    Blueprint,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
    Tools,
)
from support.implementations.contract import NodeClient
from support.implementations.handshake.client import HandshakeClient
from support.implementations.handshake.node_files import (
    ANOTHER,
    node_blueprint,
    peer_address,
    with_another_key,
)
from support.implementations.handshake.software import hsd, pinned_version
from support.implementations.handshake.wallet import HandshakeWallet
from support.topology import Topology

CACHE = Path(__file__).parents[3] / "build" / "cache"

#: Accounts that the scenarios of one network may open.
PURSES = 400

#: hsd's own words where a peer's message does not begin as those of its network do, but as those of
#: regtest.
_TURNED_AWAY = "Invalid magic value: ae3895cf"


class HandshakeImplementation:
    """Networks of ``hsd`` on regtest: work costs nothing, and blocks are made when asked for.

    ``cache`` is where hsd stays installed between runs; ``purses`` is how many accounts one network
    can open.
    """

    name = "handshake"
    family = Family.LONGEST_CHAIN
    capabilities = frozenset(
        {
            Capability.LONGEST_CHAIN,
            Capability.GOSSIP,
            Capability.SHARED_WAITING_ROOM,
            Capability.OPEN_BLOCKS,
            Capability.SIGNED_PAYMENTS,
            Capability.NAMED_SIGNERS,
            Capability.REPLAY_PROTECTION,
            Capability.MEMBERSHIP_CHANGE,
            Capability.SELF_REBUILD,
            Capability.GROWING_DISKS,
            Capability.DATED_BLOCKS,
        }
    )
    lacks: Mapping[Capability, str] = {
        Capability.QUORUM_FINALITY: "nobody votes in handshake: the longest history wins",
        Capability.TWO_THIRDS_QUORUM: "nobody votes in handshake: the longest history wins",
        Capability.LEADER: "whoever finds a block of handshake makes it, and nobody leads",
        Capability.OWN_RHYTHM: "blocks of these networks are made when the suite asks for them",
        Capability.PAST_BALANCES: "a node of handshake tells what coins there are now",
        Capability.SHORT_MEMORY: "a node of handshake that forgets blocks cannot index payments",
        Capability.FOLLOWERS: "nobody votes in handshake, so whoever joins is a member like any",
        Capability.SNAPSHOTS: "a node of handshake begins with the first block",
        Capability.IMPOSTORS: "the first block of these networks is part of the program",
        Capability.CHOSEN_LINKS: "a node of handshake calls whomever it hears of",
        Capability.ANSWERS_WHEN_FULL: "a node of handshake that cannot write ends",
        Capability.STAKES: "nobody votes in handshake: work decides, and not stakes",
        Capability.DOUBLE_VOTE_EVIDENCE: "nobody votes in handshake, so nobody can vote twice",
        Capability.UPGRADE: "nodes of handshake are upgraded one by one, and nobody decides on it",
        Capability.SURE_READS: "a node of handshake answers what it knows, and asks nobody first",
        Capability.NUMBERED_PAYMENTS: "payments of handshake spend coins, and have no number",
        Capability.NETWORK_BOUND_PAYMENTS: "a signature of handshake says nothing of its network",
    }
    ports: Mapping[str, int] = {PEERS: 14038, API: 14037}
    block_time = 0.5
    confirmations = Blocks(3)

    def __init__(self, cache: Path = CACHE, purses: int = PURSES) -> None:
        self.version = pinned_version()
        self.software: Software = hsd(cache)
        self._purses = purses
        self._wallets: dict[str, HandshakeWallet] = {}

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """A network with keys of its own; takes 30 ms.

        The block before the first one is the same for all of hsd's regtests: networks differ from
        their first block on. Every node is told of all others, so that whichever is started anew
        finds them by itself.
        """
        identity = f"accord-{secrets.token_hex(4)}"
        peers = {name: peer_address(addresses[name]) for name in topology.names}
        nodes = tuple(
            node_blueprint(
                name, addresses[name], [peer for other, peer in peers.items() if other != name]
            )
            for name in topology.names
        )
        self._wallets[identity] = HandshakeWallet(identity, self._purses)
        return Blueprint(identity=identity, software=self.software, nodes=nodes)

    def replacement(self, name: NodeName, network: Blueprint, member: NodeClient) -> NodeBlueprint:
        """It has a key of its own; peers that call it find the name of the old one."""
        return with_another_key(network.node(name))

    def newcomer(
        self, name: NodeName, network: Blueprint, address: NodeAddress, member: NodeClient
    ) -> NodeBlueprint:
        """A node that calls all others; nobody has to be told."""
        return node_blueprint(name, address, [peer_address(node.address) for node in network.nodes])

    def farewell(self, name: NodeName, member: NodeClient) -> None:
        """Nobody has to be told: its peers go on calling it, and go on without it."""

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        """A node of hsd's simnet that keeps calling the nodes of ``host``."""
        peers = [peer_address(node.address) for node in host.nodes]
        return node_blueprint(name, address, peers, network=ANOTHER)

    def turned_away(self, log: str) -> bool:
        """Whether peers answered the node with the sign of regtest, and not of its own network."""
        return _TURNED_AWAY in log

    def wallet(self, blueprint: Blueprint) -> HandshakeWallet:
        """The wallet of a network that this object has made; always the same one."""
        try:
            return self._wallets[blueprint.identity]
        except KeyError:
            raise EnvironmentProblem(
                f"the network {blueprint.identity} was made elsewhere: nobody here has its keys"
            ) from None

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> HandshakeClient:
        """A client for one node, to be kept: it holds connections open."""
        return HandshakeClient(endpoints[API], self.wallet(blueprint), self.confirmations)
