"""For `-D implementation=tests.planted.takes_back_half`."""

from tests.planted.injective import TakesBackHalf


def IMPLEMENTATION() -> TakesBackHalf:  # noqa: N802
    """The name that the registry looks for."""
    return TakesBackHalf()
