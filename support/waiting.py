"""Waiting, in one place. Nothing else in the suite may sleep."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription

from support.domain import Blocks, Silence

K = TypeVar("K")
T = TypeVar("T")

#: A customer's payment is in a block, or refused, after this long at the most.
CONFIRMATION = Blocks(100)
#: Nodes that were cut off or down need this long to find the others and agree with them again.
RECOVERY = Blocks(200)
#: A network whose links are not all there by then is not worth waiting for: another one starts
#: sooner.
A_MOMENT = Blocks(2)
#: Whoever knocks at the door of a sound node is answered within this, however busy the host is.
AT_ONCE = Blocks(20)
#: Every single link is there again after this long. CometBFT dials a lost peer after 5 to 8 s; when
#: both ends do so at once and turn each other away, the next attempt comes up to 30 s later (seen).
WHOLE = Blocks(600)
#: A connection that only one end knows of for so long is not one that is just being made.
HALF_KNOWN = Blocks(75)
#: What is said not to happen is watched for this long.
WATCH = Blocks(15)
#: When so many blocks were made without a payment by nodes that all talk to one another, nobody has
#: it in waiting any more.
DROPPED = Blocks(15)
#: A network that makes no block for this long has stalled, and waiting on is pointless.
STALL = Blocks(50)
#: Where a fault is in force, a node that stands still for this long is not waited for any longer
#: by a customer who only tries. It decides how long an attempt takes, never what is judged.
PATIENCE_OF_AN_ATTEMPT = Blocks(12)
#: After a heal or a restart nodes dial each other anew; no block for this long is no stall yet.
STALL_AFTER_A_FAULT = Blocks(120)

#: How often a reading is taken again while waiting, in seconds. One costs about 1 ms a node.
_EVERY = 0.05
#: How many different observations a failure shows.
_MOST_SHOWN = 6
#: How often a node must be heard, at the least, before it has kept a promise that lasts.
_TWICE = 2


class Clock(Protocol):
    """What waiting needs to know of the network that is being waited for."""

    def seconds(self, blocks: Blocks) -> float:
        """How long to wait for so many blocks of the network at hand, patience included."""
        ...

    def period(self, blocks: Blocks) -> float:
        """How long so many blocks last. Patience does not count: it is what an example claims."""
        ...

    def why_pointless(self, *, since: float, stall: Blocks) -> str | None:
        """Why waiting on cannot help (a node died, no block for ``stall``), or None.

        ``since`` is the ``time.monotonic()`` at which the wait began.
        """
        ...

    def whereabouts(self) -> str:
        """Where the nodes stand at the moment and which fault is in force, for people."""
        ...


def eventually(
    probe: Callable[[], T],
    matcher: Matcher[T],
    *,
    on: Clock,
    within: Blocks = CONFIRMATION,
    stall: Blocks = STALL,
) -> T:
    """Take readings until ``matcher`` accepts one, and return that one.

    Raises AssertionError with what was seen over time when ``within`` is over, or at once when
    the network has stalled. What the probe raises is raised as it is.
    """
    started = time.monotonic()
    seen: list[tuple[float, str]] = []
    while True:
        value = probe()
        if matcher.matches(value):
            return value
        mismatch = _mismatch(matcher, value)
        now = time.monotonic()
        if not seen or seen[-1][1] != mismatch:
            seen.append((now - started, mismatch))
        pointless = on.why_pointless(since=started, stall=stall)
        if pointless:
            raise _disappointed(matcher, f"gave up because {pointless}", seen)
        # the pace of the network may have changed while we waited, so the deadline is asked anew
        if now - started > on.seconds(within):
            waited = f"waited {within} ({now - started:.1f} s), with the network {on.whereabouts()}"
            raise _disappointed(matcher, waited, seen)
        time.sleep(_EVERY)


def throughout(
    probe: Callable[[], Mapping[K, T | Silence]],
    matcher: Matcher[T],
    *,
    on: Clock,
    period: Blocks = WATCH,
) -> None:
    """Check that ``matcher`` accepts what every node answers while ``period`` passes.

    A single answer that does not come decides nothing, but each node has to be heard at least
    twice, and once when the period is over: one that has fallen silent by then has not kept the
    promise. It is given as long as a network may stall.
    """
    started = time.monotonic()
    heard: Counter[K] = Counter()
    last_heard: dict[K, float] = {}
    while True:
        elapsed = time.monotonic() - started
        readings = probe()
        for key, answer in readings.items():
            if isinstance(answer, Silence):
                continue
            heard[key] += 1
            last_heard[key] = elapsed
            if not matcher.matches(answer):
                seen = [(elapsed, f"{key} {_mismatch(matcher, answer)}")]
                raise _disappointed(matcher, f"it did not last {period}", seen)
        # the pace of the network may have changed while we watched, so it is asked anew
        lasts = on.period(period)
        wanting = [k for k in readings if heard[k] < _TWICE or last_heard[k] < lasts]
        if readings and not wanting:
            return
        silent = [f"{key} {readings[key]}" for key in wanting if isinstance(readings[key], Silence)]
        if not readings:
            silent = ["there was no node to ask"]
        if silent and elapsed > lasts + on.seconds(STALL):
            seen = [(elapsed, "; ".join(silent))]
            raise _disappointed(matcher, "not every node could be heard", seen)
        time.sleep(_EVERY)


def until(
    done: Callable[[], T],
    *,
    seconds: Callable[[], float],
    every: float = 0.02,
    give_up_if: Callable[[float], object] = lambda started: None,
) -> T | None:
    """Ask ``done`` until it answers something other than None; None when the time is up.

    For machinery that has no matcher. ``give_up_if`` gets the start of the wait and ends it early
    by answering something true. ``seconds`` is asked again each time.
    """
    started = time.monotonic()
    while (answer := done()) is None:
        if time.monotonic() - started > seconds() or give_up_if(started):
            return None
        time.sleep(every)
    return answer


def ticks(every: float, stop: threading.Event) -> Iterator[float]:
    """``time.monotonic()`` about every so many seconds, at once first, until ``stop`` is set."""
    while not stop.is_set():
        started = time.monotonic()
        yield started
        stop.wait(max(0.0, every - (time.monotonic() - started)))


def pause_between_sweeps() -> None:
    """Let a daemon finish what it was doing before what it left is looked for again."""
    time.sleep(0.7)


def _mismatch(matcher: Matcher[T], value: T) -> str:
    description = StringDescription()
    matcher.describe_mismatch(value, description)
    return str(description)


def _disappointed(matcher: Matcher[T], why: str, seen: list[tuple[float, str]]) -> AssertionError:
    expected = StringDescription().append_description_of(matcher)
    lines = [f"Expected: {expected}", f"     but: {why}"]
    if len(seen) > _MOST_SHOWN:
        lines.append(f"          ({len(seen) - _MOST_SHOWN} earlier observations left out)")
    lines += [f"          after {moment:.1f} s: {words}" for moment, words in seen[-_MOST_SHOWN:]]
    return AssertionError("\n".join(["", *lines]))
