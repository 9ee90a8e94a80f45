"""JSON over HTTP with one node, for every implementation whose nodes are asked that way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from urllib3 import BaseHTTPResponse, Timeout, connection_from_url
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
    TimeoutError,
)

from support.implementations.contract import Nonsense, Unanswered, Unreachable

#: Seconds for a question and its answer, as the contract of clients promises.
PATIENCE = 2.0
#: Sockets kept open per node: the observer, and the threads that read all nodes at once.
_SOCKETS = 8
#: How much of an answer is quoted when it makes no sense.
_EXCERPT = 120
#: From this code on, an answer over HTTP is about what went wrong.
_FIRST_ERROR = 400
_OF_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """A part of what a node answered. Looking for what is not there is :class:`Nonsense`."""

    source: str
    content: object

    def at(self, *path: str) -> Answer:
        """The part below these names."""
        part = self.content
        for name in path:
            if not isinstance(part, dict) or name not in part:
                raise self.nonsense(f"no {'.'.join(path)}")
            part = part[name]
        return Answer(self.source, part)

    def text(self, *path: str) -> str:
        """A string below these names."""
        content = self.at(*path).content
        if not isinstance(content, str):
            raise self.nonsense(f"{'.'.join(path)} is no text")
        return content

    def number(self, *path: str) -> int:
        """A whole number below these names; some nodes write the larger ones as strings."""
        content = self.at(*path).content
        try:
            return int(content)  # type: ignore[call-overload, no-any-return]
        except (TypeError, ValueError, OverflowError):
            raise self.nonsense(f"{'.'.join(path)} is no number") from None

    def flag(self, *path: str) -> bool:
        """True or false below these names."""
        content = self.at(*path).content
        if not isinstance(content, bool):
            raise self.nonsense(f"{'.'.join(path)} is neither true nor false")
        return content

    def parts(self, *path: str) -> list[Answer]:
        """The members of a list below these names."""
        content = self.at(*path).content
        if not isinstance(content, list):
            raise self.nonsense(f"{'.'.join(path)} is no list")
        return [Answer(self.source, member) for member in content]

    def nonsense(self, why: str) -> Nonsense:
        """The exception that says where this answer came from, what is wrong, and quotes it."""
        return Nonsense(f"{self.source} answered nonsense ({why}): {_excerpt(str(self.content))}")


@dataclass(frozen=True)
class Reply:
    """All of one answer: HTTP's code, its headers (in any case), and what the JSON says."""

    code: int
    headers: Mapping[str, str]
    content: object


class Http:
    """One node's HTTP port (``endpoint`` is ``host:port``); safe to use from threads.

    Connections are kept open and shared, in a pool of urllib3 that is made for threads and keeps no
    other state: there are no cookies, and no proxy of the environment is meant for nodes. Nothing
    is ever asked twice, and no redirection is followed. An HTTP code that stands for an error is no
    exception: nodes put what they have to say about it into the same JSON.
    """

    def __init__(self, endpoint: str, *, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        self._pool = connection_from_url(
            f"http://{endpoint}",
            maxsize=_SOCKETS,
            timeout=Timeout(total=patience),  # for connecting and answering together
            retries=False,
        )

    def get(self, path: str) -> Reply:
        """What is behind ``path``, which begins with a slash. Raises Unreachable or Nonsense."""
        return self._asked("GET", path, None)

    def post(self, path: str, content: object) -> Reply:
        """The answer to ``content``, sent as JSON. Raises Unreachable or Nonsense."""
        return self._asked("POST", path, content)

    def text(self, path: str) -> str:
        """What is behind ``path`` where that is no JSON. Raises Unreachable or Nonsense."""
        with self._asking("GET", path, None) as response:
            if response.status >= _FIRST_ERROR:
                raise Nonsense(f"{self.endpoint} answers {path} with HTTP {response.status}")
            return _text(response.data)

    def lines(self, path: str, content: object) -> Iterator[str]:
        """An answer that goes on and on, line by line, until nobody takes any more of it.

        Raises Unreachable or Nonsense, and Unreachable as well when no line comes for as long as
        an answer may take.
        """
        with self._asking("POST", path, content) as response:
            for line in response:
                yield _text(line).rstrip("\r\n")

    def _asked(self, method: str, path: str, content: object) -> Reply:
        with self._asking(method, path, content) as response:
            return self._understood(response)

    @contextmanager
    def _asking(self, method: str, path: str, content: object) -> Iterator[BaseHTTPResponse]:
        """The beginning of an answer; what is left of it when nobody reads on is thrown away."""
        posted = method == "POST"
        try:
            response = self._pool.urlopen(
                method,
                path,
                body=json.dumps(content).encode() if posted else None,
                headers=_OF_JSON if posted else {},
                redirect=False,
                preload_content=False,
            )
        except ReadTimeoutError as problem:
            raise Unanswered(self._silence(problem)) from problem
        except HTTPError as problem:
            raise Unreachable(self._silence(problem)) from problem
        try:
            yield response
        except DecodeError as problem:
            why = f"{self.endpoint} packed its answer wrongly: {_cause(problem)}"
            raise Nonsense(why) from problem
        except HTTPError as problem:
            raise Unreachable(self._silence(problem)) from problem
        finally:
            response.close()
            response.release_conn()

    def _silence(self, problem: HTTPError) -> str:
        return f"{self.endpoint} did not answer: {_cause(problem)}"

    def _understood(self, response: BaseHTTPResponse) -> Reply:
        said = response.data
        try:
            return Reply(response.status, response.headers, json.loads(said))
        except (ValueError, RecursionError):
            raise Nonsense(
                f"{self.endpoint} answered something other than JSON "
                f"(HTTP {response.status}): {_excerpt(_text(said))}"
            ) from None


def _cause(problem: BaseException) -> str:
    """What happened at the bottom of it, without the layers of libraries around it."""
    if isinstance(problem, TimeoutError) and not isinstance(problem, NewConnectionError):
        return "no answer in time"
    while (deeper := problem.__cause__ or problem.__context__) is not None:
        problem = deeper
    return _excerpt(getattr(problem, "strerror", None) or str(problem))


def _text(said: bytes) -> str:
    return said.decode(errors="replace")


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"
