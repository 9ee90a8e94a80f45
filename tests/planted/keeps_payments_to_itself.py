"""For `-D implementation=tests.planted.keeps_payments_to_itself`."""

from tests.planted.injective import Defective, keeps_payments_to_itself


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(keeps_payments_to_itself)
