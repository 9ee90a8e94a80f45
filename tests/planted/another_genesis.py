"""For `-D implementation=tests.planted.another_genesis`."""

from tests.planted.injective import Defective, another_genesis


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(another_genesis)
