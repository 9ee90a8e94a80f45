"""For `-D implementation=tests.planted.followers_begin_otherwise`."""

from tests.planted.injective import Defective
from tests.planted.joining import BeginOtherwise


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return BeginOtherwise()
