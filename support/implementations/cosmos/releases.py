"""The releases of a chain that a network can begin with: the current one, and the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from support.engines.contract import Software
from support.implementations.cosmos.chain import Chain, Earlier
from support.implementations.cosmos.software import exactly, software_of
from support.implementations.cosmos.template import GenesisTemplate


@dataclass(frozen=True)
class Release:
    """One release of a chain: what its nodes run, how they start, and the genesis they begin with.

    Both the commands and the genesis are those of this very program.
    """

    chain: Chain
    software: Software
    template: GenesisTemplate

    @classmethod
    def current(cls, chain: Chain, cache: Path) -> Release:
        """The one that the settings file describes."""
        return cls._of(chain, software_of(chain, cache), cache)

    @classmethod
    def earlier(cls, chain: Chain, earlier: Earlier, cache: Path) -> Release:
        """The one that networks can be upgraded from."""
        older = replace(chain, version=earlier.version, start=earlier.start, source=earlier.source)
        return cls._of(older, exactly(older, earlier.version, cache), cache)

    @classmethod
    def _of(cls, chain: Chain, software: Software, cache: Path) -> Release:
        return cls(chain, software, GenesisTemplate(chain, software.version, cache))
