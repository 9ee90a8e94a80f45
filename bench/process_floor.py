"""The bare floor of processes: the same nodes on loopback, started as a plain script would."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from bench.floor import Floor, await_first_block
from support.engines.contract import API, AddressPlan
from support.engines.process import folders, programs
from support.engines.process.engine import ProcessEngine
from support.engines.process.loopback import Loopback
from support.engines.runs import Run
from support.implementations.contract import Implementation
from support.topology import Topology


def measure_floor(
    topology: Topology, implementation: Implementation, engine: ProcessEngine, run: Run
) -> Floor:
    """Start prepared nodes by hand, wait for block 1 on each, end them.

    Homes and keys are made before the clock starts. There are no namespaces, no users and no
    doors: nothing but the program and a folder.
    """
    mark = f"{run.id}-floor"
    program = programs.ensure_program(implementation.software, print)
    wiring = Loopback(mark)
    with tempfile.TemporaryDirectory(prefix="accord-floor-") as folder:
        plan = AddressPlan(
            {
                name: wiring.address(name, implementation.ports, f"{folder}/{name}")
                for name in topology.names
            }
        )
        blueprint = implementation.blueprint(topology, plan, engine.tools(implementation.software))
        for node in blueprint.nodes:
            folders.fill(Path(node.address.home), node.files, None)
        wiring.destroy()
        started = time.monotonic()
        processes = [
            subprocess.Popen(
                [str(program / node.command[0]), *node.command[1:]],
                env=programs.environment(program, Path(node.address.home), mark),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for node in blueprint.nodes
        ]
        try:
            await_first_block(
                implementation,
                blueprint,
                {
                    node.name: f"{node.address.host}:{node.address.ports[API]}"
                    for node in blueprint.nodes
                },
            )
            ready = time.monotonic() - started
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.wait()
        return Floor(ready, time.monotonic() - started - ready)
