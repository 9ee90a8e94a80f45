"""A long life in a scenario: made from its seed, judged, and shortened when it went wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from support.domain import Blocks, Doer, EnvironmentProblem, Height, NetworkFailure
from support.endurance.actions import Action
from support.endurance.plan import mended, plan
from support.endurance.shorten import Shortened, shortened
from support.world import World

#: Shorter lists are looked for until so many were tried, or for as long as so many blocks last.
MOST_TRIES = 60
LONGEST_SEARCH = Blocks(1000)


def live(world: World, doers: frozenset[Doer], blocks: Blocks) -> None:
    """Have people do as they like until so many more blocks are made.

    Raises AssertionError with the shortest list of actions that was found to fail.
    """
    life = world.new_life()
    nodes = world.network.nodes
    # an action takes about a block at the least, so there is enough to do
    actions = plan(nodes, doers, Random(world.chance.random()), blocks.count)
    world.journal.write(
        "life planned",
        network=world.network.name,
        seed=world.seed,
        doers=sorted(doer.value for doer in doers),
        actions=[action.words for action in actions],
    )
    with _shortened_if_it_fails(world):
        life.open(doers)
        life.follow(actions, until=Height(world.network.top() + blocks.count))


def judge(world: World) -> None:
    """Everything that was done is in the books of all nodes, and what always holds has held."""
    with _shortened_if_it_fails(world):
        world.life.look_at_the_books()
        world.keep_standing_promises()


@contextmanager
def _shortened_if_it_fails(world: World) -> Iterator[None]:
    try:
        yield
    except AssertionError as failure:
        done = tuple(world.life.done)
        shorter = _shorter(world, done)
        raise AssertionError(f"{failure}\n\n{_told(world.seed, done, shorter)}") from failure


def _shorter(world: World, done: tuple[Action, ...]) -> Shortened[Action]:
    """The same on fresh networks of the same kind, with less and less of the list."""
    began, longest = time.monotonic(), world.network.period(LONGEST_SEARCH)

    def may_try(tries: int) -> bool:
        return tries < MOST_TRIES and time.monotonic() - began < longest

    with world.journal.aside():
        found = shortened(done, lambda actions: _still_fails(world, actions), may_try=may_try)
    world.journal.write(
        "list shortened",
        network=world.network.name,
        tries=found.tries,
        is_minimal=found.is_minimal,
        actions=[action.words for action in mended(found.items)],
    )
    return found


def _still_fails(world: World, actions: Sequence[Action]) -> bool:
    try:
        with world.elsewhere() as other:
            return _fails_there(other, mended(actions), world.life.doers)
    except (EnvironmentProblem, NetworkFailure) as problem:
        # the network of the trial did not even start, which says nothing about the list
        world.journal.write("trial spoiled", words=str(problem))
        return False


def _fails_there(other: World, actions: Sequence[Action], doers: frozenset[Doer]) -> bool:
    life = other.new_life()
    try:
        life.open(doers)
        life.follow(actions)
        life.look_at_the_books()
        other.keep_standing_promises()
    except AssertionError:
        return True
    return False


def _told(seed: str, done: Sequence[Action], shorter: Shortened[Action]) -> str:
    number = seed.partition(" ")[0]
    found = mended(shorter.items)
    tries = f"{shorter.tries} tries on fresh networks"
    if len(shorter.items) == len(done):
        heading = f"No shorter list was found to fail, in {tries}."
    elif shorter.is_minimal:
        heading = f"A list of {len(found)} fails as well, and cannot spare any of them ({tries}):"
    else:
        heading = f"A list of {len(found)} fails as well, the shortest one found in {tries}:"
    lines = [heading]
    if len(shorter.items) < len(done):
        lines += _numbered(found) or ["  nothing but what everybody begins with"]
    lines += ["", f"What people did, {len(done)} things; -D seed={number} makes them do it again:"]
    return "\n".join([*lines, *_numbered(done)])


def _numbered(actions: Sequence[Action]) -> list[str]:
    return [f"  {number}. {action.words}" for number, action in enumerate(actions, start=1)]
