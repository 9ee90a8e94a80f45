"""How long each fault takes, from the call until its effect was measured, and its undo likewise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from bench.figures import timed
from support.agreement import all_agree_on_a_new_block, become_whole, have_begun
from support.domain import Milliseconds, NodeName, Skew
from support.faults.faults import Faults
from support.faults.grudges import Grudge, between, deaf
from support.faults.treatment import Treatment, both_ways
from support.network import Network

Change = Callable[[Faults], object]


@dataclass(frozen=True)
class Kind:
    """A fault of a network in words, how it comes, and how it goes."""

    words: str
    comes: Change
    goes: Change


@dataclass(frozen=True)
class Taken:
    """Seconds that a fault took to come and to go, both measured at the nodes."""

    came: float
    went: float


def kinds(network: Network) -> Sequence[Kind]:
    """The faults that every network can suffer, of all its links or of its last node."""
    *others, last = network.nodes
    every_link = list(combinations(network.nodes, 2))

    def links(words: str, treatment: Treatment) -> Kind:
        shape = both_ways(every_link, treatment)
        return Kind(words, lambda faults: faults.treat(shape), Faults.heal)

    def cut(words: str, grudge: Grudge) -> Kind:
        return Kind(words, lambda faults: faults.cut(grudge), Faults.heal)

    def started(faults: Faults) -> None:
        faults.start(last)

    def lost(faults: Faults) -> None:
        faults.kill(last)
        faults.wipe(last)

    return (
        cut("one node is cut off", between([last], others)),
        cut("one node is deaf", deaf(last, others)),
        links("every link takes 100 ms", Treatment(delay=0.1)),
        links("every link takes 100 ms, give or take 50 ms", Treatment(delay=0.1, jitter=0.05)),
        links("every link loses 20 %", Treatment(lost=0.2)),
        links("every link repeats 20 %", Treatment(repeated=0.2)),
        links("every link lets 20 % be overtaken", Treatment(reordered=0.2)),
        links("every link carries 1 Mbit/s", Treatment(rate=1e6)),
        Kind("one node is frozen", lambda f: f.freeze(last), lambda f: f.wake(last)),
        Kind("one node is killed, and starts", lambda f: f.kill(last), started),
        Kind("one node is stopped, and starts", lambda f: f.stop(last), started),
        Kind("one node loses its disk, and starts", lost, started),
        Kind("one node is replaced", lambda f: f.kill(last), lambda f: f.replace(last)),
        Kind(
            "one disk takes 200 ms longer",
            lambda f: f.slow_disk(last, Milliseconds(200)),
            lambda f: f.restore_disk_speed(last),
        ),
        Kind(
            "one clock is wrong",
            lambda f: f.set_clock(last, Skew(3600)),
            lambda f: f.set_clock_right(last),
        ),
    )


def full_disk(node: NodeName) -> Kind:
    """For a network with small disks. The node is started anew when there is room again."""
    return Kind("one disk is full", lambda f: f.fill_disk(node), lambda f: f.free_disk(node))


def take(network: Network, kind: Kind) -> Taken:
    """Let a fault come and go once, on a network that is whole, and wait until it is so again."""
    have_begun(network, network.nodes)
    become_whole(network)
    came = timed(lambda: kind.comes(network.faults))
    went = timed(lambda: kind.goes(network.faults))
    all_agree_on_a_new_block(network)
    return Taken(came, went)
