"""Measures what links do to packets, between the fault helpers of the nodes, and judges it."""

from __future__ import annotations

import json
import math
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from support.domain import NodeName
from support.engines.contract import CommandRunner, Deployment
from support.faults.treatment import NONE, Direction, Shape, Treatment, bits_per_second
from support.parallel import side_by_side

#: What is measured may differ by so much from what was asked for.
_TOLERANCE = 0.2
#: Seconds that a packet takes on a bridge of a busy host without any fault.
_OWN_TIME = 0.02
#: Seconds by which a ping is late both ways when others were to overtake it, twice over.
_LATE = 0.04
_PINGS = 20
#: The median of so many is told to within a fifth of it by six standard deviations, so that one of
#: all 42 directions between seven nodes is not wrong by chance (with 20 it was, once in a hundred).
_PINGS_OF_AN_UNSTEADY_LINK = 60
#: A busy host makes packets later, never earlier: what came too late is asked for again.
_TRIES = 3
#: Twenty round trips tell their own spread by a sixth, so that of a sound link is within these.
_LEAST_SPREAD = 0.4

#: The share of counted packets that something else than the fault may do something to.
_STRAY = 0.003
#: How many events of the rarer kind a share is told by, at the least, and how many standard
#: deviations off a sound link may be: once in 1.7 million measurements.
_EVENTS = 60
_DEVIATIONS = 5.0
_FEWEST, _MOST = 300, 6000
#: Seconds between two counted packets. All links of ten nodes at a time keep two cores busy.
_EVERY = 0.001
#: Bits of a counted packet, of which a narrow link is given no more than a quarter of its width.
_COUNTED_BITS, _PART = 8 * 60, 4
#: Seconds without a packet after which no more come on a link that loses some, and after which
#: one that should lose none has lost what is missing, however busy the host is.
_NO_MORE, _PATIENCE = 0.3, 3.0

#: Seconds for which a narrow link is given twice what it carries: until it is full, and then
#: while what comes out of it is counted.
_FILLING, _TRANSFER, _TOO_MUCH = 0.5, 1.2, 2.0
_COUNTER = re.compile(r"^\[\d+:(\d+)\] -A INPUT -s ([\d.]+)(?:/32)?$", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """What one direction of a link does: seconds, shares from 0 to 1, and bits a second.

    ``back`` is the share of pings that came back, ``spread`` the standard deviation of their times.
    """

    round_trip: float
    back: float
    spread: float
    sent: int = 0
    lost: float = 0.0
    repeated: float = 0.0
    reordered: float = 0.0
    rate: float = math.inf

    def __str__(self) -> str:
        counted = (
            f", {self.lost:.1%} lost, {self.repeated:.1%} repeated, {self.reordered:.1%} overtaken"
            f" of {self.sent}"
        )
        return (
            f"{self.round_trip * 1000:.0f} ms there and back"
            + (counted if self.sent else "")
            + (f", {bits_per_second(self.rate)}" if math.isfinite(self.rate) else "")
        )


class LinkProbes:
    """Asks the fault helpers of one network. One kind of question at a time, of all links."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def measure(
        self, directions: Iterable[Direction], shape: Shape
    ) -> Mapping[Direction, Measured]:
        """What these directions do; ``shape`` tells for how long to wait, and what to count."""
        asked = sorted(directions)
        side_by_side(
            lambda node: self._runner(node).run(["measure", "listen"]),
            {node for direction in asked for node in direction},
        )
        # one after the other, so that the counted packets do not get into the way of the pings
        pings = side_by_side(lambda direction: self._pings(direction, shape), asked)
        rates = self._rates({d: shape[d].rate for d in asked if d in shape and shape[d].is_narrow})
        counts = side_by_side(lambda direction: self._count(direction, shape), asked)
        return {
            (here, there): _measured(
                pings[here, there],
                _spread(shape.get((here, there), NONE), shape.get((there, here), NONE)),
                counts[here, there],
                rates.get((here, there)),
            )
            for here, there in asked
        }

    def _pings(self, direction: Direction, shape: Shape) -> list[float]:
        here, there = direction
        there_and_back = shape.get(direction, NONE), shape.get((there, here), NONE)
        expected = sum(treatment.delay for treatment in there_and_back)
        spread = _spread(*there_and_back)
        within = 2 * (expected + spread) + 0.5
        every = 0.005 + spread / _PINGS
        words = ["ping", "--count", str(_how_many_pings(spread)), "--every", f"{every:.4f}"]
        words += ["--within", f"{within:.3f}", self._host(there)]
        for _ in range(_TRIES):
            pings: list[float] = self._ask(here, words, within + 10)
            if not pings or _typical(pings, spread) <= _longest(*there_and_back):
                break
        return pings

    def _count(self, direction: Direction, shape: Shape) -> Mapping[str, int]:
        here, there = direction
        treatment = shape.get(direction, NONE)
        if treatment.is_narrow and not any(treatment.shares):
            return {}  # what is lost at its end because it is full is nobody's promise
        every = max(_EVERY, _PART * _COUNTED_BITS / treatment.rate)
        number = _how_many(treatment)
        session = secrets.token_hex(8)
        words = ["send", "--session", session, "--count", str(number), "--every", f"{every:.5f}"]
        sent: int = self._ask(here, [*words, self._host(there)], number * every + 20)
        # all of them are waited for, unless some are to be lost: then until no more come
        patience = _NO_MORE if treatment.lost or treatment.is_narrow else _PATIENCE
        quiet = treatment.delay + treatment.jitter + patience
        words = ["counted", "--session", session, "--of", str(sent), "--quiet", f"{quiet:.3f}"]
        counted: Mapping[str, int] = self._ask(there, words, quiet + 30)
        return {**counted, "sent": sent}

    def _rates(self, narrow: Mapping[Direction, float]) -> dict[Direction, float]:
        """What comes out of links that are given more than they carry, the nodes' own included.

        It is the kernel of the receiver that counts: its table has a rule for each sender.
        """
        if not narrow:
            return {}

        def flood(seconds: float) -> None:
            words = ["flood", "--seconds", f"{seconds:.1f}", "--rate"]
            side_by_side(
                lambda d: self._ask(
                    d[0], [*words, f"{_TOO_MUCH * narrow[d]:.0f}", self._host(d[1])], seconds + 20
                ),
                narrow,
            )

        receivers = {there for _, there in narrow}
        flood(_FILLING)
        before = side_by_side(self._bytes_from, receivers)
        flood(_TRANSFER)
        after = side_by_side(self._bytes_from, receivers)
        rates = {}
        for here, there in narrow:
            (began, first), (ended, last) = before[there], after[there]
            host = self._host(here)
            rates[here, there] = 8 * (last.get(host, 0) - first.get(host, 0)) / (ended - began)
        return rates

    def _bytes_from(self, node: NodeName) -> tuple[float, Mapping[str, int]]:
        """When, and how many bytes from which address so far."""
        started = time.monotonic()
        table = self._runner(node).run(["iptables-save", "-c", "-t", "mangle"])
        counted = {host: int(number) for number, host in _COUNTER.findall(table)}
        return (started + time.monotonic()) / 2, counted

    def _ask(self, node: NodeName, words: list[str], within: float) -> Any:
        return json.loads(self._runner(node).run(["measure", *words], timeout=within))

    def _runner(self, node: NodeName) -> CommandRunner:
        return self._deployment.in_network_namespace(node)

    def _host(self, node: NodeName) -> str:
        return self._deployment.address(node).host


def is_as_told(direction: Direction, measured: Measured, shape: Shape) -> bool:
    """Whether a direction does what ``shape`` says, as far as chance lets one tell."""
    here, there = direction
    treatment, back = shape.get(direction, NONE), shape.get((there, here), NONE)
    return (
        _round_trip_is_right(measured, treatment, back)
        and _rate_is_right(measured, treatment)
        and _shares_are_right(measured, treatment)
    )


def _measured(
    pings: list[float], spread: float, counted: Mapping[str, int], rate: float | None
) -> Measured:
    sent, different = counted.get("sent", 0), max(1, counted.get("different", 0))
    mean = fmean(pings) if pings else 0.0
    return Measured(
        round_trip=_typical(pings, spread) if pings else math.inf,
        back=len(pings) / _how_many_pings(spread),
        spread=math.sqrt(fmean((ping - mean) ** 2 for ping in pings)) if pings else 0.0,
        sent=sent,
        lost=1 - counted["different"] / sent if sent else 0.0,
        repeated=(counted["received"] - counted["different"]) / different if sent else 0.0,
        reordered=counted["overtaken"] / different if sent else 0.0,
        rate=math.inf if rate is None else rate,
    )


def _how_many_pings(spread: float) -> int:
    return _PINGS_OF_AN_UNSTEADY_LINK if spread else _PINGS


def _how_many(treatment: Treatment) -> int:
    """So many packets that a share which is not there is told from one that is."""
    rarest = min((share for share in treatment.shares if share), default=1.0)
    return max(_FEWEST, min(_MOST, math.ceil(_EVENTS / rarest)))


def _typical(pings: list[float], spread: float) -> float:
    """The time of a link: the shortest, unless it varies: what a busy host adds is not its own."""
    return median(pings) if spread else min(pings)


def _spread(treatment: Treatment, back: Treatment) -> float:
    return treatment.jitter + back.jitter


def _longest(treatment: Treatment, back: Treatment) -> float:
    if treatment.is_narrow or back.is_narrow:
        return math.inf  # for as long as what stands before them takes
    late = _LATE if treatment.reordered or back.reordered else 0.0
    return (1 + _TOLERANCE) * (treatment.delay + back.delay) + _OWN_TIME + late


def _round_trip_is_right(measured: Measured, treatment: Treatment, back: Treatment) -> bool:
    if 1 in (treatment.lost, back.lost):
        return not measured.back
    least = (1 - _TOLERANCE) * (treatment.delay + back.delay)
    # of two delays that are evenly spread
    spread = math.sqrt((treatment.jitter**2 + back.jitter**2) / 3)
    return (
        least <= measured.round_trip <= _longest(treatment, back)
        and _LEAST_SPREAD * spread <= measured.spread
    )


def _rate_is_right(measured: Measured, treatment: Treatment) -> bool:
    if not treatment.is_narrow or treatment.lost == 1:
        return True
    return abs(measured.rate / treatment.rate - 1) <= _TOLERANCE


def _shares_are_right(measured: Measured, treatment: Treatment) -> bool:
    if not measured.sent:
        return True

    def is_right(share: float, told: float) -> bool:
        deviation = math.sqrt(told * (1 - told) / measured.sent)
        return abs(share - told) <= _DEVIATIONS * deviation + _STRAY

    return (
        # a narrow link loses by itself what it has no room for
        (is_right(measured.lost, treatment.lost) or treatment.is_narrow)
        and is_right(measured.repeated, treatment.repeated)
        # packets that are late at random overtake each other by themselves
        and (bool(treatment.jitter) or is_right(measured.reordered, treatment.reordered))
    )
