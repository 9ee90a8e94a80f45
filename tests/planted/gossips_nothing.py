"""For `-D implementation=tests.planted.gossips_nothing`."""

from tests.planted.injective import Defective, gossips_nothing


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(gossips_nothing)
