"""People with and without networks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kept.people import FAKE, Person, somebody


@pytest.fixture
def person() -> Iterator[Person]:
    """Has no network yet."""
    with somebody() as person:
        yield person


@pytest.fixture(scope="module")
def owner() -> Iterator[Person]:
    """Has one network of four nodes, in the background."""
    with somebody() as person:
        started = person.types("up", *FAKE, "--keep-running")
        assert started.returncode == 0, started.stderr
        yield person
