"""For `-D implementation=tests.planted.leaves_one_behind`."""

from tests.planted.injective import LeavesOneBehind


def IMPLEMENTATION() -> LeavesOneBehind:  # noqa: N802
    """The name that the registry looks for."""
    return LeavesOneBehind()
