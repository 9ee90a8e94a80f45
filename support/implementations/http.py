"""JSON over HTTP with one node, for every implementation whose nodes are asked that way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

from support.implementations.contract import Nonsense, Unanswered, Unreachable

#: Seconds for a question and its answer, as the contract of clients promises.
PATIENCE = 2.0
#: Sockets kept open per node: the observer, and the threads that read all nodes at once.
_SOCKETS = 8
#: How much of an answer is quoted when it makes no sense.
_EXCERPT = 120


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

    Connections are kept open and shared: urllib3's pool under the session is made for threads,
    and the session itself keeps no state, as cookies are refused and redirects not followed.
    Nothing is ever asked twice. An HTTP code that stands for an error is no exception: nodes put
    what they have to say about it into the same JSON.
    """

    def __init__(self, endpoint: str, *, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        # One limit for connecting and answering together; requests passes it on to urllib3.
        self._timeout: Any = Timeout(total=patience)
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy in the environment is not meant for nodes
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=_SOCKETS))

    def get(self, path: str) -> Reply:
        """What is behind ``path``, which begins with a slash. Raises Unreachable or Nonsense."""
        return self._asked("GET", path, None)

    def post(self, path: str, content: object) -> Reply:
        """The answer to ``content``, sent as JSON. Raises Unreachable or Nonsense."""
        return self._asked("POST", path, json.dumps(content))

    def text(self, path: str) -> str:
        """What is behind ``path`` where that is no JSON. Raises Unreachable or Nonsense."""
        with self._asking("GET", path, None) as response:
            if not response.ok:
                raise Nonsense(f"{self.endpoint} answers {path} with HTTP {response.status_code}")
            return response.text

    def lines(self, path: str, content: object) -> Iterator[str]:
        """An answer that goes on and on, line by line, until nobody takes any more of it.

        Raises Unreachable or Nonsense, and Unreachable as well when no line comes for as long as
        an answer may take.
        """
        with self._asking("POST", path, json.dumps(content), stream=True) as response:
            for line in response.iter_lines():
                yield line.decode(errors="replace")

    def _asked(self, method: str, path: str, content: str | None) -> Reply:
        with self._asking(method, path, content) as response:
            return self._understood(response)

    @contextmanager
    def _asking(
        self, method: str, path: str, content: str | None, *, stream: bool = False
    ) -> Iterator[requests.Response]:
        try:
            with self._session.request(
                method,
                f"http://{self.endpoint}{path}",
                data=content,
                headers={} if content is None else {"Content-Type": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
                stream=stream,
            ) as response:
                yield response
        except requests.ReadTimeout as problem:
            raise Unanswered(f"{self.endpoint} did not answer: {_cause(problem)}") from problem
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as problem:
            raise Unreachable(f"{self.endpoint} did not answer: {_cause(problem)}") from problem

    def _understood(self, response: requests.Response) -> Reply:
        try:
            return Reply(response.status_code, response.headers, response.json())
        except (ValueError, RecursionError):
            raise Nonsense(
                f"{self.endpoint} answered something other than JSON "
                f"(HTTP {response.status_code}): {_excerpt(response.text)}"
            ) from None


def _cause(problem: BaseException) -> str:
    """What happened at the bottom of it, without the layers of libraries around it."""
    if isinstance(problem, requests.Timeout):
        return "no answer in time"
    while (deeper := problem.__cause__ or problem.__context__) is not None:
        problem = deeper
    return _excerpt(getattr(problem, "strerror", None) or str(problem))


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"
