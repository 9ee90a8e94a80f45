"""For `-D implementation=tests.planted.decides_by_a_fifth`."""

from tests.planted.injective import Defective, decides_by_a_fifth


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(decides_by_a_fifth)
