"""Handshake: the longest chain by proof of work, from the node ``hsd`` of npm."""

from __future__ import annotations

from collections.abc import Callable

from support.implementations.contract import Implementation
from support.implementations.handshake.implementation import HandshakeImplementation

IMPLEMENTATION: Callable[[], Implementation] = HandshakeImplementation
