"""``python -m bench``: what the suite costs, as a table. See ``--help``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench import docker_floor, faults, load, observer, process_floor, report
from bench.figures import CutAndHeal, cut_and_heal, further_example, payment
from bench.floor import Floor
from support.domain import EnvironmentProblem, Megabytes
from support.engines.docker.engine import DockerEngine
from support.engines.process.engine import ProcessEngine
from support.engines.registry import best_engine, engine_named
from support.engines.runs import Run
from support.implementations.contract import Implementation
from support.implementations.registry import implementation_named
from support.journal import Journal
from support.network import Network
from support.pool import Pool
from support.start import start_network
from support.topology import SMALL_DISK, Topology

TARGET = Path("build/bench.json")

Row = tuple[str, str, str]


class Bench:
    """One measuring run: it starts and removes many networks, one at a time."""

    def __init__(self, implementation: Implementation, engine: str) -> None:
        self._implementation = implementation
        self._journal = Journal(Path("build/bench-journal.jsonl"))
        self._run = Run()
        self._engine = engine_named(engine, self._run, _say)
        self.rows: list[Row] = []
        #: Whether every promise was kept while something was measured.
        self.kept = True
        self.results: dict[str, object] = {
            "engine": f"{self._engine.name} {self._engine.version}",
            "cores": os.cpu_count(),
        }

    def readiness(self, nodes: int, pairs: int) -> None:
        """The suite and the floor in turn, so that a slow moment of the host hits both."""
        topology = self._topology(nodes)
        ours: list[float] = []
        floors: list[Floor] = []
        for pair in range(pairs):
            _say(f"{nodes} nodes: pair {pair + 1} of {pairs} ...")
            floors.append(self._floor(topology))
            ours.append(self._ours(topology))
        ratios = [mine / floor.ready for mine, floor in zip(ours, floors, strict=True)]
        ready = [floor.ready for floor in floors]
        self._add(
            f"{nodes} nodes ready", ours, f"floor {_spread(ready)}, ratio {median(ratios):.2f}"
        )
        self.results[f"ready_{nodes}"] = {"suite": ours, "floor": ready, "ratios": ratios}

    def faults_and_examples(self, rounds: int) -> None:
        """Partition, heal and the cost of a further example, on one network of four."""
        pool = Pool(self._start, self._journal)
        network = pool.lease(self._topology(4))
        network.deployment.prepare_faults()
        for name, alone in (("one of four", 1), ("two of four", 2)):
            _say(f"cutting {name} off, {rounds} times ...")
            self._cuts(name, [cut_and_heal(network, alone) for _ in range(rounds)])
        self._add(
            "a deposit, asked for to confirmed",
            [payment(network, self._journal) for _ in range(10)],
        )
        pool.give_back(network)
        _say("leasing it again and again ...")
        costs = [
            further_example(pool, self._journal, self._implementation.block_time) for _ in range(10)
        ]
        self._add("a further example, without its blocks", costs)
        pool.close()
        self._cuts_of_seven(rounds)

    def each_fault(self, nodes: int, rounds: int) -> None:
        """Every kind of fault in turn, on a network of so many nodes, and the full disk on another.

        What is left of the network after the last one is worth nothing, so it is thrown away.
        """
        network = self._start(self._topology(nodes))
        network.deployment.prepare_faults()
        for kind in faults.kinds(network):
            self._fault(network, kind, rounds)
        network.destroy()
        network = self._start(self._topology(nodes, disk=SMALL_DISK))
        network.deployment.prepare_faults()
        self._fault(network, faults.full_disk(network.nodes[-1]), rounds)
        network.destroy()

    def watching(self, nodes: int, looks: int) -> None:
        """What the observer costs while nothing else happens."""
        _say(f"only watching {nodes} nodes ...")
        network = self._start(self._topology(nodes))
        costs = observer.cost(looks)
        network.destroy()
        self._add(f"watching {nodes} nodes, percent of a core", [100 * cost for cost in costs])

    def payments_under_fire(self, seconds: float) -> None:
        """Payments that flow before, during and after every fault, on networks of four."""
        pool = Pool(self._start, self._journal)
        for fire in load.fires(self._topology(load.NODES).names):
            _say(f"{load.RATE} payments a second, and {fire.kind.words} ...")
            flow = load.flow(
                fire,
                pool,
                self._journal,
                block_time=self._implementation.block_time,
                seconds=seconds,
            )
            self.rows.append((flow.words, flow.rates, flow.verdict))
            self.results[flow.words] = {"parts": flow.parts, "broken": flow.broken}
            self.kept = self.kept and not flow.broken
        pool.close()

    def reports(self, rounds: int) -> None:
        """How long all reports of a run take to be made; no network is needed for it."""
        seconds, size = report.made(rounds)
        what = f"all reports of {report.EXAMPLES} examples"
        self._add(what, seconds, f"a page of {size / 1e6:.2f} MB")

    def close(self) -> None:
        """Remove whatever is left and write the results down."""
        self._engine.close()
        self._journal.close()
        self._run.close()
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(json.dumps(self.results, indent=2) + "\n")

    def _cuts_of_seven(self, rounds: int) -> None:
        _say("cutting two of seven off ...")
        network = self._start(self._topology(7))
        network.deployment.prepare_faults()
        self._cuts("two of seven", [cut_and_heal(network, 2) for _ in range(rounds)])
        network.destroy()

    def _fault(self, network: Network, kind: faults.Kind, rounds: int) -> None:
        _say(f"{len(network.nodes)} nodes: {kind.words}, {rounds} times ...")
        taken = [faults.take(network, kind) for _ in range(rounds)]
        where = f"{len(network.nodes)} nodes: {kind.words}"
        self._add(f"{where}: applied and measured", [each.came for each in taken])
        self._add(f"{where}: undone and measured", [each.went for each in taken])

    def _cuts(self, name: str, cuts: Sequence[CutAndHeal]) -> None:
        self._add(f"cut {name} off, applied and probed", [cut.cut for cut in cuts])
        self._add(f"heal {name}, undone and verified", [cut.heal for cut in cuts])
        self._add(f"heal {name}, first block that all agree on", [cut.agreed for cut in cuts])
        self._add(f"heal {name}, seen after the nodes had it", [cut.lag for cut in cuts])

    def _floor(self, topology: Topology) -> Floor:
        if isinstance(self._engine, DockerEngine):
            return docker_floor.measure_floor(
                topology, self._implementation, self._engine, self._run
            )
        if isinstance(self._engine, ProcessEngine):
            return process_floor.measure_floor(
                topology, self._implementation, self._engine, self._run
            )
        raise EnvironmentProblem(f"nobody has said how nodes start on {self._engine.name} by hand")

    def _ours(self, topology: Topology) -> float:
        started = time.monotonic()
        network = self._start(topology)
        seconds = time.monotonic() - started
        network.destroy()
        return seconds

    def _topology(self, nodes: int, *, disk: Megabytes | None = None) -> Topology:
        return Topology(nodes, self._implementation.block_time, disk)

    def _start(self, topology: Topology) -> Network:
        return start_network(
            topology,
            implementation=self._implementation,
            engine=self._engine,
            journal=self._journal,
            patience=1.0,
        )

    def _add(self, what: str, seconds: Sequence[float], beside: str = "") -> None:
        self.rows.append((what, _spread(seconds), beside))
        self.results[what] = list(seconds)


def _whole(bench: Bench, options: argparse.Namespace) -> None:
    bench.readiness(4, options.pairs)
    bench.faults_and_examples(options.rounds)
    bench.readiness(7, 2)
    bench.readiness(10, 2)
    bench.reports(options.rounds)


def _starts(bench: Bench, options: argparse.Namespace) -> None:
    for nodes in (3, 4, 5):
        bench.readiness(nodes, options.pairs)


def _faults(bench: Bench, options: argparse.Namespace) -> None:
    for nodes in (4, 7):
        bench.each_fault(nodes, options.rounds)


def _observer(bench: Bench, options: argparse.Namespace) -> None:
    for nodes in (4, 10):
        bench.watching(nodes, options.rounds)


#: What may be measured alone: how, and what its option says about it.
_PARTS: dict[str, tuple[Callable[[Bench, argparse.Namespace], None], str]] = {
    "faults": (_faults, "how long each fault takes to come and to go, on 4 and 7 nodes"),
    "load": (
        lambda bench, options: bench.payments_under_fire(options.seconds),
        "how fast payments flow under each fault, and whether one is lost",
    ),
    "observer": (_observer, "what watching 4 and 10 nodes costs"),
    "report": (lambda bench, options: bench.reports(options.rounds), "how long reports take"),
    "starts": (_starts, "how long 3, 4 and 5 nodes take"),
}


def main() -> int:
    """Measure, print the table, write ``build/bench.json``. 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="pairs for each size (default 5)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of all else (default 5)")
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="of payments in each part of --load"
    )
    parts = parser.add_mutually_exclusive_group()
    for name, (_, words) in _PARTS.items():
        parts.add_argument(
            f"--{name}", dest="part", action="store_const", const=name, help=f"only {words}"
        )
    parser.add_argument(
        "--implementation", default=os.environ.get("ACCORD_IMPLEMENTATION") or "injective"
    )
    parser.add_argument("--engine", default=os.environ.get("ACCORD_ENGINE") or None)
    options = parser.parse_args()
    measure = _PARTS[options.part][0] if options.part else _whole
    try:
        engine = options.engine or best_engine(_say)
        bench = Bench(implementation_named(options.implementation), engine)
        try:
            measure(bench, options)
        finally:
            bench.close()
    except EnvironmentProblem as problem:
        _say(f"accord: {problem}")
        return 3
    _show(bench.rows)
    return 0 if bench.kept else 1


def _show(rows: Sequence[Row]) -> None:
    width, further = (max(len(row[column]) for row in rows) for column in (0, 1))
    print("median (least to most), in seconds where nothing else is said\n")
    for what, figures, beside in rows:
        print(f"{what:<{width}}  {figures:<{further}}  {beside}".rstrip())
    print(f"\nwritten to {TARGET}")


def _spread(seconds: Sequence[float]) -> str:
    return f"{median(seconds):5.2f} ({min(seconds):.2f} to {max(seconds):.2f})"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
