"""How fast payments flow before, during and after each fault, and whether one was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from bench.faults import Kind, full_disk
from support.agreement import all_agree_on_a_new_block, become_whole, have_begun
from support.domain import Megabytes, Milliseconds, NodeName, Skew
from support.evidence.load_report import AFTER, BEFORE, DURING, loads
from support.faults.faults import Faults
from support.faults.grudges import between
from support.faults.treatment import Treatment, both_ways
from support.journal import Journal, records
from support.pool import Pool
from support.topology import SMALL_DISK
from support.waiting import until
from support.world import World

#: Payments a second that are asked for.
RATE = 10
#: On how many nodes.
NODES = 4

Figures = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Flow:
    """What became of the payments under one fault; ``broken`` names what was not kept."""

    words: str
    parts: Figures
    broken: str

    @property
    def rates(self) -> str:
        """Confirmed payments a second in each part, and their median seconds."""
        return "  ".join(
            f"{self._rate(name)} {name}" for name in (BEFORE, DURING, AFTER) if name in self.parts
        )

    @property
    def verdict(self) -> str:
        """That no payment was lost, of how many; or what was."""
        told = {
            outcome: sum(part[outcome] for part in self.parts.values())
            for outcome in ("confirmed", "refused", "unknown")
        }
        counts = ", ".join(f"{count} {outcome}" for outcome, count in told.items() if count)
        return f"BROKEN ({counts}): {self.broken}" if self.broken else f"none lost ({counts})"

    def _rate(self, name: str) -> str:
        part = self.parts[name]
        seconds = "" if part["median"] is None else f" in {part['median']:.2f} s"
        return f"{part['per_second']:4.1f}/s{seconds}"


@dataclass(frozen=True)
class Fire:
    """A fault under which payments flow, on a network with disks of that size."""

    kind: Kind
    disk: Megabytes | None = None


def fires(nodes: Sequence[NodeName]) -> Sequence[Fire]:
    """One of every kind of fault, of the last node, of all links, or of half of them."""
    *others, last = nodes
    half = len(nodes) // 2

    def links(words: str, treatment: Treatment) -> Fire:
        shape = both_ways(list(combinations(nodes, 2)), treatment)
        return Fire(Kind(words, lambda faults: faults.treat(shape), Faults.heal))

    def cut(words: str, these: Sequence[NodeName], those: Sequence[NodeName]) -> Fire:
        return Fire(Kind(words, lambda faults: faults.cut(between(these, those)), Faults.heal))

    return (
        cut("one node is cut off", [last], others),
        cut("they are cut in halves", nodes[:half], nodes[half:]),
        links("every link takes 100 ms", Treatment(delay=0.1)),
        links("every link loses 20 %", Treatment(lost=0.2)),
        links("every link carries 1 Mbit/s", Treatment(rate=1e6)),
        Fire(Kind("one node is frozen", lambda f: f.freeze(last), lambda f: f.wake(last))),
        Fire(Kind("one node has crashed", lambda f: f.kill(last), lambda f: f.start(last))),
        Fire(
            Kind(
                "one disk takes 200 ms longer",
                lambda f: f.slow_disk(last, Milliseconds(200)),
                lambda f: f.restore_disk_speed(last),
            )
        ),
        Fire(
            Kind(
                "one clock is an hour fast",
                lambda f: f.set_clock(last, Skew(3600)),
                lambda f: f.set_clock_right(last),
            )
        ),
        Fire(full_disk(last), SMALL_DISK),
    )


def flow(fire: Fire, pool: Pool, journal: Journal, *, block_time: float, seconds: float) -> Flow:
    """Let payments flow for so many seconds before, during and after a fault, and judge them.

    The promises that hold in every example are judged: what was confirmed is on every node exactly
    once, what was refused nowhere, all else is one or the other, and every account adds up.
    """
    words = fire.kind.words
    world = World(pool, journal, block_time=block_time, private=False, seed="bench")
    network = world.take_network(NODES, disk=fire.disk)
    have_begun(network, network.nodes)
    become_whole(network)
    journal.write("scenario started", name=words, location=words)
    world.start_load(RATE)
    _pass(seconds)
    fire.kind.comes(network.faults)
    _pass(seconds)
    fire.kind.goes(network.faults)
    _pass(seconds)
    broken = ""
    try:
        world.keep_standing_promises()
        all_agree_on_a_new_block(network)
    except AssertionError as promise:
        broken = str(promise).strip()
    journal.write("scenario finished", name=words, location=words)
    world.let_go(healthy=not broken)
    return Flow(words, loads(records(journal.path))[words], broken)


def _pass(seconds: float) -> None:
    until(lambda: None, seconds=lambda: seconds, every=seconds)
