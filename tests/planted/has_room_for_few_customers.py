"""For `-D implementation=tests.planted.has_room_for_few_customers`."""

from tests.planted.injective import Defective, has_room_for_few_customers


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(has_room_for_few_customers)
