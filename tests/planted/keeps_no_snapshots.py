"""For `-D implementation=tests.planted.keeps_no_snapshots`."""

from tests.planted.injective import Defective
from tests.planted.joining import keeps_no_snapshots, planted


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return planted(keeps_no_snapshots)
