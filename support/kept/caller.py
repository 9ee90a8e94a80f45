"""Finds the network that a person means, and asks its owner."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.domain import BadRequest, EnvironmentProblem
from support.engines import runs
from support.kept import wire

#: Seconds in which an owner takes a call; how long it takes to answer is another matter.
_PATIENCE = 10

_NONE = (
    "there is no network to attach to: start one with `python -m support up --keep-running`, or "
    "keep the one of a failing example with `-D keep=on_failure`"
)


class OwnerHasDied(EnvironmentProblem):
    """Nobody answers for a network: the process that had it is no more."""


@dataclass(frozen=True)
class Kept:
    """A network for people, by its name."""

    name: str
    place: Path

    def ask(
        self, do: str, *, on_line: Callable[[Any], None] = lambda line: None, **more: object
    ) -> Any:
        """What comes of asking; ``on_line`` gets what is told meanwhile.

        Raises what the owner tells of, and :class:`OwnerHasDied` when nobody answers.
        """
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_PATIENCE)
            try:
                line.connect(str(self.place))
            except OSError as error:
                raise self._dead() from error
            line.settimeout(None)
            with line.makefile("rwb") as stream:
                try:
                    wire.write(stream, {"do": do, **more})
                except OSError as error:
                    raise self._dead() from error
                return self._answer(stream, on_line)

    def take_down(self) -> None:
        """Remove it; an owner that has no other network is gone as well when this returns."""
        self.ask("down")

    def _answer(self, stream: Any, on_line: Callable[[Any], None]) -> Any:
        answer: list[wire.Message] = []
        for message in self._messages(stream):
            if "line" in message:
                on_line(message["line"])
            else:
                answer.append(message)
        if not answer:
            raise self._dead()
        if "wrong" in answer[0]:
            raise wire.problem_of(answer[0])
        return answer[0]["done"]

    def _messages(self, stream: wire.Stream) -> Iterator[wire.Message]:
        try:
            yield from wire.messages(stream)
        except OSError as error:
            raise self._dead() from error

    def _dead(self) -> OwnerHasDied:
        return OwnerHasDied(
            f"the process that had the network {self.name} has died: `python -m support sweep` "
            "removes what it has left"
        )


def kept_networks() -> list[Kept]:
    """All networks that this user has for people, whether their owners are alive or not."""
    return [Kept(place.name, place) for place in runs.sockets()]


def the_network(wanted: str | None) -> Kept:
    """The one that is meant: by its name, by how that begins, or because there is no other.

    Raises :class:`BadRequest` when it is not clear which.
    """
    known = kept_networks()
    if not known:
        raise BadRequest(_NONE)
    fitting = [each for each in known if wanted is None or each.name.startswith(wanted)]
    exact = [each for each in known if each.name == wanted] or fitting
    if len(exact) == 1:
        return exact[0]
    names = _names(exact or known)
    if not exact:
        raise BadRequest(f"there is no network called {wanted}: there are {names}")
    raise BadRequest(f"there are {len(exact)} networks: say --network and one of {names}")


def _names(networks: Sequence[Kept]) -> str:
    return ", ".join(each.name for each in networks)
