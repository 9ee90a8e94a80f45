"""Chains of Cosmos SDK and CometBFT: quorum finality; a settings file makes one of them."""

from __future__ import annotations

from pathlib import Path

from support.implementations.contract import Implementation
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.settings_file import read_chain


def chain_of(settings: Path) -> Implementation:
    """The implementation that a settings file describes.

    Raises :class:`~support.domain.BadRequest` for one that cannot be understood, and
    :class:`~support.domain.EnvironmentProblem` where the program is not on this machine.
    """
    return CosmosImplementation(read_chain(settings))
