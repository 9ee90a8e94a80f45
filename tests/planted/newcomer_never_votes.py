"""For `-D implementation=tests.planted.newcomer_never_votes`."""

from tests.planted.injective import Defective, newcomer_never_votes


def IMPLEMENTATION() -> Defective:  # noqa: N802
    """The name that the registry looks for."""
    return Defective(newcomer_never_votes)
