"""A daemon that could not do something just then is asked again; one that says no is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from docker.errors import APIError, NotFound

from support.engines.docker.freezing import freeze
from support.engines.docker.sweep import remove_when_free

GAVE_UP = "OCI runtime pause failed: unable to freeze: unknown"
ENDPOINTS = "error while removing network: network accord-1 has active endpoints"
IN_USE = "remove 0123: volume is in use - [4567]"

BOTH = pytest.mark.parametrize(
    ("do", "not_now"),
    [(freeze, GAVE_UP), (remove_when_free, ENDPOINTS), (remove_when_free, IN_USE)],
)


class Stubborn:
    """A container, a network or a volume whose daemon refuses like this before it gives in."""

    def __init__(self, *refusals: APIError) -> None:
        self._refusals = list(refusals)
        self.asked = 0

    def pause(self) -> None:
        self.asked += 1
        if self._refusals:
            raise self._refusals.pop(0)

    remove = pause


def ask(do: Callable[..., None], stubborn: Stubborn, **words: float) -> None:
    do(cast("Any", stubborn), **words)


@BOTH
def test_a_daemon_that_could_not_just_then_is_asked_again(
    do: Callable[..., None], not_now: str
) -> None:
    stubborn = Stubborn(APIError(not_now), APIError(not_now))
    ask(do, stubborn)
    assert stubborn.asked == 3


@BOTH
def test_one_that_says_no_is_not_asked_again(do: Callable[..., None], not_now: str) -> None:
    stubborn = Stubborn(APIError("permission denied"))
    with pytest.raises(APIError, match="permission denied"):
        ask(do, stubborn)
    assert stubborn.asked == 1


@BOTH
def test_one_that_never_manages_is_told_of(do: Callable[..., None], not_now: str) -> None:
    stubborn = Stubborn(*[APIError(not_now)] * 9)
    with pytest.raises(APIError) as refusal:
        ask(do, stubborn, patience=0.05)
    assert not_now in str(refusal.value)
    assert stubborn.asked < 9


def test_what_somebody_else_has_removed_is_gone() -> None:
    stubborn = Stubborn(APIError(ENDPOINTS), NotFound("no such network"))
    ask(remove_when_free, stubborn)
    assert stubborn.asked == 2
