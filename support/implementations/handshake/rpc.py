"""Questions to one hsd over its HTTP port: JSON-RPC, and what only the paths beside it tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support.implementations.http import PATIENCE, Answer, Http, Reply


class Denied(Exception):
    """The node understood the question and answered with an error: ``words`` are its own."""

    def __init__(self, source: str, words: str) -> None:
        super().__init__(f"{source}: {words}")
        self.source = source
        self.words = words


@dataclass(frozen=True)
class Question:
    """One call: a method of hsd's RPC and its parameters in order."""

    method: str
    parameters: tuple[object, ...] = ()

    def numbered(self, number: int) -> dict[str, object]:
        """As JSON-RPC wants it."""
        return {"id": number, "method": self.method, "params": list(self.parameters)}


class Rpc:
    """One node's HTTP port (``endpoint`` is ``host:port``); safe to use from threads.

    Raises Denied, Unreachable or Nonsense.
    """

    def __init__(self, endpoint: str, *, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        self.patience = patience
        self._http = Http(endpoint, patience=patience)

    def ask(self, method: str, *parameters: object) -> Answer:
        """One call."""
        question = Question(method, parameters)
        return self._judged(question, self._http.post("/", question.numbered(0)).content)

    def ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        """Several calls in one request, answered in order; hsd knows no limit to their number."""
        asked = [question.numbered(number) for number, question in enumerate(questions)]
        replies = self._http.post("/", asked).content
        answer = Answer(self.endpoint, replies)
        if not isinstance(replies, list):
            raise answer.nonsense("one answer to several questions")
        numbers = [reply.get("id") for reply in replies if isinstance(reply, dict)]
        if numbers != list(range(len(questions))):
            raise answer.nonsense("not one answer to each question")
        return [self._judged(*pair) for pair in zip(questions, replies, strict=True)]

    def get(self, path: str) -> Answer:
        """What is behind a path."""
        return self._believed(path, self._http.get(path))

    def post(self, path: str, content: object) -> Answer:
        """The answer to something that is sent to a path."""
        return self._believed(path, self._http.post(path, content))

    def _believed(self, path: str, reply: Reply) -> Answer:
        answer = Answer(f"{self.endpoint} ({path})", reply.content)
        if isinstance(reply.content, dict) and reply.content.get("error"):
            raise Denied(answer.source, answer.text("error", "message"))
        return answer

    def _judged(self, question: Question, reply: object) -> Answer:
        answer = Answer(f"{self.endpoint} ({question.method})", reply)
        if isinstance(reply, dict) and reply.get("error"):
            raise Denied(answer.source, answer.text("error", "message"))
        return answer.at("result")
