"""Cuts links with the packet filter of each node's own network namespace, and measures the cut.

Only packets of peers are dropped, so the suite's own way to every node stays open. All cuts that
are in force at a moment are merged into one rule set per node, which is replaced in one go.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from itertools import count

from support.domain import EnvironmentProblem, NodeName, NodeState, in_order
from support.engines.contract import PEERS, CommandRunner, Deployment
from support.faults.connections import Connections
from support.faults.grudges import (
    NO_GRUDGE,
    Grudge,
    can_talk,
    cut_nodes,
    in_short,
    in_words,
    reunited,
    union,
)
from support.journal import Journal
from support.parallel import side_by_side
from support.waiting import until

#: Seconds in which a packet on a bridge of this host arrives many times over.
_SILENCE = 0.15
#: Seconds that an open link may take on a busy host before we say that it is not open. One that
#: loses every second packet answers one try in four.
_PATIENCE = 30.0
_ONE_TRY = 1.0

#: The whole filter table of a node's own namespace, which nobody else uses: replaced in one go.
_TABLE = """*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
{rules}COMMIT
"""


class FaultHadNoEffect(EnvironmentProblem):
    """A fault was applied and what was measured afterwards is not what it should have done."""


class PacketFilter:
    """The cuts of one network. One thing at a time: whoever uses it from threads holds a lock."""

    def __init__(self, deployment: Deployment, journal: Journal) -> None:
        self._deployment = deployment
        self._connections = Connections(deployment)
        self._journal = journal
        self._cuts: dict[int, Grudge] = {}
        self._numbers = count(1)

    @property
    def grudge(self) -> Grudge:
        """Everything that is dropped at the moment."""
        return union(*self._cuts.values())

    def cut(self, grudge: Grudge) -> int:
        """Apply one more cut and prove that it holds; the number to :meth:`heal` it by.

        Raises :class:`FaultHadNoEffect`, with the cut taken back, when a probe says otherwise.
        """
        number = next(self._numbers)
        words = in_words(grudge)
        self._journal.write(
            "fault asked for",
            fault=number,
            what="cut",
            words=words,
            id=_id(number),
            name=in_short(grudge),
            nodes=cut_nodes(grudge),
        )
        started = time.monotonic()
        before = self.grudge
        self._cuts = {**self._cuts, number: grudge}  # the undo exists before the fault does
        try:
            self._replace_rules(set(grudge), self.grudge)
            self._journal.write("fault applied", fault=number, way="iptables")
            self._prove(union(before, grudge), self._running())
        except BaseException:
            self.heal(number)
            raise
        seconds = round(time.monotonic() - started, 3)
        self._journal.write(
            "fault measured", fault=number, words=words, seconds=seconds, id=_id(number)
        )
        return number

    def heal(self, number: int | None = None) -> None:
        """Take one cut back, or all of them, and prove that the links are open again."""
        numbers = list(self._cuts) if number is None else [number]
        if not numbers:
            return
        started = time.monotonic()
        running = self._running()
        left = {each: cut for each, cut in self._cuts.items() if each not in numbers}
        after = union(*left.values())
        freed = reunited(self.grudge, after, running)
        # Half-dead connections would be waited for; with them gone, nodes dial anew at once: an
        # even split of four heals in 0.3 s instead of 3.7 s (measured). They are listed before the
        # links are open: one that is made just then, and reset, CometBFT would never make again.
        stale = side_by_side(lambda node: self._connections.between(node, freed[node]), freed)
        self._replace_rules({node for each in numbers for node in self._cuts[each]}, after)
        self._cuts = left  # not before: a heal that failed can be tried again
        side_by_side(lambda node: self._connections.reset(node, stale[node]), freed)
        self._prove(self.grudge, self._running())
        seconds = round(time.monotonic() - started, 3)
        undone = [_id(each) for each in numbers]
        self._journal.write("fault undone", faults=numbers, seconds=seconds, ids=undone)

    def renew(self, node: NodeName) -> None:
        """A node was started anew: its new network namespace gets the rules of the old one."""
        if self.grudge.get(node):
            self._replace_rules({node}, self.grudge)

    def break_off(self, node: NodeName, other: NodeName) -> None:
        """Reset what connections a node has with another one; both are free to dial anew."""
        self._connections.break_off(node, other)
        self._journal.write("connection broken off", node=node, other=other)

    def _running(self) -> set[NodeName]:
        states = side_by_side(self._deployment.state, self._deployment.nodes)
        return {node for node, state in states.items() if state is not NodeState.STOPPED}

    def _runner(self, node: NodeName) -> CommandRunner:
        return self._deployment.in_network_namespace(node)

    def _replace_rules(self, nodes: set[NodeName], grudge: Grudge) -> None:
        def replace(node: NodeName) -> None:
            against = grudge.get(node, frozenset())
            addresses = sorted(self._deployment.address(other).host for other in against)
            rules = "".join(f"-A INPUT -s {address} -j DROP\n" for address in addresses)
            self._runner(node).run(["iptables-restore"], stdin=_TABLE.format(rules=rules))

        side_by_side(replace, nodes & self._running())

    def _prove(self, grudge: Grudge, running: set[NodeName]) -> None:
        """One connection attempt per pair and direction, from inside the nodes."""
        asked = in_order(running)
        seen = side_by_side(lambda node: self._attempts(node, grudge, running), asked)
        wrong = [
            f"{one} {'did not reach' if found == 'silent' else 'reached'} {other}"
            for one in asked
            for other, found in seen[one].items()
            if found not in (("open", "refused") if can_talk(grudge, one, other) else ("silent",))
        ]
        if wrong:
            raise FaultHadNoEffect(
                f"the packet filter does not do what it was told ({in_words(grudge)}): "
                + "; ".join(wrong)
            )
        side_by_side(lambda node: self._prove_direction(node, grudge, running), asked)

    def _attempts(
        self, node: NodeName, grudge: Grudge, running: set[NodeName]
    ) -> Mapping[NodeName, str]:
        by_target = {self._target(other): other for other in running - {node}}
        cut_off = [t for t, other in by_target.items() if not can_talk(grudge, node, other)]
        open_ones = [t for t, other in by_target.items() if can_talk(grudge, node, other)]
        # the silent ones go first: their packets are what the direction is proved by
        found = self._probe(node, cut_off, _SILENCE)

        def all_answered() -> bool | None:
            silent = [t for t in open_ones if found.get(t, "silent") == "silent"]
            found.update(self._probe(node, silent, _ONE_TRY))
            return True if all(found[t] != "silent" for t in open_ones) else None

        until(all_answered, seconds=lambda: _PATIENCE)
        return {by_target[target]: answer for target, answer in found.items()}

    def _target(self, node: NodeName) -> str:
        address = self._deployment.address(node)
        return f"{address.host}:{address.ports[PEERS]}"

    def _probe(self, node: NodeName, targets: Iterable[str], within: float) -> dict[str, str]:
        named = list(targets)
        if not named:
            return {}
        answer = self._runner(node).run(["probe", "--within", str(within), *named])
        return dict(json.loads(answer))

    def _prove_direction(self, node: NodeName, grudge: Grudge, running: set[NodeName]) -> None:
        """A dead connection does not tell who dropped what; the counters of the rules do."""
        against = {
            self._deployment.address(other).host: other
            for other in grudge.get(node, NO_GRUDGE)
            if other in running
        }
        if not against:
            return

        def all_counted() -> bool | None:
            listing = self._runner(node).run(["iptables", "-L", "INPUT", "-v", "-n", "-x"])
            counted = {
                source
                for packets, source in re.findall(
                    r"^\s*(\d+)\s+\d+\s+DROP\s.*?(\d+\.\d+\.\d+\.\d+)", listing, re.MULTILINE
                )
                if int(packets)
            }
            missing = [other for host, other in against.items() if host not in counted]
            for other in missing:  # what it sent before may have been lost on its way
                self._probe(other, [self._target(node)], _SILENCE)
            return None if missing else True

        if until(all_counted, seconds=lambda: _PATIENCE, every=0.05) is None:
            raise FaultHadNoEffect(
                f"{node} was told to drop what {', '.join(in_order(against.values()))} send, "
                "and its packet filter has counted nothing"
            )


def _id(number: int) -> str:
    return f"cut {number}"
