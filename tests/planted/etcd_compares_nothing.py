"""For `-D implementation=tests.planted.etcd_compares_nothing`."""

from tests.planted.etcd import ComparesNothing, Defective


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(ComparesNothing)
