"""What node software does as well, where whoever is away too long is jailed for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from support.domain import NodeName


@runtime_checkable
class Jailer(Protocol):
    """What the stakes of a client tell as well."""

    def jailed_until(self) -> Mapping[NodeName, float]:
        """From when on each may return to duty, in seconds since 1970 by the dates of blocks.

        In the past for whoever was never jailed. Raises what ``NodeClient`` raises.
        """
        ...
