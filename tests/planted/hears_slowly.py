"""For `-D implementation=tests.planted.hears_slowly`."""

from tests.planted.injective import Defective, hears_slowly


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(hears_slowly)
