"""For `-D implementation=tests.planted.absence_costs_double`."""

from tests.planted.injective import Defective, absence_costs_double


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(absence_costs_double)
