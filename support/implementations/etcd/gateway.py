"""Questions to one node over etcd's JSON gateway, and answers that are what they should be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from support.domain import Forgotten
from support.implementations.contract import Nonsense, Unanswered, Unreachable
from support.implementations.etcd.bank import Body, Entry, encoded, entries
from support.implementations.http import Answer, Http

#: gRPC's codes for "not now": no leader, a leader that changed, no answer from the others in time.
_NOT_NOW = (2, 4, 8, 14)
#: gRPC's code for a revision that is not there (any more, or yet), and etcd's word for the former.
_OUT_OF_RANGE, _COMPACTED = 11, "compacted"
#: All keys there are, as the gateway wants them.
_FIRST_KEY = encoded("\0")

#: The metric that is 1 for each peer whose connection is in use, and 0 for one that is lost.
_PEER = re.compile(
    r'^etcd_network_active_peers\{Local="[0-9a-f]+",Remote="(?P<peer>[0-9a-f]+)"\} 1$', re.MULTILINE
)


@dataclass(frozen=True)
class Shown:
    """Keys that a node showed, and the revision of its store at that moment."""

    revision: int
    entries: list[Entry]


@dataclass(frozen=True)
class Member:
    """One member of a cluster; it has no ``name`` before it has started."""

    number: int
    name: str
    url: str


class Gateway:
    """One node's gateway (``endpoint`` is ``host:port``); safe to use from threads.

    Every method raises Unreachable, Unanswered or Nonsense.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._http = Http(endpoint)

    def range(self, body: Body) -> Shown:
        """Keys as they are now, in the view of all nodes or, serializably, in that of this one."""
        return _shown(self._asked("kv/range", body))

    def range_at(self, body: Body, revision: int) -> Shown | Forgotten:
        """Keys as they were, in this node's own store.

        Raises Unreachable for a revision that this node has not got to yet.
        """
        asked = {**body, "serializable": True, "revision": str(revision)}
        reply = self._http.post("/v3/kv/range", asked)
        answer = Answer(f"{self.endpoint} (kv/range)", reply.content)
        if reply.code != 200 and _code(answer) == _OUT_OF_RANGE:
            words = answer.text("message")
            if _COMPACTED in words:
                return Forgotten(words)
            raise Unreachable(f"{self.endpoint} has no revision {revision} yet: {words}")
        return _shown(self._judged(reply.code, answer))

    def txn(self, body: Body) -> Answer:
        """One transaction; the answer tells whether its comparisons held."""
        return self._asked("kv/txn", body)

    def put(self, key: str, value: str) -> None:
        """Write one key."""
        self._asked("kv/put", {"key": encoded(key), "value": encoded(value)})

    def newest(self, *others: str, limit: int) -> tuple[Shown, list[Entry]]:
        """The keys that this node saw changed last, and those called ``others``, at one moment."""
        last: Body = {
            "key": _FIRST_KEY,
            "range_end": _FIRST_KEY,
            "serializable": True,
            "sort_order": "DESCEND",
            "sort_target": "MOD",
            "limit": str(limit),
        }
        named = [{"key": encoded(key), "serializable": True} for key in others]
        answer = self.txn({"success": [{"request_range": body} for body in (last, *named)]})
        newest, *rest = ranges(answer)
        revision = answer.number("header", "revision")
        return Shown(revision, newest), [entry for found in rest for entry in found]

    def leader(self) -> int | None:
        """The number of the member that this one follows, itself perhaps."""
        return self._leader_in(self._asked("maintenance/status", {}))

    def is_ready(self) -> bool:
        """Whether the node follows somebody, or leads, and has done all that it heard of."""
        told = self._asked("maintenance/status", {})
        if self._leader_in(told) is None:
            return False
        return told.number("raftAppliedIndex") >= told.number("raftIndex")

    def _leader_in(self, told: Answer) -> int | None:
        return told.number("leader") if "leader" in _keys(told) else None

    def changes(self, first: int, last: int) -> dict[int, list[Entry]]:
        """What every revision from ``first`` to ``last`` wrote, out of this node's own store."""
        wanted: Body = {
            "create_request": {
                "key": _FIRST_KEY,
                "range_end": _FIRST_KEY,
                "start_revision": str(first),
            }
        }
        found: dict[int, list[Entry]] = {}
        for answer in self._messages("/v3/watch", wanted):
            for entry in _entries(answer, [part.at("kv") for part in _parts(answer, "events")]):
                found.setdefault(entry.modified, []).append(entry)
            if max(found, default=0) >= last:
                break
        return {revision: kept for revision, kept in found.items() if revision <= last}

    def members(self) -> list[Member]:
        """All members of the cluster, as this node knows it."""
        return [
            Member(
                number=part.number("ID"),
                name=part.text("name") if "name" in _keys(part) else "",
                url=next((url.text() for url in part.parts("peerURLs")), ""),
            )
            for part in self._asked("cluster/member/list", {}).parts("members")
        ]

    def remove_member(self, number: int) -> None:
        """Take a member out of the cluster for good."""
        self._asked("cluster/member/remove", {"ID": str(number)})

    def add_member(self, url: str) -> None:
        """Tell the cluster of a member that will come."""
        self._asked("cluster/member/add", {"peerURLs": [url]})

    def active_peers(self) -> set[int]:
        """The numbers of the members that this one is connected to at the moment."""
        return {int(found["peer"], 16) for found in _PEER.finditer(self._http.text("/metrics"))}

    def nonsense(self, why: str) -> Nonsense:
        """The exception that says which node made no sense, and why."""
        return Nonsense(f"{self.endpoint} answered nonsense: {why}")

    def _asked(self, path: str, body: Body) -> Answer:
        reply = self._http.post(f"/v3/{path}", body)
        return self._judged(reply.code, Answer(f"{self.endpoint} ({path})", reply.content))

    def _judged(self, code: int, answer: Answer) -> Answer:
        if code != 200:
            raise self._complaint(answer)
        _keys(answer)  # insist on an object
        return answer

    def _messages(self, path: str, body: Body) -> Iterator[Answer]:
        for line in self._http.lines(path, body):
            source = f"{self.endpoint} ({path})"
            try:
                answer = Answer(source, json.loads(line))
            except ValueError:
                raise Answer(source, line).nonsense("no JSON") from None
            if "error" in _keys(answer):
                raise self._complaint(answer.at("error"))
            yield answer.at("result")

    def _complaint(self, answer: Answer) -> Exception:
        if _code(answer) in _NOT_NOW:
            return Unanswered(f"{self.endpoint} could not do it now: {answer.text('message')}")
        return answer.nonsense("an error")


def _code(answer: Answer) -> object:
    return answer.content.get("code") if isinstance(answer.content, dict) else None


def ranges(answer: Answer) -> list[list[Entry]]:
    """What each range of a transaction found."""
    return [
        _shown(part.at("response_range")).entries
        for part in _parts(answer, "responses")
        if "response_range" in _keys(part)
    ]


def _shown(answer: Answer) -> Shown:
    return Shown(answer.number("header", "revision"), _entries(answer, _parts(answer, "kvs")))


def _entries(answer: Answer, parts: Sequence[Answer]) -> list[Entry]:
    try:
        return entries([part.content for part in parts])  # type: ignore[misc]
    except (KeyError, TypeError, ValueError) as problem:
        raise answer.nonsense(f"no keys and values: {problem!r}") from None


def _parts(answer: Answer, name: str) -> list[Answer]:
    """A list that the gateway leaves out when it is empty."""
    return answer.parts(name) if name in _keys(answer) else []


def _keys(answer: Answer) -> set[str]:
    if not isinstance(answer.content, dict):
        raise Nonsense(f"{answer.source} answered nonsense (no object): {answer.content!r:.120}")
    return set(answer.content)
