"""A node that is played, what real ones once said, and a network as an engine would plan it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from support.domain import NodeName
from support.engines.contract import API, PEERS, AddressPlan, NodeAddress
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.client import CosmosClient
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.settings_file import read_chain
from support.implementations.registry import CHAINS
from tests.unit.played_node import PlayedNode


@pytest.fixture(scope="session")
def recorded() -> Mapping[str, Any]:
    """What the nodes of a real network of four said, by occasion."""
    return json.loads(Path(__file__).with_name("recorded.json").read_text())


@pytest.fixture
def node() -> Iterator[PlayedNode]:
    played = PlayedNode()
    yield played
    played.close()


@pytest.fixture
def client(node: PlayedNode, recorded: Mapping[str, Any], injective: Chain) -> CosmosClient:
    return CosmosClient(recorded["network"], node.endpoint, injective, str)


class Program:
    """Stands in for ``init``: leaves a genesis behind and counts how often."""

    def __init__(self) -> None:
        self.runs = 0
        self.commands: list[list[str]] = []

    def __call__(self, argv: Sequence[str], *, collect: str) -> bytes:
        self.runs += 1
        self.commands.append(list(argv))
        return json.dumps(TEMPLATE).encode()


TEMPLATE = {
    "chain_id": "template-1",
    "genesis_time": "2020-01-01T00:00:00Z",
    "app_state": {
        "auth": {"accounts": []},
        "bank": {"balances": [], "supply": []},
        "genutil": {"gen_txs": []},
        "gov": {
            "params": {
                "voting_period": "172800s",
                "max_deposit_period": "172800s",
                "expedited_voting_period": "86400s",
            }
        },
        "slashing": {
            "params": {
                "signed_blocks_window": "100",
                "min_signed_per_window": "0.500000000000000000",
            }
        },
        "staking": {"params": {"unbonding_time": "1814400s"}},
    },
}


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture(scope="session")
def injective() -> Chain:
    return read_chain(CHAINS / "injective.toml")


@pytest.fixture
def implementation(injective: Chain, tmp_path: Path) -> CosmosImplementation:
    return CosmosImplementation(injective, cache=tmp_path / "cache", purses=3)


def planned(*names: str) -> AddressPlan:
    """Addresses as an engine would promise them."""
    return AddressPlan(
        {
            NodeName(name): NodeAddress(f"host-{name}", "0.0.0.0", "/home/node", {PEERS: 1, API: 2})
            for name in names
        }
    )


@pytest.fixture
def plan() -> AddressPlan:
    return planned("node-1", "node-2", "node-3", "node-4", "node-9")
