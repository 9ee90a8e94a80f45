"""What the nodes of a network are told where it was asked to be like something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from support.engines.contract import PEERS, NodeBlueprint
from support.implementations.cosmos.node_files import APP_FILE, CONFIG_FILE, with_settings
from support.topology import SHAPES, Topology, Trait

#: Blocks between two snapshots, and how many of these a node keeps: the oldest must live on for as
#: long as somebody takes to find it (5 s, CometBFT's least) and to fetch it.
_SNAPSHOTS = {"state-sync": {"snapshot-interval": 20, "snapshot-keep-recent": 4}}

#: Balances of the last so many blocks are kept, and thrown away ten at a time, which is the least
#: that Cosmos SDK takes.
FORGETFUL: Mapping[str, Any] = {
    "pruning": "custom",
    "pruning-keep-recent": "20",
    "pruning-interval": "10",
}
#: Blocks that a node with a short memory keeps.
_KEPT = 50

_APP: Mapping[Trait, Mapping[str, Any]] = {
    Trait.SNAPSHOTS: _SNAPSHOTS,
    Trait.SHORT_MEMORY: {**FORGETFUL, "min-retain-blocks": _KEPT},
}
_CONFIG: Mapping[Trait, Mapping[str, Any]] = {
    # CometBFT 1.0 looks every 10 s for what it may forget, if nobody says otherwise
    Trait.SHORT_MEMORY: {"storage": {"pruning": {"interval": "1s"}}},
    # Nobody tells others of anybody.
    **{shape: {"p2p": {"pex": False}} for shape in SHAPES},
}
_GENESIS: Mapping[Trait, Mapping[str, object]] = {
    # A node of Cosmos SDK keeps, whatever it is told, all blocks that a misdeed could be proved by.
    Trait.SHORT_MEMORY: {"consensus.params.evidence.max_age_num_blocks": str(_KEPT)},
    Trait.STRICT_ATTENDANCE: {
        # Jailed with the 11th block without a vote among the last 20: one that is only slow is not.
        "app_state.slashing.params.signed_blocks_window": "20",
        "app_state.slashing.params.min_signed_per_window": "0.500000000000000000",
        "app_state.slashing.params.downtime_jail_duration": "5s",
        "app_state.slashing.params.slash_fraction_downtime": "0.010000000000000000",
    },
    Trait.QUICK_DECISIONS: {
        "app_state.gov.params.voting_period": "8s",
        "app_state.gov.params.expedited_voting_period": "4s",
        "app_state.gov.params.max_deposit_period": "4s",
    },
    Trait.QUICK_RETURN: {"app_state.staking.params.unbonding_time": "6s"},
}


def rules_of(topology: Topology) -> dict[str, object]:
    """Dotted paths in the first state, and what they are set to."""
    return {
        path: value for trait in topology.traits for path, value in _GENESIS.get(trait, {}).items()
    }


def as_asked_for(topology: Topology, node: NodeBlueprint) -> NodeBlueprint:
    """The node, told what the network was asked to be like."""
    for trait in sorted(topology.traits, key=lambda each: each.value):
        for file, settings in ((APP_FILE, _APP), (CONFIG_FILE, _CONFIG)):
            if trait in settings:
                node = with_settings(node, file, settings[trait])
    if Trait.PUBLIC in topology.traits:
        # What CometBFT hears from somebody whose address it cannot tell from "any", it believes 30
        # s later (measured: 31 s until a node that knew one other was connected to all, instead
        # of 3 s).
        address = f"{node.address.host}:{node.address.ports[PEERS]}"
        node = with_settings(node, CONFIG_FILE, {"p2p": {"external_address": address}})
    return node
