"""Links as containers have them: a network namespace for every node, joined by a bridge.

The bridge is in a namespace of its own as well, so the host has no interface, address or route of
the network, and no packet filter of the host, or of a Docker Engine on it, has a say. Nobody gets
in but by the doors of the nodes: see :mod:`~support.engines.process.door`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path

import psutil

from support.domain import EnvironmentProblem, NodeName, node_number
from support.engines.contract import NodeAddress
from support.engines.subnets import address_of, candidates

#: What is needed of iproute2, iptables and util-linux.
TOOLS = ("ip", "ss", "iptables-restore", "nsenter", "setpriv")

#: Where iproute2 keeps named namespaces.
_NAMED = Path("/run/netns")
_PREFIX = "accord-"
#: What a process tries whether it may; with its number.
_TRIAL = f"{_PREFIX}trial-"

#: Seconds that a change of interfaces may take on a busy host; the kernel makes them in a queue.
_PATIENCE = 60


class Namespaces:
    """See :class:`~support.engines.process.wiring.Wiring`. Needs root on Linux."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._hub = _PREFIX + mark
        self._connected: set[NodeName] = set()
        self._lock = threading.Lock()
        # any range would do; one that another network has not got makes logs easier to read
        self._subnet = next(candidates(()))
        try:
            _ip("netns", "add", self._hub)
            _ip_batch(self._hub, "link add switch type bridge", "link set switch up")
        except BaseException:
            self.destroy()
            raise

    def address(self, node: NodeName, ports: Mapping[str, int], home: str) -> NodeAddress:
        """See the wiring."""
        host = str(address_of(self._subnet, node_number(node)))
        return NodeAddress(host=host, listen="0.0.0.0", home=home, ports=ports)

    def connect(self, node: NodeName) -> None:
        """A new namespace: what was done to the packet filter of the last one is gone with it."""
        name, host = self._named(node), address_of(self._subnet, node_number(node))
        with self._lock:
            is_there = node in self._connected
            self._connected.add(node)
        if is_there:
            # the kernel takes its time with it; the pair goes first, so that its name is free
            _ip("-netns", self._hub, "link", "delete", node)
            _ip("netns", "delete", name)
        _ip("netns", "add", name)
        _ip_batch(
            name,
            "link set lo up",
            f"link add eth0 address {_hardware_address(host)} "
            f"type veth peer name {node} netns {self._hub}",
            f"address add {host}/{self._subnet.prefixlen} dev eth0",
            "link set eth0 up",
        )
        _ip_batch(self._hub, f"link set {node} master switch", f"link set {node} up")

    def disconnect(self, node: NodeName) -> None:
        """See the wiring."""
        with self._lock:
            self._connected.discard(node)
        _ip("-netns", self._hub, "link", "delete", node)
        _ip("netns", "delete", self._named(node))

    def inside(self, node: NodeName) -> tuple[str, ...]:
        """See the wiring."""
        return ("nsenter", f"--net={_NAMED / self._named(node)}", "--")

    def destroy(self) -> None:
        """See the wiring."""
        remove_namespaces(self.mark)
        self._connected.clear()

    def _named(self, node: NodeName) -> str:
        return f"{self._hub}-{node}"


def why_impossible() -> str | None:
    """Why this process cannot have network namespaces, in words that end a sentence; or None."""
    if not Path("/proc/self/ns/net").exists():
        return "this is not Linux"
    if os.geteuid() != 0:
        return "only root can have network namespaces"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)} cannot be found: install iproute2, iptables and util-linux"
    trial = f"{_TRIAL}{os.getpid()}"
    try:
        _remove([name for name in _names() if _is_of_the_dead(name)])
        _ip("netns", "add", trial)
        _ip("netns", "delete", trial)
    except EnvironmentProblem as problem:
        return f"this machine does not let us ({problem})"
    return None


def remove_namespaces(mark: str) -> int:
    """Remove the namespaces of a network, and with them its bridge and its pairs; how many."""
    mine = namespaces_of(mark)
    _remove(mine)
    return len(mine)


def namespaces_of(mark: str) -> list[str]:
    """The names of those of a network that are there."""
    hub = _PREFIX + mark
    return [name for name in _names() if name == hub or name.startswith(f"{hub}-")]


def _names() -> list[str]:
    return [entry.name for entry in _NAMED.iterdir()] if _NAMED.is_dir() else []


def _remove(names: Sequence[str]) -> None:
    for name in names:
        with suppress(EnvironmentProblem):  # somebody else was faster
            _ip("netns", "delete", name)


def _is_of_the_dead(name: str) -> bool:
    process = name.removeprefix(_TRIAL)
    return name.startswith(_TRIAL) and process.isdigit() and not psutil.pid_exists(int(process))


def _hardware_address(host: IPv4Address) -> str:
    """Always the same for an address: a node that starts anew would not be found by the old one.

    Others remember for seconds where an address was (measured: 45 s until all were connected).
    """
    return "02:ac:" + ":".join(f"{byte:02x}" for byte in host.packed)


def _ip(*words: str) -> None:
    _run(["ip", *words])


def _ip_batch(namespace: str, *lines: str) -> None:
    _run(["ip", "-netns", namespace, "-batch", "-"], "\n".join(lines) + "\n")


def _run(argv: Sequence[str], stdin: str = "") -> None:
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise EnvironmentProblem(f"`{' '.join(argv)}` cannot be run: {problem}") from problem
    if done.returncode:
        asked = f" with {stdin.strip()!r}" if stdin else ""
        raise EnvironmentProblem(f"`{' '.join(argv)}`{asked} said no: {done.stderr.strip()}")
