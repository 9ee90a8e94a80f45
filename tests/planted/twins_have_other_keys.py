"""For `-D implementation=tests.planted.twins_have_other_keys`."""

from tests.planted.injective import TwinsWithKeysOfTheirOwn


def IMPLEMENTATION() -> TwinsWithKeysOfTheirOwn:  # noqa: N802
    """The name that the registry looks for."""
    return TwinsWithKeysOfTheirOwn()
