"""For `-D implementation=tests.planted.forgets_in_secret`."""

from tests.planted.injective import Defective
from tests.planted.joining import forgets_in_secret, planted


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return planted(forgets_in_secret)
