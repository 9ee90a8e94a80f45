"""For `-D implementation=tests.planted.clock_of_blocks_stands_still`."""

from tests.planted.injective import Defective, clock_of_blocks_stands_still


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(clock_of_blocks_stands_still)
