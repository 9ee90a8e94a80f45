"""What a node finds in its home, and the command that starts it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress, NodeBlueprint
from support.implementations.injective.keys import NodeKey, node_id
from support.implementations.injective.transactions import FEE, GAS

GENESIS_FILE = "config/genesis.json"
NODE_KEY_FILE = "config/node_key.json"
CONFIG_FILE = "config/config.toml"

#: What a person wants to read after a fault: who left and came back, proposals, rounds that timed
#: out. It costs nothing that could be measured (time to block 1, blocks and CPU over 10 s).
_LOG_LEVEL = "p2p:info,consensus:info,*:error"

#: What agreeing on a block takes besides the pause after it: four nodes, two cores (measured).
_AGREEMENT = 0.05
#: How much longer than a block the others wait for a proposal before they pass over its maker.
_SLOW_PROPOSER = 0.5


@dataclass(frozen=True)
class NodeKeys:
    """The two keys a node has besides its operator's: for its peers, and for its votes."""

    peers: NodeKey = field(default_factory=NodeKey, repr=False)
    votes: NodeKey = field(default_factory=NodeKey, repr=False)


def node_blueprint(
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
        "data/priv_validator_state.json": _json({"height": "0", "round": 0, "step": 0}),
        CONFIG_FILE: _config(name, address, peers).encode(),
        "config/app.toml": _APP.encode(),
    }
    command = _command(address.home, identity, block_time)
    return NodeBlueprint(name=name, files=files, command=command, address=address)


def with_another_id(node: NodeBlueprint) -> NodeBlueprint:
    """The same node, to all but its peers."""
    return replace(node, files={**node.files, NODE_KEY_FILE: _node_key(NodeKey())})


def peer_address(keys: NodeKeys, address: NodeAddress) -> str:
    """How other nodes are told of a node whose keys are at hand."""
    return f"{keys.peers.id}@{address.host}:{address.ports[PEERS]}"


def peer_address_of(node: NodeBlueprint) -> str:
    """How other nodes are told of a node that already has a blueprint."""
    written = json.loads(node.files[NODE_KEY_FILE])["priv_key"]["value"]
    public = base64.b64decode(written)[32:]
    return f"{node_id(public)}@{node.address.host}:{node.address.ports[PEERS]}"


def _command(home: str, identity: str, block_time: float) -> tuple[str, ...]:
    # The node overrules the consensus times of config.toml, so they have to be on its command line.
    commit = max(block_time - _AGREEMENT, block_time / 4)
    propose = block_time + _SLOW_PROPOSER
    return (
        "injectived", "start",
        "--home", home,
        "--chain-id", identity,
        "--log-level", _LOG_LEVEL,
        "--log-format", "plain",
        "--log-no-color",
        "--json-rpc.enable=false",
        "--unsafe-consensus-timeout-commit", _milliseconds(commit),
        "--unsafe-consensus-timeout-propose", _milliseconds(propose),
    )  # fmt: skip


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


def _config(name: NodeName, address: NodeAddress, peers: Sequence[str]) -> str:
    """Only what differs from the program's defaults; it keeps the file as it is.

    Two of these are what ``injectived init`` writes and the program does not assume by itself:
    without the shorter gossip pause a block takes 0.35 s instead of 0.2 s.
    """
    return f"""\
moniker = "{name}"

[rpc]
laddr = "tcp://{address.listen}:{address.ports[API]}"
pprof_laddr = ""

[p2p]
laddr = "tcp://{address.listen}:{address.ports[PEERS]}"
persistent_peers = "{",".join(peers)}"
addr_book_strict = false
allow_duplicate_ip = true
dial_timeout = "1s"
persistent_peers_max_dial_period = "2s"

[mempool]
size = 500

[consensus]
peer_gossip_sleep_duration = "10ms"
"""


#: Everything is asked over the RPC port, so no other port is opened.
_APP = f"""\
minimum-gas-prices = "{FEE // GAS}inj"

[api]
enable = false

[grpc]
enable = false

[grpc-web]
enable = false

[json-rpc]
enable = false
"""


def _node_key(key: NodeKey) -> bytes:
    return _json({"priv_key": _private("PrivKey", key)})


def _private(kind: str, key: NodeKey) -> dict[str, str]:
    return {"type": f"tendermint/{kind}Ed25519", "value": key.written()}


def _json(content: object) -> bytes:
    return json.dumps(content).encode()
