"""A node's RPC port that says what a test wants it to say, mostly what a real node once said."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.domain import NodeName
from support.engines.contract import API, PEERS, AddressPlan, NodeAddress
from support.implementations.injective.client import InjectiveClient
from support.implementations.injective.implementation import InjectiveImplementation


class PlayedNode:
    """Answers every request with the next of its replies, and the last one for ever after."""

    def __init__(self) -> None:
        self.questions: list[Any] = []
        self.connections = 0
        self.headers: dict[str, str] = {}
        self._replies: list[tuple[bytes, int]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def says(self, reply: object) -> None:
        """Queue a reply as JSON."""
        self.sends(json.dumps(reply).encode())

    def sends(self, reply: bytes, *, promised: int | None = None) -> None:
        """Queue a reply as it is; ``promised`` is the length that its header claims."""
        self._replies.append((reply, len(reply) if promised is None else promised))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                node.connections += 1
                super().setup()

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                node.questions.append(json.loads(self.rfile.read(length)))
                reply, promised = node._replies[0]
                if len(node._replies) > 1:
                    del node._replies[0]
                self.send_response(200)
                self.send_header("Content-Length", str(promised))
                for name, value in node.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply)
                self.close_connection = promised != len(reply)

            def log_message(self, format: str, *args: object) -> None:
                """A test has nothing to log."""

        return Handler


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
def client(node: PlayedNode, recorded: Mapping[str, Any]) -> InjectiveClient:
    return InjectiveClient(recorded["network"], node.endpoint)


class Program:
    """Stands in for ``injectived init``: leaves a genesis behind and counts how often."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, argv: object, *, collect: str) -> bytes:
        self.runs += 1
        return json.dumps(TEMPLATE).encode()


TEMPLATE = {
    "chain_id": "template-1",
    "genesis_time": "2020-01-01T00:00:00Z",
    "app_state": {
        "auth": {"accounts": []},
        "bank": {"balances": [], "supply": []},
        "genutil": {"gen_txs": []},
        "gov": {"params": {"voting_period": "172800s"}},
        "slashing": {"params": {"signed_blocks_window": "100"}},
        "staking": {"params": {"unbonding_time": "1814400s"}},
    },
}


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture
def implementation(tmp_path: Path) -> InjectiveImplementation:
    return InjectiveImplementation(cache=tmp_path / "cache", purses=3)


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
