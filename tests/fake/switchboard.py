"""Which simulated node answers behind an endpoint: what a loopback port is to a real node."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fake.api import NodeApi

_listening: dict[str, NodeApi] = {}
_lock = threading.Lock()


def listen(endpoint: str, api: NodeApi) -> None:
    """From now on ``api`` answers at ``endpoint``."""
    with _lock:
        _listening[endpoint] = api


def hang_up(endpoint: str) -> None:
    """Nobody answers at ``endpoint`` any more; that nobody did before is fine."""
    with _lock:
        _listening.pop(endpoint, None)


def call(endpoint: str) -> NodeApi:
    """Who answers at ``endpoint``; :class:`ConnectionRefusedError` when nobody does."""
    with _lock:
        api = _listening.get(endpoint)
    if api is None:
        raise ConnectionRefusedError(f"nobody listens at {endpoint}")
    return api
