"""What a floor is: how fast the bare nodes are, without the suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from support.domain import FIRST_BLOCK, NodeName
from support.engines.contract import API, Blueprint
from support.implementations.contract import BlockMaker, Implementation, Unreachable
from support.waiting import until


@dataclass(frozen=True)
class Floor:
    """Seconds from the first call to a first block on every node, and to remove them all."""

    ready: float
    removed: float


def await_first_block(
    implementation: Implementation, blueprint: Blueprint, endpoints: Mapping[NodeName, str]
) -> None:
    """Return when every node shows a block, asked one after the other as a plain script would."""
    clients = [
        implementation.client(blueprint, node, {API: endpoint})
        for node, endpoint in endpoints.items()
    ]

    def reached() -> bool | None:
        try:
            if isinstance(clients[0], BlockMaker):
                clients[0].begin()
            heights = [client.status().height for client in clients]
        except Unreachable:
            return None
        return True if min(heights) >= FIRST_BLOCK else None

    if until(reached, seconds=lambda: 120.0) is None:
        raise SystemExit("the bare nodes made no first block in 120 s: nothing can be compared")
