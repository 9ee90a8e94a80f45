"""Looks at every node in the background and writes down what it sees."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress

from support.domain import EnvironmentProblem, NodeName, NodeStatus
from support.history import History, Sample
from support.implementations.contract import NodeClient, Nonsense, Unreachable
from support.journal import Journal
from support.parallel import side_by_side
from support.waiting import ticks

#: Seconds between two looks at who is connected to whom: a node has more to tell about that than
#: about its height (4 ms with 9 peers instead of 1 ms, injective 1.20.1), and it changes seldom.
_PEERS_EVERY = 2.0


class Observer:
    """Samples all nodes of one network at a rhythm of about its block time.

    A sample has the newest look at the peers of each node, which is up to two seconds old.
    ``clients`` may change while it runs (a node joins, a node gets a new address).
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
        self._peers: Mapping[NodeName, int | None] = {}

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
        looked = float("-inf")
        for now in ticks(self._every, stop):
            if now - looked >= _PEERS_EVERY:
                looked = now
                self._peers = side_by_side(self._count_peers, list(self._clients))
            statuses = side_by_side(self._look, list(self._clients))
            over = time.monotonic()
            for node, status in statuses.items():
                self.history.add(node, Sample(now, status, over))
            # a full disk must not blind us; the next record of the main thread complains of it
            with suppress(EnvironmentProblem):
                self._journal.write(
                    "sample",
                    network=self._network,
                    nodes={
                        node: _told(status, self._peers.get(node))
                        for node, status in statuses.items()
                    },
                )

    def _look(self, node: NodeName) -> NodeStatus | None:
        client = self._clients.get(node)
        try:
            return client.status() if client is not None else None
        except (Unreachable, Nonsense):
            return None

    def _count_peers(self, node: NodeName) -> int | None:
        client = self._clients.get(node)
        try:
            return len(client.peers()) if client is not None else None
        except (Unreachable, Nonsense):
            return None


def _told(status: NodeStatus | None, peers: int | None) -> Mapping[str, object] | None:
    if status is None:
        return None
    return {
        "height": status.height,
        "tip": status.tip[:12],
        "peers": peers,
        "ready": not status.catching_up,
    }
