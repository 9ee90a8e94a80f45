"""For `-D implementation=tests.planted.has_room_for_one_payment`."""

from tests.planted.injective import Defective, has_room_for_one_payment


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(has_room_for_one_payment)
