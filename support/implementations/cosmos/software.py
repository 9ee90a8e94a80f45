"""The program of a chain as something that engines can unpack."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from support.engines.contract import Software
from support.implementations.cosmos.chain import Chain

#: The folder in ``docker/`` that says how the images of all these chains are made.
_RECIPE = "cosmos"


def software_of(chain: Chain, cache: Path) -> Software:
    """The program of ``chain``, of the version that its source has; downloads go to ``cache``.

    Raises :class:`~support.domain.EnvironmentProblem` when its source has none.
    """
    return exactly(chain, chain.source.version(chain.version), cache)


def exactly(chain: Chain, version: str, cache: Path) -> Software:
    """The program of ``chain``, of just this version, whatever is installed."""
    unpack = partial(chain.source.unpack, chain.program, version, cache)
    return Software(chain.name, version, unpack, recipe=_RECIPE)
