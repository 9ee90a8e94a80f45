"""The fake node software, claiming what it has not: ``ACCORD_CONTRACT=…:tests.planted.boasts``."""

from __future__ import annotations

from support.domain import Capability
from tests.fake.implementation import FakeImplementation


class Boasts(FakeImplementation):
    """It says that a node leads, and that nodes ask the others before they answer."""

    capabilities = FakeImplementation.capabilities | {Capability.LEADER, Capability.SURE_READS}


class BelongsNowhere(FakeImplementation):
    """It says of itself that the longest history wins, and is made otherwise."""

    capabilities = FakeImplementation.capabilities | {Capability.LONGEST_CHAIN}


IMPLEMENTATION = Boasts
