"""A second node with the voting key of one that is there: how its files differ."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress, NodeBlueprint
from support.implementations.cosmos.node_files import (
    CONFIG_FILE,
    NODE_KEY_FILE,
    peer_address_of,
    with_another_id,
)
from support.implementations.cosmos.toml_text import written


def twin_of(
    original: NodeBlueprint,
    name: NodeName,
    address: NodeAddress,
    peers: Sequence[NodeBlueprint],
) -> NodeBlueprint:
    """The same key and the same first state, elsewhere, with a key of its own for its peers.

    Its record of what it has signed begins with nothing, as that of ``original`` did, so it signs
    what that one has signed already. CometBFT nodes tell one another whom they know: without
    ``pex`` it neither asks them nor listens, and calls ``peers`` only.
    """
    files = dict(original.files)
    config = tomllib.loads(files[CONFIG_FILE].decode())
    config["moniker"] = name
    config["rpc"]["laddr"] = f"tcp://{address.listen}:{address.ports[API]}"
    config["p2p"] |= {
        "laddr": f"tcp://{address.listen}:{address.ports[PEERS]}",
        "persistent_peers": ",".join(peer_address_of(peer) for peer in peers),
        "pex": False,
    }
    files[CONFIG_FILE] = written(config).encode()
    files[NODE_KEY_FILE] = with_another_id(original, ()).files[NODE_KEY_FILE]
    home = original.address.home
    command = tuple(word.replace(home, address.home) for word in original.command)
    return NodeBlueprint(name=name, files=files, command=command, address=address)
