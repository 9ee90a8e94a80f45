"""For `-D implementation=tests.planted.waits_long_for_a_turn`."""

from tests.planted.injective import Defective, clock_of_blocks_stands_still


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for: node 4 takes no turn, and each is waited for."""
    return Defective(clock_of_blocks_stands_still, propose="4s")
