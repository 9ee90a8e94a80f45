"""Questions to one node over CometBFT's RPC port, and answers that are what they should be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

from support.implementations.contract import Nonsense, Unreachable

#: Seconds for a question and its answer, as the contract of clients promises.
PATIENCE = 2.0
#: Sockets kept open per node: the observer, and the threads that read all nodes at once.
_SOCKETS = 8
#: How much of an answer is quoted when it makes no sense.
_EXCERPT = 120


class Denied(Exception):
    """The node understood the question and answered with an error: ``words`` are its own."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Question:
    """One call: a method of CometBFT's RPC and its parameters."""

    method: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def numbered(self, number: int) -> dict[str, object]:
        """As JSON-RPC 2.0 wants it."""
        return {
            "jsonrpc": "2.0",
            "id": number,
            "method": self.method,
            "params": dict(self.parameters),
        }


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
        """A whole number below these names; CometBFT writes the larger ones as strings."""
        content = self.at(*path).content
        try:
            return int(content)  # type: ignore[call-overload, no-any-return]
        except (TypeError, ValueError):
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


class Rpc:
    """One node's RPC port (``endpoint`` is ``host:port``); safe to use from threads.

    Connections are kept open and shared: urllib3's pool under the session is made for threads,
    and the session itself keeps no state, as cookies are refused and redirects not followed.
    Nothing is ever asked twice.
    """

    def __init__(self, endpoint: str, *, patience: float = PATIENCE) -> None:
        self._url = f"http://{endpoint}/"
        self.endpoint = endpoint
        # One limit for connecting and answering together; requests passes it on to urllib3.
        self._timeout: Any = Timeout(total=patience)
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy in the environment is not meant for nodes
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=_SOCKETS))

    def ask(self, method: str, **parameters: object) -> Answer:
        """One question. Raises Denied, Unreachable or Nonsense."""
        question = Question(method, parameters)
        return self._judged(question, self._posted(question.numbered(0)))

    def ask_for_the_time(self, method: str, **parameters: object) -> tuple[Answer, float]:
        """As :meth:`ask`, with the node's own time in seconds since 1970.

        CometBFT puts it into every answer, cut to whole seconds (header ``X-Server-Time``).
        """
        question = Question(method, parameters)
        response = self._response(question.numbered(0))
        answer = self._judged(question, self._content(response))
        told = response.headers.get("X-Server-Time", "")
        if not told.isdecimal():
            raise answer.nonsense(f"{told!r} is no time")
        return answer, float(told)

    def ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        """Several questions in one request, answered in order; the node takes up to ten."""
        replies = self._posted([question.numbered(n) for n, question in enumerate(questions)])
        answer = Answer(self.endpoint, replies)
        if isinstance(replies, dict) and len(questions) == 1:
            replies = [replies]  # CometBFT answers a list of one question without a list
        if not isinstance(replies, list):
            raise answer.nonsense("one answer to several questions")
        # CometBFT answers in the order of the questions.
        numbers = [reply.get("id") for reply in replies if isinstance(reply, dict)]
        if numbers != list(range(len(questions))):
            raise answer.nonsense("not one answer to each question")
        return [self._judged(*pair) for pair in zip(questions, replies, strict=True)]

    def _judged(self, question: Question, reply: object) -> Answer:
        answer = Answer(f"{self.endpoint} ({question.method})", reply)
        if isinstance(reply, dict) and reply.get("error"):
            raise Denied(_words(answer.at("error")))
        return answer.at("result")

    def _posted(self, content: object) -> object:
        return self._content(self._response(content))

    def _response(self, content: object) -> requests.Response:
        try:
            # The node answers errors with other HTTP codes than 200, in the same JSON.
            return self._session.post(
                self._url,
                data=json.dumps(content),
                headers={"Content-Type": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as problem:
            raise Unreachable(f"{self.endpoint} did not answer: {_cause(problem)}") from problem

    def _content(self, response: requests.Response) -> object:
        try:
            return response.json()
        except (ValueError, RecursionError):
            raise Nonsense(
                f"{self.endpoint} answered something other than JSON "
                f"(HTTP {response.status_code}): {_excerpt(response.text)}"
            ) from None


def _words(error: Answer) -> str:
    """Message and data of a JSON-RPC error; the data is the part that tells something."""
    if not isinstance(error.content, dict):
        raise error.nonsense("an error that is no JSON-RPC error")
    parts = (error.content.get("message"), error.content.get("data"))
    return ": ".join(str(part) for part in parts if part)


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
