"""For `-D implementation=tests.planted.jails_for_an_hour`."""

from tests.planted.injective import Defective, jails_for_an_hour


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(jails_for_an_hour)
