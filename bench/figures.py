"""One figure each: how long the suite takes for something, in seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from support import invariants
from support.agreement import all_agree_on_a_new_block
from support.domain import AccountName, Coins, Height, NodeName, Silence
from support.faults.grudges import between
from support.journal import Journal
from support.network import Network
from support.payments import Payments
from support.pool import Pool
from support.waiting import ticks
from support.world import World


@dataclass(frozen=True)
class CutAndHeal:
    """One partition: how long to apply and probe it, to undo and verify it, and what came after.

    ``agreed`` is from the heal to the moment the suite saw a block that all agree on; ``lag`` is
    how much of that passed after the nodes themselves had it.
    """

    cut: float
    heal: float
    agreed: float
    lag: float


def cut_and_heal(network: Network, alone: int) -> CutAndHeal:
    """Cut the last ``alone`` nodes off, let the others go on for a while, heal."""
    minority = network.nodes[-alone:]
    majority = network.nodes[: len(network.nodes) - alone]
    cut = timed(lambda: network.faults.cut(between(minority, majority)))
    moving = network.top(majority)
    with _watching(network, majority, Height(moving + 5)) as reached:
        reached.wait(10)
    heal = timed(network.faults.heal)
    goal = Height(network.top() + 1)
    with _watching(network, network.nodes, goal) as reached:
        started = time.monotonic()
        all_agree_on_a_new_block(network)
        agreed = time.monotonic() - started
        reached.wait(10)
        lag = started + agreed - reached.moment
    return CutAndHeal(cut, heal, agreed, lag)


def further_example(pool: Pool, journal: Journal, block_time: float) -> float:
    """What a scenario costs that leases a running network and does nothing: without its blocks.

    The wait for one more block that all agree on is left out; everything else counts.
    """
    world = World(pool, journal, block_time=block_time, private=False, seed="bench")
    with _agreement_timed() as waited:
        started = time.monotonic()
        world.take_network(4)
        world.keep_standing_promises()
        world.let_go(healthy=True)
        total = time.monotonic() - started
    return total - sum(waited)


def payment(network: Network, journal: Journal) -> float:
    """From asking for a deposit to its confirmation."""
    payments = Payments(network, journal)
    return timed(lambda: payments.deposit(AccountName("Alice"), Coins(1)))


class _Reached(threading.Event):
    """Set when all nodes have reached a height; ``moment`` says when."""

    moment = 0.0


@contextmanager
def _watching(network: Network, nodes: Sequence[NodeName], goal: Height) -> Iterator[_Reached]:
    """Look at all nodes as fast as possible, beside what the suite itself does."""
    reached, stop = _Reached(), threading.Event()

    def watch() -> None:
        for _ in ticks(0.01, stop):
            heights = network.heights(nodes).values()
            there = all(not isinstance(height, Silence) and height >= goal for height in heights)
            if there and not reached.is_set():
                reached.moment = time.monotonic()
                reached.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield reached
    finally:
        stop.set()
        thread.join()


@contextmanager
def _agreement_timed() -> Iterator[list[float]]:
    waited: list[float] = []

    def agree(network: Network, **since: Height) -> None:
        waited.append(timed(lambda: all_agree_on_a_new_block(network, **since)))

    with patch.object(invariants, "all_agree_on_a_new_block", agree):
        yield waited


def timed(action: Callable[[], object]) -> float:
    """Seconds that it takes."""
    started = time.monotonic()
    action()
    return time.monotonic() - started
