"""A runtime that gives up is asked again; one that says no is believed."""

from __future__ import annotations

from typing import cast

import pytest
from docker.errors import APIError
from docker.models.containers import Container

from support.engines.docker.freezing import freeze

GAVE_UP = "OCI runtime pause failed: unable to freeze: unknown"


class Stubborn:
    """A container whose runtime answers with these words, one after the other."""

    def __init__(self, *words: str) -> None:
        self._words = list(words)
        self.asked = 0

    def pause(self) -> None:
        self.asked += 1
        if self._words:
            raise APIError(self._words.pop(0))

    @property
    def as_container(self) -> Container:
        return cast("Container", self)


def test_a_runtime_that_gave_up_is_asked_again() -> None:
    container = Stubborn(GAVE_UP, GAVE_UP)
    freeze(container.as_container)
    assert container.asked == 3


def test_one_that_says_no_is_not_asked_again() -> None:
    container = Stubborn("Container is not running")
    with pytest.raises(APIError, match="not running"):
        freeze(container.as_container)
    assert container.asked == 1


def test_one_that_never_manages_is_told_of() -> None:
    container = Stubborn(*[GAVE_UP] * 9)
    with pytest.raises(APIError, match="unable to freeze"):
        freeze(container.as_container, patience=0.05)
    assert container.asked < 9
