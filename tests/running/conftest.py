"""Runs that several tests look at are started once, and side by side: they mostly wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    """Enough for two cores."""
    with ThreadPoolExecutor(4) as pool:
        yield pool
