"""Doing one thing to many nodes at once. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

#: Threads that wait for sockets cost next to nothing; more nodes than this take turns.
_pool = ThreadPoolExecutor(max_workers=48, thread_name_prefix="accord")
#: Apart from it, so that what runs in the background may do things side by side.
_background = ThreadPoolExecutor(max_workers=4, thread_name_prefix="accord-background")


def side_by_side(action: Callable[[K], V], items: Iterable[K]) -> dict[K, V]:
    """Run ``action`` for every item at once and return its results in the order of the items.

    Every action is waited for, also when one raises or a person interrupts; the first error is
    raised afterwards. So nothing goes on in the background when this returns. Do not nest it.
    """
    futures = begun(action, items)
    try:
        wait(futures.values())
    except BaseException:
        wait(futures.values())
        raise
    errors = [error for future in futures.values() if (error := future.exception())]
    if errors:
        raise errors[0]
    return {item: future.result() for item, future in futures.items()}


def begun(action: Callable[[K], V], items: Iterable[K]) -> dict[K, Future[V]]:
    """Start ``action`` for every item at once; whoever asks for that waits for all of it."""
    return {item: _pool.submit(action, item) for item in items}


def in_background(action: Callable[[], V]) -> Future[V]:
    """Start ``action`` and return a handle on its result."""
    return _background.submit(action)
