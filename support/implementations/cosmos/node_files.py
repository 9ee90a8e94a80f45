"""What a node finds in its home, and the command that starts it."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress, NodeBlueprint
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.configuration import app_file, config_file
from support.implementations.cosmos.keys import NodeKey, node_id
from support.implementations.cosmos.pace import pace
from support.implementations.cosmos.placeholders import HOME, IDENTITY, filled_in
from support.implementations.cosmos.toml_text import merged, written

GENESIS_FILE = "config/genesis.json"
NODE_KEY_FILE = "config/node_key.json"
CONFIG_FILE = "config/config.toml"
APP_FILE = "config/app.toml"


@dataclass(frozen=True)
class NodeKeys:
    """The two keys a node has besides its operator's: for its peers, and for its votes."""

    peers: NodeKey = field(default_factory=NodeKey, repr=False)
    votes: NodeKey = field(default_factory=NodeKey, repr=False)


def node_blueprint(
    chain: Chain,
    name: NodeName,
    address: NodeAddress,
    keys: NodeKeys,
    *,
    genesis: bytes,
    identity: str,
    peers: Sequence[str],
    block_time: float,
) -> NodeBlueprint:
    """A node of the network ``identity``, told to hold on to ``peers`` (``id@host:port``)."""
    files = {
        GENESIS_FILE: genesis,
        **_key_files(keys),
        "data/priv_validator_state.json": _json({"height": "0", "round": 0, "step": 0}),
        CONFIG_FILE: config_file(chain, name, address, peers, block_time).encode(),
        APP_FILE: app_file(chain).encode(),
    }
    command = node_command(chain, address, identity, block_time)
    return NodeBlueprint(name=name, files=files, command=command, address=address)


def node_command(
    chain: Chain, address: NodeAddress, identity: str, block_time: float
) -> tuple[str, ...]:
    """What starts a node of the network ``identity`` at this address."""
    facts = {HOME: address.home, IDENTITY: identity, **pace(block_time)}
    return (chain.program, *filled_in(chain.start, facts))


def with_another_id(node: NodeBlueprint, peers: Sequence[NodeBlueprint]) -> NodeBlueprint:
    """The same node, to all but its peers; it calls those by the ids that they have by now."""
    config = node.files[CONFIG_FILE].decode()
    for peer in peers:
        known = peer_address_of(peer)
        _, at, place = known.partition("@")
        config = re.sub(rf"[0-9a-f]+{re.escape(at + place)}(?!\d)", known, config)
    fresh = {NODE_KEY_FILE: _node_key(NodeKey()), CONFIG_FILE: config.encode()}
    return replace(node, files={**node.files, **fresh})


def with_settings(node: NodeBlueprint, file: str, settings: Mapping[str, Any]) -> NodeBlueprint:
    """The same node; one of its two configuration files says this as well, or instead."""
    said = tomllib.loads(node.files[file].decode())
    changed = written(merged(said, settings)).encode()
    return replace(node, files={**node.files, file: changed})


def alike(
    name: NodeName, address: NodeAddress, node: NodeBlueprint, keys: NodeKeys | None = None
) -> NodeBlueprint:
    """A node that is set up as ``node`` is, with keys, a name and an address of its own.

    It knows nobody.
    """
    ports = address.ports
    own = replace(
        node,
        name=name,
        address=address,
        files={**node.files, **_key_files(keys or NodeKeys())},
        command=tuple(word.replace(node.address.home, address.home) for word in node.command),
    )
    config = {
        "moniker": name,
        "rpc": {"laddr": f"tcp://{address.listen}:{ports[API]}"},
        "p2p": {"laddr": f"tcp://{address.listen}:{ports[PEERS]}", "persistent_peers": ""},
    }
    return with_settings(own, CONFIG_FILE, config)


def peer_address(keys: NodeKeys, address: NodeAddress) -> str:
    """How other nodes are told of a node whose keys are at hand."""
    return f"{keys.peers.id}@{address.host}:{address.ports[PEERS]}"


def peer_address_of(node: NodeBlueprint) -> str:
    """How other nodes are told of a node that already has a blueprint."""
    written = json.loads(node.files[NODE_KEY_FILE])["priv_key"]["value"]
    public = base64.b64decode(written)[32:]
    return f"{node_id(public)}@{node.address.host}:{node.address.ports[PEERS]}"


def _key_files(keys: NodeKeys) -> dict[str, bytes]:
    return {
        NODE_KEY_FILE: _node_key(keys.peers),
        "config/priv_validator_key.json": _json(
            {
                "address": keys.votes.id.upper(),
                "pub_key": {
                    "type": "tendermint/PubKeyEd25519",
                    "value": base64.b64encode(keys.votes.public).decode(),
                },
                "priv_key": _private("PrivKey", keys.votes),
            }
        ),
    }


def _node_key(key: NodeKey) -> bytes:
    return _json({"priv_key": _private("PrivKey", key)})


def _private(kind: str, key: NodeKey) -> dict[str, str]:
    return {"type": f"tendermint/{kind}Ed25519", "value": key.written()}


def _json(content: object) -> bytes:
    return json.dumps(content).encode()
