"""Injective: quorum finality on Cosmos SDK and CometBFT, from the node of PyPI's injective-core."""

from __future__ import annotations

from collections.abc import Callable

from support.implementations.contract import Implementation
from support.implementations.injective.implementation import InjectiveImplementation

IMPLEMENTATION: Callable[[], Implementation] = InjectiveImplementation
