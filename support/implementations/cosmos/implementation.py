"""A Cosmos SDK chain as node software: how its networks are set up, and who talks to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from support.domain import (
    BadRequest,
    Blocks,
    Capability,
    EnvironmentProblem,
    Family,
    NodeName,
)
from support.engines.contract import (
    API,
    AddressPlan,
    Blueprint,
    Endpoints,
    NodeAddress,
    NodeBlueprint,
    Software,
    Tools,
)
from support.implementations.contract import Lie, NodeClient, WayIn
from support.implementations.cosmos.chain import LACKING, OFFERED, Chain
from support.implementations.cosmos.client import CosmosClient
from support.implementations.cosmos.followers import follower
from support.implementations.cosmos.genesis import Validator, genesis, safe_start
from support.implementations.cosmos.impostors import impostor
from support.implementations.cosmos.keys import CustomerKey, PurseKeys
from support.implementations.cosmos.node_files import (
    NodeKeys,
    node_blueprint,
    node_command,
    peer_address,
    peer_address_of,
    with_another_id,
)
from support.implementations.cosmos.releases import Release
from support.implementations.cosmos.traits import as_asked_for, rules_of
from support.implementations.cosmos.twins import twin_of
from support.implementations.cosmos.wallet import CosmosWallet
from support.topology import Topology, Trait

CACHE = Path(__file__).parents[3] / "build" / "cache"

#: Accounts that the scenarios of one network may open.
PURSES = 400


class CosmosImplementation:
    """Networks of one chain, every node a validator with the same stake.

    ``cache`` is where the genesis template stays between runs, and downloads for other platforms;
    ``purses`` is how many accounts one network can open.
    """

    family = Family.QUORUM_FINALITY
    confirmations = Blocks(1)

    def __init__(self, chain: Chain, cache: Path = CACHE, purses: int = PURSES) -> None:
        self.name = chain.name
        self._release = Release.current(chain, cache)
        self._earlier = Release.earlier(chain, chain.earlier, cache) if chain.earlier else None
        self._cache = cache
        self.plan_name = chain.earlier.plan if chain.earlier else ""
        self.software: Software = self._release.software
        self.version = self.software.version
        never = {what: why.format(name=chain.name) for what, why in LACKING.items()}
        if self._earlier is None:
            never[Capability.UPGRADE] = f"nobody has said from which release {chain.name} upgrades"
        self.lacks: Mapping[Capability, str] = {**never, **chain.lacks}
        self.capabilities = OFFERED - self.lacks.keys()
        self.block_time = chain.block_time
        self.ports: Mapping[str, int] = chain.ports
        self._chain = chain
        self._purses = purses
        self._wallets: dict[str, CosmosWallet] = {}

    def blueprint(self, topology: Topology, addresses: AddressPlan, tools: Tools) -> Blueprint:
        """A network with keys of its own; takes 40 ms once the genesis template is known."""
        identity = f"accord-{secrets.token_hex(4)}-1"
        release = self._release_of(topology)
        prefixes = self._chain.prefixes
        treasury, purses = CustomerKey(prefixes), PurseKeys(prefixes, self._purses)
        keys = {name: NodeKeys() for name in topology.names}
        operators = {name: CustomerKey(prefixes) for name in topology.names}
        stakes = dict(zip(topology.names, topology.votes, strict=False))
        first_state = self._genesis(
            tools,
            identity,
            [
                Validator(name, operators[name], own.votes, stakes.get(name))
                for name, own in keys.items()
            ],
            treasury=treasury.address,
            purses=purses.addresses,
            rules=rules_of(topology),
            release=release,
        )
        peers = {name: peer_address(keys[name], addresses[name]) for name in topology.names}
        nodes = tuple(
            as_asked_for(
                topology,
                node_blueprint(
                    release.chain,
                    name,
                    addresses[name],
                    keys[name],
                    genesis=first_state,
                    identity=identity,
                    peers=[peer for other, peer in peers.items() if topology.linked(name, other)],
                    block_time=topology.block_time,
                ),
            )
            for name in topology.names
        )
        self._wallets[identity] = CosmosWallet(
            self._chain,
            identity,
            treasury,
            purses,
            operators,
            {name: own.votes.public for name, own in keys.items()},
        )
        return Blueprint(identity=identity, software=release.software, nodes=nodes)

    def why_no_upgrade(self) -> str | None:
        """See :class:`~support.implementations.governance.Upgradable`."""
        if self._earlier is None:
            return self.lacks[Capability.UPGRADE]
        chain = self._earlier.chain
        why = chain.earlier and chain.earlier.source.why_not(chain.version, self._cache)
        return f"{self.name} {chain.version} cannot be had: {why}" if why else None

    def software_of(self, topology: Topology) -> Software:
        """See :class:`~support.implementations.governance.Upgradable`."""
        return self._release_of(topology).software

    def upgraded(self, node: NodeName, network: Blueprint, topology: Topology) -> NodeBlueprint:
        """Only what is run changes: a node's files are good for both releases."""
        before = network.node(node)
        command = node_command(self._chain, before.address, network.identity, topology.block_time)
        return replace(before, command=command, software=self.software)

    def _release_of(self, topology: Topology) -> Release:
        if Trait.PREVIOUS_RELEASE not in topology.traits:
            return self._release
        if self._earlier is None:
            raise BadRequest(f"{self.lacks[Capability.UPGRADE]}: the feature needs an upgrade")
        return self._earlier

    def replacement(self, name: NodeName, network: Blueprint, member: NodeClient) -> NodeBlueprint:
        """It votes with the key of the other one, and has an id of its own among its peers."""
        others = [node for node in network.nodes if node.name != name]
        return with_another_id(network.node(name), others)

    def stranger(
        self, name: NodeName, host: Blueprint, address: NodeAddress, tools: Tools
    ) -> NodeBlueprint:
        """A one-validator network of its own that keeps calling the nodes of ``host``."""
        identity = f"stranger-{secrets.token_hex(4)}-1"
        keys = NodeKeys()
        treasury = CustomerKey(self._chain.prefixes)
        first_state = self._genesis(
            tools,
            identity,
            [Validator(name, CustomerKey(self._chain.prefixes), keys.votes)],
            treasury=treasury.address,
            purses=(),
        )
        return node_blueprint(
            self._chain,
            name,
            address,
            keys,
            genesis=first_state,
            identity=identity,
            peers=[peer_address_of(node) for node in host.nodes],
            block_time=self.block_time,
        )

    def follower(
        self, name: NodeName, network: Blueprint, address: NodeAddress, way: WayIn
    ) -> NodeBlueprint:
        """It has keys of its own, and nobody has given it a stake."""
        return follower(name, network, address, way)

    def impostor(
        self, name: NodeName, host: Blueprint, address: NodeAddress, lie: Lie
    ) -> NodeBlueprint:
        """See :mod:`~support.implementations.cosmos.impostors`."""
        return impostor(self._chain, name, host, address, lie)

    def twin(
        self,
        of: NodeName,
        network: Blueprint,
        address: NodeAddress,
        *,
        name: NodeName,
        peers: Sequence[NodeName],
    ) -> NodeBlueprint:
        """See :class:`~support.implementations.twins.TwinMaker`."""
        return twin_of(network.node(of), name, address, [network.node(peer) for peer in peers])

    def turned_away(self, log: str) -> bool:
        """Whether a peer's handshake ended because it serves another network."""
        return self._chain.turned_away in log

    def wallet(self, blueprint: Blueprint) -> CosmosWallet:
        """The wallet of a network that this object has made; always the same one."""
        try:
            return self._wallets[blueprint.identity]
        except KeyError:
            raise EnvironmentProblem(
                f"the network {blueprint.identity} was made elsewhere: nobody here has its keys"
            ) from None

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> CosmosClient:
        """A client for one node, to be kept: it holds connections open."""
        return CosmosClient(
            blueprint.identity,
            endpoints[API],
            self._chain,
            self.wallet(blueprint).validator_address,
        )

    def _genesis(
        self,
        tools: Tools,
        identity: str,
        validators: Sequence[Validator],
        *,
        treasury: str,
        purses: Sequence[str],
        rules: Mapping[str, object] = MappingProxyType({}),
        release: Release | None = None,
    ) -> bytes:
        return genesis(
            self._chain,
            (release or self._release).template.get(tools),
            identity=identity,
            start=safe_start(),
            validators=validators,
            treasury=treasury,
            purses=purses,
            rules=rules,
        )
