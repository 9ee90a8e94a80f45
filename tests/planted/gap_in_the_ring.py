"""For `-D implementation=tests.planted.gap_in_the_ring`."""

from tests.planted.injective import Defective
from tests.planted.joining import GapInTheRing


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return GapInTheRing()
