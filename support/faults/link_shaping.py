"""Makes links slow, lossy and untidy in each node's own network namespace, and measures it.

Losses are the packet filter's: the receiver drops a share of what a sender sends. Everything else
is done to packets as they leave, by the fault helper, which the kernel asks when each of them may
go on (NFQUEUE); so it works as well where the kernel has no netem. All rules are in the ``mangle``
table, of which this has the whole, as the cuts have the whole ``filter`` table.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from itertools import count

from support.domain import NodeName, NodeState, in_order
from support.engines.contract import CommandRunner, Deployment
from support.faults.grudges import Grudge, can_talk
from support.faults.link_probes import LinkProbes, is_as_told
from support.faults.packet_filter import FaultHadNoEffect
from support.faults.treatment import (
    Direction,
    Shape,
    Treatment,
    in_short,
    in_words,
    together,
)
from support.journal import Journal
from support.parallel import side_by_side

#: The queue and the mark of docker/faultbox/shaper.py.
_QUEUE = 7

_TABLE = """*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
{rules}COMMIT
"""


class LinkShaping:
    """The treatments of one network's links. One thing at a time, as with the packet filter."""

    def __init__(
        self, deployment: Deployment, journal: Journal, grudge: Callable[[], Grudge]
    ) -> None:
        self._deployment = deployment
        self._journal = journal
        self._grudge = grudge
        self._shapes: dict[int, Shape] = {}
        self._numbers = count(1)
        self._probes = LinkProbes(deployment)

    @property
    def shape(self) -> Shape:
        """What links do at the moment; those that are as usual are left out."""
        return _all_of(self._shapes)

    def treat(self, shape: Shape) -> int:
        """Apply one more treatment and prove that it has its effect; the number to undo it by.

        Raises :class:`FaultHadNoEffect`, with the treatment taken back, when measured otherwise.
        """
        number = next(self._numbers)
        words = in_words(shape)
        self._journal.write(
            "fault asked for",
            shape=number,
            what="links",
            words=words,
            id=_id(number),
            name=in_short(shape),
            nodes=in_order({node for direction in shape for node in direction}),
        )
        started = time.monotonic()
        self._shapes = {**self._shapes, number: shape}  # the undo exists before the fault does
        try:
            self._apply({node for direction in shape for node in direction}, self.shape)
            self._journal.write("fault applied", shape=number, way=_way(shape))
            measured = self._prove(set(shape))
        except BaseException:
            self.undo(number)
            raise
        seconds = round(time.monotonic() - started, 3)
        self._journal.write(
            "fault measured", shape=number, measured=measured, seconds=seconds, id=_id(number)
        )
        return number

    def undo(self, number: int | None = None) -> None:
        """Take one treatment back, or all of them, and prove that the links are as they were."""
        numbers = list(self._shapes) if number is None else [number]
        if not numbers:
            return
        started = time.monotonic()
        freed = {direction for each in numbers for direction in self._shapes[each]}
        left = {n: shape for n, shape in self._shapes.items() if n not in numbers}
        self._apply({node for direction in freed for node in direction}, _all_of(left))
        self._shapes = left  # not before: an undo that failed can be tried again
        self._prove(freed)
        seconds = round(time.monotonic() - started, 3)
        undone = [_id(each) for each in numbers]
        self._journal.write("fault undone", shapes=numbers, seconds=seconds, ids=undone)

    def renew(self, node: NodeName) -> None:
        """A node was started anew: its new network namespace gets what the old one had."""
        if any(node in direction for direction in self.shape):
            self._apply({node}, self.shape)

    def _apply(self, nodes: set[NodeName], shape: Shape) -> None:
        running = nodes & self._running()
        side_by_side(lambda node: self._replace(node, shape), running)

    def _replace(self, node: NodeName, shape: Shape) -> None:
        """Everything of one node at once: what it does to what it sends, and what it loses."""
        runner = self._runner(node)
        plan = {self._host(to): _held_back(t) for (a, to), t in shape.items() if a == node}
        plan = {host: told for host, told in plan.items() if told}
        lost = {self._host(a): t.lost for (a, to), t in shape.items() if to == node and t.lost}
        counted = {self._host(a) for (a, to), t in shape.items() if to == node and t.is_narrow}
        # what comes through a narrow link is counted by the kernel, before anything is done to it
        rules = "".join(f"-A INPUT -s {host}\n" for host in sorted(counted))
        rules += "".join(
            f"-A OUTPUT -d {host} -m mark ! --mark {_QUEUE} "
            f"-j NFQUEUE --queue-num {_QUEUE} --queue-bypass\n"
            for host in sorted(plan)
        )
        rules += "".join(
            f"-A INPUT -s {host} -m statistic --mode random --probability {share:.6f} -j DROP\n"
            for host, share in sorted(lost.items())
        )
        if plan:  # first the one who answers for queued packets, then the rule that queues them
            runner.run(["shape"], stdin=json.dumps(plan))
        runner.run(["iptables-restore"], stdin=_TABLE.format(rules=rules))

    def _prove(self, directions: set[Direction]) -> str:
        """Measure all these directions at once and say what was found."""
        running = self._running()
        grudge = self._grudge()
        shape = self.shape
        # a link that is cut as well carries nothing that could be measured
        asked = [d for d in directions if set(d) <= running and can_talk(grudge, *d)]
        measured = self._probes.measure(asked, shape)
        found = {d: f"{d[0]} -> {d[1]}: {measured[d]}" for d in measured}
        wrong = [words for d, words in found.items() if not is_as_told(d, measured[d], shape)]
        if wrong:
            raise FaultHadNoEffect(
                f"the links do not do what they were told ({in_words(shape) or 'as usual'}): "
                + "; ".join(wrong)
            )
        return "; ".join(found.values())

    def _runner(self, node: NodeName) -> CommandRunner:
        return self._deployment.in_network_namespace(node)

    def _host(self, node: NodeName) -> str:
        return self._deployment.address(node).host

    def _running(self) -> set[NodeName]:
        states = side_by_side(self._deployment.state, self._deployment.nodes)
        return {node for node, state in states.items() if state is not NodeState.STOPPED}


def _all_of(shapes: Mapping[int, Shape]) -> Shape:
    combined = together(shapes.values())
    return {direction: treatment for direction, treatment in combined.items() if treatment}


def _held_back(treatment: Treatment) -> Mapping[str, float]:
    """What the sender's side is told of a treatment; losses are the receiver's business."""
    told = {
        "delay": treatment.delay,
        "jitter": treatment.jitter,
        "repeated": treatment.repeated,
        "reordered": treatment.reordered,
        "rate": treatment.rate if treatment.is_narrow else 0.0,
    }
    return {name: value for name, value in told.items() if value}


def _id(number: int) -> str:
    return f"links {number}"


def _way(shape: Shape) -> str:
    """By what the kernel does it: losses by themselves need nobody who looks at packets."""
    held_back = any(_held_back(treatment) for treatment in shape.values())
    lost = any(treatment.lost for treatment in shape.values())
    return " and ".join(["NFQUEUE"] * held_back + ["iptables"] * lost)
