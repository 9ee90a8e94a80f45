"""Looks at every node in the background and writes down what it sees."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass

from support.domain import EnvironmentProblem, NodeName, NodeStatus
from support.history import History, Sample
from support.implementations.contract import NodeClient, Nonsense, Unreachable
from support.journal import Journal
from support.parallel import begun
from support.waiting import ticks

#: Seconds between two looks at who is connected to whom: a node has more to tell about that than
#: about its height (4 ms with 9 peers instead of 1 ms, injective 1.20.1), and it changes seldom.
_PEERS_EVERY = 2.0
#: Seconds that the others wait for one that does not answer, where blocks are quicker than this. A
#: frozen node lets a question wait for two seconds, ten blocks of the others.
_A_MOMENT = 0.1


@dataclass(frozen=True)
class _Look:
    """One look at one node, and how many it was connected to, if that was asked as well."""

    sample: Sample
    peers: int | None = None
    asked_for_peers: bool = False


class Observer:
    """Samples all nodes of one network at a rhythm of about its block time.

    Nobody is kept waiting by a node that does not answer: the others are looked at meanwhile. A
    record in the journal has the newest look at each node, and at its peers, which may be two
    seconds old. ``clients`` may change while it runs (a node joins, a node gets a new address).
    """

    def __init__(
        self,
        network: str,
        clients: Mapping[NodeName, NodeClient],
        journal: Journal,
        *,
        every: float,
    ) -> None:
        self.history = History()
        self._network = network
        self._clients = clients
        self._journal = journal
        self._every = every
        self._stop: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self._trouble: BaseException | None = None
        self._open: dict[NodeName, Future[_Look]] = {}
        self._asked_for_peers: dict[NodeName, float] = {}
        self._peers: dict[NodeName, int | None] = {}
        self._told: dict[NodeName, Mapping[str, object] | None] = {}

    def start(self) -> None:
        """Begin to look, or go on after :meth:`stop`."""
        if self._thread is None:
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._watch, args=(self._stop,), name="accord-observer", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Look away; no request is under way when this returns.

        Raises what has ended the watching early, if anything has: history is not whole then.
        """
        if self._thread is not None and self._stop is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None
            self.history.restart()
            if self._trouble is not None:
                raise EnvironmentProblem("nobody watched the nodes any more") from self._trouble

    def _watch(self, stop: threading.Event) -> None:
        try:
            self._watch_until(stop)
        except BaseException as trouble:
            self._trouble = trouble
            raise

    def _watch_until(self, stop: threading.Event) -> None:
        try:
            for _ in ticks(self._every, stop):
                idle = [node for node in list(self._clients) if node not in self._open]
                self._open |= begun(self._look, idle)
                wait(self._open.values(), timeout=max(self._every, _A_MOMENT))
                self._take_in()
        finally:
            wait(self._open.values())
        self._take_in()

    def _take_in(self) -> None:
        over = [node for node, look in self._open.items() if look.done()]
        looks = {node: self._open.pop(node).result() for node in over}
        for node, look in looks.items():
            self.history.add(node, look.sample)
            if look.asked_for_peers:
                self._peers[node] = look.peers
            self._told[node] = _told(look.sample.status, self._peers.get(node))
        members = list(self._clients)
        # a full disk must not blind us; the next record of the main thread complains of it
        with suppress(EnvironmentProblem):
            if looks:
                told = {node: self._told[node] for node in members if node in self._told}
                self._journal.write("sample", network=self._network, nodes=told)

    def _look(self, node: NodeName) -> _Look:
        client, now = self._clients.get(node), time.monotonic()
        ask_for_peers = now - self._asked_for_peers.get(node, float("-inf")) >= _PEERS_EVERY
        status = peers = None
        with suppress(Unreachable, Nonsense):
            status = client.status() if client is not None else None
        over = time.monotonic()
        if ask_for_peers and status is not None and client is not None:
            self._asked_for_peers[node] = now
            with suppress(Unreachable, Nonsense):
                peers = len(client.peers())
        return _Look(Sample(now, status, over), peers, ask_for_peers)


def _told(status: NodeStatus | None, peers: int | None) -> Mapping[str, object] | None:
    if status is None:
        return None
    return {
        "height": status.height,
        "tip": status.tip[:12],
        "peers": peers,
        "ready": not status.catching_up,
    }
