"""For `-D implementation=tests.planted.impostors_are_honest`."""

from tests.planted.injective import Defective
from tests.planted.joining import HonestImpostors


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return HonestImpostors()
