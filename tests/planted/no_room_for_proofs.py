"""For `-D implementation=tests.planted.no_room_for_proofs`."""

from tests.planted.injective import Defective, no_room_for_proofs


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(no_room_for_proofs)
