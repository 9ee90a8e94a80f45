"""etcd as node software: how its clusters are set up, and who talks to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from support.domain import Blocks, Capability, Family, NodeName
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
from support.implementations.etcd.client import EtcdClient
from support.implementations.etcd.node import node_blueprint, peer_url, said
from support.implementations.etcd.software import etcd
from support.implementations.etcd.wallet import EtcdWallet
from support.topology import DEFAULT_BLOCK_TIME, Topology

#: What a member says of one that knows other members than it does, and what that one is told.
_TURNED_AWAY = "cluster ID mismatch"


class EtcdImplementation:
    """Clusters of ``etcd``, every node a voting member."""

    name = "etcd"
    family = Family.QUORUM_FINALITY
    capabilities = frozenset(
        {
            Capability.QUORUM_FINALITY,
            Capability.REPLAY_PROTECTION,
            Capability.SURE_READS,
            Capability.LEADER,
            Capability.MEMBERSHIP_CHANGE,
            Capability.PAST_BALANCES,
        }
    )
    lacks: Mapping[Capability, str] = {
        Capability.SIGNED_PAYMENTS: "payments in etcd are not signed",
        Capability.NAMED_SIGNERS: "payments in etcd are not signed",
        Capability.NETWORK_BOUND_PAYMENTS: "payments in etcd are not signed",
        Capability.GOSSIP: "nodes of etcd hear news from their leader only, and pass none on",
        Capability.SHARED_WAITING_ROOM: "payments in etcd wait with the leader, and nowhere else",
        Capability.OPEN_BLOCKS: "etcd writes one payment at a time",
        Capability.NUMBERED_PAYMENTS: "payments in etcd have no number",
        Capability.TWO_THIRDS_QUORUM: "more than half of the nodes of etcd decide, and no more",
        Capability.OWN_RHYTHM: "etcd writes when somebody asks it to, and not in a rhythm",
        Capability.SELF_REBUILD: "a node of etcd that has lost its disk has to join anew",
        Capability.SHORT_MEMORY: "etcd forgets what was when somebody asks it to, and not before",
        Capability.FOLLOWERS: "a member of etcd that does not vote (a learner) answers no customer",
        Capability.SNAPSHOTS: "a leader of etcd decides by itself whom it sends a snapshot",
        Capability.IMPOSTORS: "who joins etcd is decided by its members, by address",
        Capability.CHOSEN_LINKS: "every node of etcd has to reach its leader",
        Capability.GROWING_DISKS: "etcd takes room on its disk long before it needs it",
        Capability.ANSWERS_WHEN_FULL: "etcd takes room on its disk long before it needs it",
        Capability.STAKES: "every member of etcd counts the same",
        Capability.DOUBLE_VOTE_EVIDENCE: "members of etcd trust one another, and sign no votes",
        Capability.UPGRADE: "nobody proposes or decides anything in etcd",
        Capability.DATED_BLOCKS: "etcd dates nothing",
        Capability.LONGEST_CHAIN: "etcd never takes back what was confirmed",
    }
    block_time = DEFAULT_BLOCK_TIME
    confirmations = Blocks(1)
    ports: Mapping[str, int] = {PEERS: 2380, API: 2379}

    def __init__(self) -> None:
        self.software: Software = etcd()
        self.version = self.software.version

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """A cluster with a token of its own, which makes its numbers different from all others."""
        identity = f"accord-{secrets.token_hex(4)}"
        members = {name: peer_url(addresses[name]) for name in topology.names}
        nodes = tuple(
            node_blueprint(name, addresses[name], members, identity=identity)
            for name in topology.names
        )
        return Blueprint(identity=identity, software=self.software, nodes=nodes)

    def replacement(self, name: NodeName, network: Blueprint, member: NodeClient) -> NodeBlueprint:
        """A new member at the same address; the cluster forgets the old one."""
        assert isinstance(member, EtcdClient)
        node = network.node(name)
        member.exchange(node.name, peer_url(node.address))
        listed = (entry.split("=", 1) for entry in said(node, "--initial-cluster").split(","))
        return node_blueprint(
            node.name,
            node.address,
            {NodeName(other): url for other, url in listed},
            identity=said(node, "--initial-cluster-token"),
            joins=True,
        )

    def newcomer(
        self, name: NodeName, network: Blueprint, address: NodeAddress, member: NodeClient
    ) -> NodeBlueprint:
        """One more member, of whom the cluster has been told."""
        assert isinstance(member, EtcdClient)
        member.admit(peer_url(address))
        members = {node.name: peer_url(node.address) for node in network.nodes}
        return node_blueprint(
            name,
            address,
            {**members, name: peer_url(address)},
            identity=network.identity,
            joins=True,
        )

    def farewell(self, name: NodeName, member: NodeClient) -> None:
        """The cluster forgets it, and it ends by itself."""
        assert isinstance(member, EtcdClient)
        member.dismiss(name)

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        """A cluster of its own that takes the nodes of ``host`` for members."""
        members = {node.name: peer_url(node.address) for node in host.nodes}
        members[name] = peer_url(address)
        return node_blueprint(name, address, members, identity=f"stranger-{secrets.token_hex(4)}")

    def turned_away(self, log: str) -> bool:
        """Whether a peer would not talk to it because it belongs to another cluster."""
        return _TURNED_AWAY in log

    def wallet(self, blueprint: Blueprint) -> EtcdWallet:
        """The customers of a bank; nothing about them is secret."""
        return EtcdWallet()

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> EtcdClient:
        """A client for one node, to be kept: it holds connections open."""
        return EtcdClient(blueprint.identity, node, endpoints[API])
