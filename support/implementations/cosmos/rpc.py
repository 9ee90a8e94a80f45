"""Questions to one node over CometBFT's RPC port, and answers that are what they should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from support.implementations.http import PATIENCE, Answer, Http


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


class Rpc:
    """One node's RPC port (``endpoint`` is ``host:port``); safe to use from threads."""

    def __init__(self, endpoint: str, *, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        self._http = Http(endpoint, patience=patience)

    def ask(self, method: str, **parameters: object) -> Answer:
        """One question. Raises Denied, Unreachable or Nonsense."""
        question = Question(method, parameters)
        return self._judged(question, self._http.post("/", question.numbered(0)).content)

    def ask_for_the_time(self, method: str, **parameters: object) -> tuple[Answer, float]:
        """As :meth:`ask`, with the node's own time in seconds since 1970.

        CometBFT puts it into every answer, cut to whole seconds (header ``X-Server-Time``).
        """
        question = Question(method, parameters)
        reply = self._http.post("/", question.numbered(0))
        answer = self._judged(question, reply.content)
        told = reply.headers.get("X-Server-Time", "")
        if not told.isdecimal():
            raise answer.nonsense(f"{told!r} is no time")
        return answer, float(told)

    def ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        """Several questions in one request, answered in order; the node takes up to ten."""
        asked = [question.numbered(number) for number, question in enumerate(questions)]
        replies = self._http.post("/", asked).content
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


def _words(error: Answer) -> str:
    """Message and data of a JSON-RPC error; the data is the part that tells something."""
    if not isinstance(error.content, dict):
        raise error.nonsense("an error that is no JSON-RPC error")
    parts = (error.content.get("message"), error.content.get("data"))
    return ": ".join(str(part) for part in parts if part)
