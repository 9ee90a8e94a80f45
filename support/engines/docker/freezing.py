"""Containers are frozen by a runtime that soon gives up where the machine is busy."""

from __future__ import annotations

from docker.errors import APIError
from docker.models.containers import Container

from support.waiting import until

#: Seconds in which even a busy machine freezes a container.
_PATIENCE = 20.0
#: What runc says when it has let the container go on.
_GAVE_UP = "unable to freeze"


def freeze(container: Container, *, patience: float = _PATIENCE) -> None:
    """Pause a container, and ask again when the runtime has given up; ``patience`` in seconds.

    With the first version of control groups the kernel freezes a process after the other, and one
    that is being made just then keeps the whole from being frozen. runc (1.1.5) looks a thousand
    times, for some milliseconds, lets everything go on, and leaves it to its caller to ask again:
    see its pull requests 2791 and 4388. Raises :class:`docker.errors.APIError` for every other
    refusal at once.
    """
    refusal: APIError | None = None

    def frozen() -> bool | None:
        nonlocal refusal
        try:
            container.pause()
        except APIError as error:
            if _GAVE_UP not in str(error):
                raise
            refusal = error
            return None
        return True

    if until(frozen, seconds=lambda: patience) is None:
        assert refusal is not None
        raise refusal
