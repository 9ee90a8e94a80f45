"""How owner and caller talk: JSON, one message a line, one question for each connection.

A caller sends ``{"do": NAME, ...}``. The owner answers with any number of ``{"line": TEXT}``, and
then ``{"done": VALUE}`` or ``{"wrong": WORDS, "kind": KIND}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from typing import Any

from support.domain import BadRequest, EnvironmentProblem, NetworkFailure

Message = Mapping[str, Any]
#: Both directions of a connection, or one.
Stream = BufferedIOBase

#: What went wrong, as it is told to the other side. The order matters: the first that fits is said.
KINDS: Mapping[str, type[Exception]] = {
    "not possible": BadRequest,
    "environment": EnvironmentProblem,
    "failed": NetworkFailure,
}


def write(stream: Stream, message: Message) -> None:
    """Send one message. Raises OSError where the other side is gone."""
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()


def messages(stream: Stream) -> Iterator[Message]:
    """What the other side says, until it hangs up."""
    for line in stream:
        yield json.loads(line)


def wrong(problem: Exception) -> Message:
    """How a problem is told to the other side."""
    failed = isinstance(problem, AssertionError)
    kind = "failed" if failed else next(k for k, t in KINDS.items() if isinstance(problem, t))
    return {"wrong": str(problem).strip("\n"), "kind": kind}


def problem_of(message: Message) -> Exception:
    """The problem that the other side has told of."""
    return KINDS[message["kind"]](message["wrong"])
