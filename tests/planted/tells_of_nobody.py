"""For `-D implementation=tests.planted.tells_of_nobody`."""

from tests.planted.injective import Defective
from tests.planted.joining import planted, tells_of_nobody


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return planted(tells_of_nobody)
