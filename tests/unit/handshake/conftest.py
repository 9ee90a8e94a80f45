"""A node that is played, what real ones once said, and a network as an engine would plan it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.domain import AccountName, Amount, Blocks, NodeName, Receipt
from support.engines.contract import API, PEERS, AddressPlan, NodeAddress
from support.implementations.contract import Account, Payment, SignedPayment
from support.implementations.handshake.client import HandshakeClient
from support.implementations.handshake.implementation import HandshakeImplementation
from support.implementations.handshake.transactions import understood
from support.implementations.handshake.wallet import HandshakeWallet
from tests.unit.played_node import PlayedNode


@pytest.fixture(scope="session")
def recorded() -> Mapping[str, Any]:
    """What the nodes of a real network of three said, by occasion, request by request.

    What no client looks at has been left out, such as the raw content of transactions.
    """
    return json.loads(Path(__file__).with_name("recorded.json").read_text())


@pytest.fixture
def node() -> Iterator[PlayedNode]:
    played = PlayedNode()
    yield played
    played.close()


@pytest.fixture
def says(node: PlayedNode, recorded: Mapping[str, Any]) -> Callable[..., None]:
    """Has the played node say again what a real one said on these occasions."""

    def again(*occasions: str) -> None:
        for occasion in occasions:
            for reply in recorded[occasion]:
                node.says(reply)

    return again


@pytest.fixture
def wallet() -> HandshakeWallet:
    return HandshakeWallet("accord-test", purses=4)


@pytest.fixture
def client(node: PlayedNode, wallet: HandshakeWallet) -> HandshakeClient:
    return HandshakeClient(node.endpoint, wallet, Blocks(3))


@pytest.fixture
def alice(recorded: Mapping[str, Any], wallet: HandshakeWallet, monkeypatch: Any) -> Account:
    """The Alice of what was recorded."""
    monkeypatch.setattr(wallet, "purse_of", lambda account: recorded["purse"])
    return Account(AccountName("Alice"), recorded["alice"])


@pytest.fixture
def sent(recorded: Mapping[str, Any], alice: Account) -> Callable[[str, int], SignedPayment]:
    """A payment of so many coins to Bob, as it was recorded when it was sent."""

    def payment(occasion: str, amount: int) -> SignedPayment:
        wire = bytes.fromhex(recorded[f"{occasion}, wire"])
        bob = Account(AccountName("Bob"), recorded["bob"])
        receipt = Receipt(understood(wire).hash.hex())
        return SignedPayment(Payment(alice, bob, Amount(amount)), receipt, wire)

    return payment


@pytest.fixture
def implementation(tmp_path: Path) -> HandshakeImplementation:
    return HandshakeImplementation(cache=tmp_path / "cache", purses=3)


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
    return planned("node-1", "node-2", "node-3", "node-9")
