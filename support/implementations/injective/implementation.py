"""Injective as node software: how its networks are set up, and who talks to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
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
from support.implementations.injective.client import InjectiveClient
from support.implementations.injective.genesis import Validator, genesis, safe_start
from support.implementations.injective.keys import CustomerKey, PurseKeys
from support.implementations.injective.node_files import (
    NodeKeys,
    node_blueprint,
    peer_address,
    peer_address_of,
    with_another_id,
)
from support.implementations.injective.software import (
    injectived,
    installed_or_pinned_version,
)
from support.implementations.injective.template import GenesisTemplate
from support.implementations.injective.wallet import InjectiveWallet
from support.topology import DEFAULT_BLOCK_TIME, Topology

CACHE = Path(__file__).parents[3] / "build" / "cache"

#: Accounts that the scenarios of one network may open.
PURSES = 400

#: CometBFT's own words, in the log of either side of the handshake.
_TURNED_AWAY = "peer is on a different network"


class InjectiveImplementation:
    """Networks of ``injectived``, every node a validator with the same stake.

    ``cache`` is where the genesis template stays between runs, and downloads for other platforms;
    ``purses`` is how many accounts one network can open.
    """

    name = "injective"
    family = Family.QUORUM_FINALITY
    capabilities = frozenset(
        {
            Capability.QUORUM_FINALITY,
            Capability.TWO_THIRDS_QUORUM,
            Capability.OWN_RHYTHM,
            Capability.GOSSIP,
            Capability.SIGNED_PAYMENTS,
            Capability.NAMED_SIGNERS,
            Capability.NETWORK_BOUND_PAYMENTS,
            Capability.REPLAY_PROTECTION,
            Capability.SELF_REBUILD,
            Capability.GROWING_DISKS,
            Capability.DATED_BLOCKS,
        }
    )
    lacks: Mapping[Capability, str] = {
        Capability.SURE_READS: "a node of injective answers what it knows, and asks nobody first",
        Capability.LEADER: "the nodes of injective take turns, and none of them leads",
        Capability.LONGEST_CHAIN: "injective never takes back what was confirmed",
    }
    block_time = DEFAULT_BLOCK_TIME
    confirmations = Blocks(1)
    ports: Mapping[str, int] = {PEERS: 26656, API: 26657}

    def __init__(self, cache: Path = CACHE, purses: int = PURSES) -> None:
        self.version = installed_or_pinned_version()
        self.software: Software = injectived(self.version, cache)
        self._template = GenesisTemplate(cache, self.version)
        self._purses = purses
        self._wallets: dict[str, InjectiveWallet] = {}

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """A network with keys of its own; takes 40 ms once the genesis template is known."""
        identity = f"accord-{secrets.token_hex(4)}-1"
        treasury, purses = CustomerKey(), PurseKeys(self._purses)
        keys = {name: NodeKeys() for name in topology.names}
        first_state = self._genesis(
            tools, identity, keys, treasury=treasury.address, purses=purses.addresses
        )
        peers = {name: peer_address(keys[name], addresses[name]) for name in topology.names}
        nodes = tuple(
            node_blueprint(
                name,
                addresses[name],
                keys[name],
                genesis=first_state,
                identity=identity,
                peers=[peer for other, peer in peers.items() if other != name],
                block_time=topology.block_time,
            )
            for name in topology.names
        )
        self._wallets[identity] = InjectiveWallet(identity, treasury, purses)
        return Blueprint(identity=identity, software=self.software, nodes=nodes)

    def replacement(self, node: NodeBlueprint, member: NodeClient) -> NodeBlueprint:
        """It votes with the key of the other one, and has an id of its own among its peers."""
        return with_another_id(node)

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        """A one-validator network of its own that keeps calling the nodes of ``host``."""
        identity = f"stranger-{secrets.token_hex(4)}-1"
        keys = NodeKeys()
        first_state = self._genesis(
            tools, identity, {name: keys}, treasury=CustomerKey().address, purses=()
        )
        return node_blueprint(
            name,
            address,
            keys,
            genesis=first_state,
            identity=identity,
            peers=[peer_address_of(node) for node in host.nodes],
            block_time=DEFAULT_BLOCK_TIME,
        )

    def turned_away(self, log: str) -> bool:
        """Whether a peer's handshake ended because it serves another network."""
        return _TURNED_AWAY in log

    def wallet(self, blueprint: Blueprint) -> InjectiveWallet:
        """The wallet of a network that this object has made; always the same one."""
        try:
            return self._wallets[blueprint.identity]
        except KeyError:
            raise EnvironmentProblem(
                f"the network {blueprint.identity} was made elsewhere: nobody here has its keys"
            ) from None

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> InjectiveClient:
        """A client for one node, to be kept: it holds connections open."""
        return InjectiveClient(blueprint.identity, endpoints[API])

    def _genesis(
        self,
        tools: Tools,
        identity: str,
        keys: Mapping[NodeName, NodeKeys],
        *,
        treasury: str,
        purses: Sequence[str],
    ) -> bytes:
        validators = [
            Validator(name, operator=CustomerKey(), votes=own.votes) for name, own in keys.items()
        ]
        return genesis(
            self._template.get(tools),
            identity=identity,
            start=safe_start(),
            validators=validators,
            treasury=treasury,
            purses=purses,
        )
