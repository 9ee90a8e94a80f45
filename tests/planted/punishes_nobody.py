"""For `-D implementation=tests.planted.punishes_nobody`."""

from tests.planted.injective import Defective, punishes_nobody


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(punishes_nobody)
