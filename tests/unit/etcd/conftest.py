"""A node of etcd that says what a test wants it to say."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from support.domain import NodeName
from support.implementations.etcd.client import EtcdClient
from tests.unit.played_node import PlayedNode

IDENTITY = "accord-1234"


@pytest.fixture
def node() -> Iterator[PlayedNode]:
    played = PlayedNode()
    yield played
    played.close()


@pytest.fixture
def client(node: PlayedNode) -> EtcdClient:
    return EtcdClient(IDENTITY, NodeName("node-1"), node.endpoint)


def text(words: str) -> str:
    """As the gateway writes keys and values."""
    return base64.b64encode(words.encode()).decode()


def kv(
    key: str, value: str, *, modified: int = 7, created: int = 2, version: int = 1
) -> dict[str, Any]:
    """A key as the gateway shows it."""
    return {
        "key": text(key),
        "create_revision": str(created),
        "mod_revision": str(modified),
        "version": str(version),
        "value": text(value),
    }


def shown(*kvs: dict[str, Any], revision: int = 7) -> dict[str, Any]:
    """The answer to a range. What is empty is left out, as the gateway does."""
    header = {"cluster_id": "1", "member_id": "2", "revision": str(revision), "raft_term": "2"}
    return {"header": header, **({"kvs": list(kvs), "count": str(len(kvs))} if kvs else {})}


def read(*ranges: dict[str, Any], revision: int = 7) -> dict[str, Any]:
    """The answer to a transaction that only read."""
    responses = [{"response_range": found} for found in ranges]
    return {**shown(revision=revision), "succeeded": True, "responses": responses}
