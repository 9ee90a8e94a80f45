"""For `-D implementation=tests.planted.proofs_come_too_late`."""

from tests.planted.injective import Defective, proofs_come_too_late


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(proofs_come_too_late)
