"""For `-D implementation=tests.planted.etcd_never_asks_the_others`."""

from tests.planted.etcd import Defective, NeverAsksTheOthers


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(NeverAsksTheOthers)
