"""Containers are frozen by a runtime that soon gives up where the machine is busy."""

from __future__ import annotations

from docker.models.containers import Container

from support.engines.docker.asking import PATIENCE, ask_again

#: What runc says when it has let the container go on.
_GAVE_UP = "unable to freeze"


def freeze(container: Container, *, patience: float = PATIENCE) -> None:
    """Pause a container, and ask again when the runtime has given up; ``patience`` in seconds.

    With the first version of control groups the kernel freezes a process after the other, and one
    that is being made just then keeps the whole from being frozen. runc (1.1.5) looks a thousand
    times, for some milliseconds, lets everything go on, and leaves it to its caller to ask again:
    see its pull requests 2791 and 4388. Raises :class:`docker.errors.APIError` for every other
    refusal at once.
    """
    ask_again(container.pause, (_GAVE_UP,), patience=patience)
