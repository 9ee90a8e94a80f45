"""Networks of injective are set up, byte for byte, as they were when it had a package of its own.

``injective_blueprint.json`` was recorded then, with keys that are counted instead of drawn.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cosmpy.crypto.keypairs import PrivateKey
from nacl.signing import SigningKey

from support.domain import NodeName
from support.engines.contract import NodeBlueprint
from support.implementations.cosmos import implementation as module
from support.implementations.cosmos import keys
from support.topology import Topology

RECORDED = Path(__file__).with_name("injective_blueprint.json")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left to chance or to the clock."""
    secret = count(1)

    def key(given: bytes | None = None) -> PrivateKey:
        return PrivateKey(given or next(secret).to_bytes(32, "big"))

    def node_key() -> SigningKey:
        return SigningKey(next(secret).to_bytes(32, "big"))

    monkeypatch.setattr(keys, "PrivateKey", key)
    monkeypatch.setattr(keys.SigningKey, "generate", node_key)
    monkeypatch.setattr(secrets, "token_hex", lambda length: "0" * 2 * length)
    monkeypatch.setattr(secrets, "randbelow", lambda limit: 10**6)
    monkeypatch.setattr(module, "safe_start", lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


def shown(node: NodeBlueprint) -> dict[str, Any]:
    return {
        "command": list(node.command),
        "files": {path: content.decode() for path, content in node.files.items()},
    }


def test_a_network_and_a_stranger_are_set_up_as_before(counted, implementation, program, plan):
    blueprint = implementation.blueprint(Topology(2, block_time=0.5), plan, program)
    name = NodeName("node-9")
    stranger = implementation.stranger(name, blueprint, plan[name], program)
    made = {
        "init": program.commands,
        "nodes": {node.name: shown(node) for node in (*blueprint.nodes, stranger)},
    }
    assert made == json.loads(RECORDED.read_text())
