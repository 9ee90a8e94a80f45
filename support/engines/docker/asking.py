"""Asks a daemon again that could not do something just then."""

from __future__ import annotations

from collections.abc import Callable, Collection

from docker.errors import APIError

from support.waiting import until

#: Seconds in which even a busy daemon gets something done.
PATIENCE = 20.0


def ask_again(
    ask: Callable[[], object], while_it_says: Collection[str], *, patience: float = PATIENCE
) -> None:
    """Ask, and again as long as the refusal has one of these words; ``patience`` in seconds.

    Raises the last refusal, and every :class:`docker.errors.APIError` without these words at once.
    """
    refusal: APIError | None = None

    def done() -> bool | None:
        nonlocal refusal
        try:
            ask()
        except APIError as error:
            if not any(words in str(error) for words in while_it_says):
                raise
            refusal = error
            return None
        return True

    if until(done, seconds=lambda: patience) is None:
        assert refusal is not None
        raise refusal
