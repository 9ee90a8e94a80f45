"""Makes links slow, lossy and untidy in each node's own network namespace, and measures it.

Losses are the packet filter's: the receiver drops a share of what a sender sends. Everything else
is done to packets as they leave, by the fault helper, which the kernel asks when each of them may
go on (NFQUEUE); so it works as well where the kernel has no netem. All rules are in the ``mangle``
table, of which this has the whole, as the cuts have the whole ``filter`` table.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from statistics import fmean, median
from typing import Any

from support.domain import NodeName, NodeState
from support.engines.contract import CommandRunner, Deployment
from support.faults.grudges import Grudge, can_talk
from support.faults.packet_filter import FaultHadNoEffect
from support.faults.treatment import NONE, Direction, Shape, Treatment, in_words, together
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

#: What is measured may differ by so much from what was asked for.
_TOLERANCE = 0.2
#: Seconds that a packet takes on a bridge of a busy host without any fault.
_OWN_TIME = 0.02
#: Twenty round trips tell their own spread by a sixth, so that of a sound link is within these.
_LEAST_SPREAD = 0.4
#: The share of counted packets that something else than the fault may do something to.
_STRAY = 0.003
#: Seconds after which a packet that others were to overtake is there as well, twice over.
_LATE = 0.04
_PINGS = 20
#: How many events of the rarer kind a share is told by, at the least, and how many standard
#: deviations off a sound link may be: once in 15 000 measurements.
_EVENTS = 60
_DEVIATIONS = 4.0
_FEWEST, _MOST = 300, 6000
#: Seconds between two counted packets.
_EVERY = 0.0005


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

    @property
    def shape(self) -> Shape:
        """What links do at the moment; those that are as usual are left out."""
        combined = together(self._shapes.values())
        return {direction: treatment for direction, treatment in combined.items() if treatment}

    def treat(self, shape: Shape) -> int:
        """Apply one more treatment and prove that it has its effect; the number to undo it by.

        Raises :class:`FaultHadNoEffect`, with the treatment taken back, when measured otherwise.
        """
        number = next(self._numbers)
        words = in_words(shape)
        self._journal.write("fault asked for", shape=number, what="links", words=words)
        started = time.monotonic()
        self._shapes = {**self._shapes, number: shape}  # the undo exists before the fault does
        try:
            way = self._apply({node for direction in shape for node in direction})
            self._journal.write("fault applied", shape=number, way=way)
            measured = self._prove(set(shape))
        except BaseException:
            self.undo(number)
            raise
        seconds = round(time.monotonic() - started, 3)
        self._journal.write("fault measured", shape=number, measured=measured, seconds=seconds)
        return number

    def undo(self, number: int | None = None) -> None:
        """Take one treatment back, or all of them, and prove that the links are as they were."""
        numbers = list(self._shapes) if number is None else [number]
        if not numbers:
            return
        started = time.monotonic()
        freed = {direction for each in numbers for direction in self._shapes[each]}
        self._shapes = {n: shape for n, shape in self._shapes.items() if n not in numbers}
        self._apply({node for direction in freed for node in direction})
        self._prove(freed)
        seconds = round(time.monotonic() - started, 3)
        self._journal.write("fault undone", shapes=numbers, seconds=seconds)

    def renew(self, node: NodeName) -> None:
        """A node was started anew: its new network namespace gets what the old one had."""
        if any(node in direction for direction in self.shape):
            self._apply({node})

    def _apply(self, nodes: set[NodeName]) -> str:
        shape = self.shape
        running = nodes & self._running()
        side_by_side(lambda node: self._replace(node, shape), running)
        return "NFQUEUE"

    def _replace(self, node: NodeName, shape: Shape) -> None:
        """Everything of one node at once: what it does to what it sends, and what it loses."""
        runner = self._runner(node)
        plan = {self._host(to): _held_back(t) for (a, to), t in shape.items() if a == node}
        plan = {host: told for host, told in plan.items() if told}
        lost = {self._host(a): t.lost for (a, to), t in shape.items() if to == node and t.lost}
        rules = "".join(
            f"-A OUTPUT -d {host} -m mark ! --mark {_QUEUE} "
            f"-j NFQUEUE --queue-num {_QUEUE} --queue-bypass\n"
            for host in sorted(plan)
        ) + "".join(
            f"-A INPUT -s {host} -m statistic --mode random --probability {share:.6f} -j DROP\n"
            for host, share in sorted(lost.items())
        )
        if plan:  # first the one who answers for queued packets, then the rule that queues them
            runner.run(["shape"], stdin=json.dumps(plan))
        runner.run(["iptables-restore"], stdin=_TABLE.format(rules=rules))

    # -- measuring

    def _prove(self, directions: set[Direction]) -> str:
        """Measure all these directions at once and say what was found."""
        running = self._running()
        grudge = self._grudge()
        # a link that is cut as well carries nothing that could be measured
        asked = sorted(d for d in directions if set(d) <= running and can_talk(grudge, *d))
        side_by_side(
            lambda node: self._runner(node).run(["measure", "listen"]),
            {node for direction in asked for node in direction},
        )
        shape = self.shape
        found = side_by_side(lambda direction: self._measured(direction, shape), asked)
        wrong = [words for _, right, words in _judged(found, shape) if not right]
        if wrong:
            raise FaultHadNoEffect(
                f"the links do not do what they were told ({in_words(shape) or 'as usual'}): "
                + "; ".join(wrong)
            )
        return "; ".join(words for _, _, words in _judged(found, shape))

    def _measured(self, direction: Direction, shape: Shape) -> Mapping[str, float]:
        here, there = direction
        treatment = shape.get(direction, NONE)
        back = shape.get((there, here), NONE)
        runner, host = self._runner(here), self._host(there)
        expected = treatment.delay + back.delay
        spread = treatment.jitter + back.jitter
        within = 2 * (expected + spread) + 0.5
        every = 0.005 + spread / _PINGS
        words = ["ping", "--count", str(_PINGS), "--every", f"{every:.4f}"]
        pings = self._ask(runner, [*words, "--within", f"{within:.3f}", host], within + 10)
        found = {"round trip": median(pings) if pings else math.inf, "back": len(pings) / _PINGS}
        if spread:
            found["spread"] = math.sqrt(fmean((ping - fmean(pings)) ** 2 for ping in pings))
        number = _how_many(treatment)
        session = secrets.token_hex(8)
        words = ["send", "--session", session, "--count", str(number), "--every", str(_EVERY)]
        sent = self._ask(runner, [*words, host], number * _EVERY + 10)
        # the last ones are on their way for as long as the link takes, and some are late on purpose
        pause = ["--every", f"{_LATE + spread:.4f}", "--within", f"{within:.3f}"]
        self._ask(runner, ["ping", "--count", "2", *pause, host], within + 10)
        counted = self._ask(self._runner(there), ["counted", "--session", session], 10)
        different = max(1, counted["different"])
        return found | {
            "sent": sent,
            "lost": 1 - counted["different"] / sent,
            "repeated": (counted["received"] - counted["different"]) / different,
            "reordered": counted["overtaken"] / different,
        }

    def _ask(self, runner: CommandRunner, words: list[str], within: float) -> Any:
        return json.loads(runner.run(["measure", *words], timeout=within))

    def _runner(self, node: NodeName) -> CommandRunner:
        return self._deployment.in_network_namespace(node)

    def _host(self, node: NodeName) -> str:
        return self._deployment.address(node).host

    def _running(self) -> set[NodeName]:
        states = side_by_side(self._deployment.state, self._deployment.nodes)
        return {node for node, state in states.items() if state is not NodeState.STOPPED}


def _held_back(treatment: Treatment) -> Mapping[str, float]:
    """What the sender's side is told of a treatment; losses are the receiver's business."""
    told = {
        "delay": treatment.delay,
        "jitter": treatment.jitter,
        "repeated": treatment.repeated,
        "reordered": treatment.reordered,
    }
    return {name: value for name, value in told.items() if value}


def _how_many(treatment: Treatment) -> int:
    """So many packets that a share which is not there is told from one that is."""
    shares = (treatment.lost, treatment.repeated, treatment.reordered)
    rarest = min((share for share in shares if share), default=1.0)
    return max(_FEWEST, min(_MOST, math.ceil(_EVENTS / rarest)))


def _judged(
    found: Mapping[Direction, Mapping[str, float]], shape: Shape
) -> Iterator[tuple[Direction, bool, str]]:
    """For every direction, whether it is as it should be, and what was found, in words."""
    for direction, measured in found.items():
        here, there = direction
        treatment, back = shape.get(direction, NONE), shape.get((there, here), NONE)
        right = (
            _round_trip_is_right(measured, treatment, back)
            and _share_is_right(measured, "lost", treatment.lost)
            and _share_is_right(measured, "repeated", treatment.repeated)
            # packets that are late at random overtake each other by themselves
            and (
                bool(treatment.jitter)
                or _share_is_right(measured, "reordered", treatment.reordered)
            )
        )
        yield (
            direction,
            right,
            f"{here} -> {there}: {measured['round trip'] * 1000:.0f} ms there and back, "
            f"{measured['lost']:.1%} lost, {measured['repeated']:.1%} repeated, "
            f"{measured['reordered']:.1%} overtaken of {measured['sent']:.0f}",
        )


def _round_trip_is_right(
    measured: Mapping[str, float], treatment: Treatment, back: Treatment
) -> bool:
    if 1 in (treatment.lost, back.lost):
        return not measured["back"]
    expected = treatment.delay + back.delay
    least, most = (1 - _TOLERANCE) * expected, (1 + _TOLERANCE) * expected + _OWN_TIME
    if treatment.reordered or back.reordered:  # some pings are among those that are overtaken
        most += _LATE
    # of two delays that are evenly spread
    spread = math.sqrt((treatment.jitter**2 + back.jitter**2) / 3)
    return least <= measured["round trip"] <= most and (
        not spread or _LEAST_SPREAD * spread <= measured["spread"]
    )


def _share_is_right(measured: Mapping[str, float], what: str, share: float) -> bool:
    deviation = math.sqrt(share * (1 - share) / measured["sent"])
    return abs(measured[what] - share) <= _DEVIATIONS * deviation + _STRAY
