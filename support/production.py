"""Has nodes make blocks in turn, where none of them would by itself."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from support.domain import NodeName
from support.implementations.contract import BlockMaker, NodeClient, Nonsense, Unreachable
from support.waiting import ticks


class Production:
    """Asks every node for a block now and then, so that together they make one ``every`` seconds.

    Each node is asked by a thread of its own: one that does not answer holds up nobody else, and
    each side of a partition goes on with the part of the pace that its nodes have. ``clients`` may
    change meanwhile. It does nothing where nodes make blocks by themselves.
    """

    def __init__(
        self,
        nodes: Sequence[NodeName],
        clients: Mapping[NodeName, NodeClient],
        *,
        every: float,
    ) -> None:
        self._nodes = nodes
        self._clients = clients
        self._every = every
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, or go on after :meth:`stop`."""
        on_demand = all(isinstance(self._clients[node], BlockMaker) for node in self._nodes)
        if self._threads or not on_demand:
            return
        self._stop = threading.Event()
        for turn, node in enumerate(self._nodes):
            thread = threading.Thread(
                target=self._keep_asking,
                args=(node, turn * self._every, self._stop),
                name=f"accord-blocks-of-{node}",
                daemon=True,
            )
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Ask nobody any more; no request is under way when this returns."""
        self._stop.set()
        while self._threads:
            self._threads.pop().join()

    def _keep_asking(self, node: NodeName, first: float, stop: threading.Event) -> None:
        stop.wait(first)
        for _ in ticks(self._every * len(self._nodes), stop):
            # A node that is down or cut off makes none; whoever waits for its blocks will tell.
            with suppress(Unreachable, Nonsense):
                maker = self._clients[node]
                assert isinstance(maker, BlockMaker)
                maker.make_block()
