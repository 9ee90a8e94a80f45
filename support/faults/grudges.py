"""Who drops whose packets. Every partition is a grudge; all of this is pure.

A grudge maps a node to the nodes whose packets it drops. A node that drops nothing may be left
out. Two nodes can talk only when neither holds a grudge against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from support.domain import BadRequest, NodeName, in_numbers, in_order

Grudge = Mapping[NodeName, frozenset[NodeName]]

NO_GRUDGE: Grudge = {}

_TWO_SIDES = 2


def between(one: Iterable[NodeName], other: Iterable[NodeName]) -> Grudge:
    """Nobody of ``one`` hears anybody of ``other``, and the other way round.

    Raises :class:`BadRequest` when a side is empty or a node is on both.
    """
    left, right = _distinct(one), _distinct(other)
    both = left & right
    if both:
        raise BadRequest(f"{_list(both)} cannot be on both sides of a cut")
    return {**dict.fromkeys(left, right), **dict.fromkeys(right, left)}


def groups(*sides: Sequence[NodeName]) -> Grudge:
    """Each group hears only itself."""
    grudge: Grudge = NO_GRUDGE
    for position, side in enumerate(sides):
        for other in sides[position + 1 :]:
            grudge = union(grudge, between(side, other))
    return grudge


def deaf(node: NodeName, towards: Iterable[NodeName]) -> Grudge:
    """``node`` drops what ``towards`` send; they still hear what it sends. The one-way cut."""
    senders = _distinct(towards)
    if node in senders:
        raise BadRequest(f"{node} cannot be cut off from itself")
    return {node: senders}


def isolated(node: NodeName, others: Iterable[NodeName]) -> Grudge:
    """``node`` and everybody else do not hear each other."""
    return between([node], others)


def bridge(
    middle: Iterable[NodeName], one: Iterable[NodeName], other: Iterable[NodeName]
) -> Grudge:
    """Two sides that do not hear each other, and ``middle``, which hears both and is heard."""
    joining, left, right = _distinct(middle), _distinct(one), _distinct(other)
    both = joining & (left | right)
    if both:
        raise BadRequest(f"{_list(both)} cannot be a bridge to itself")
    return between(left, right)


def ring(nodes: Sequence[NodeName]) -> Grudge:
    """Every node hears its two neighbours only, in the order given; the last is next to the first.

    Of three nodes each is a neighbour of both others, so nothing is dropped.
    """
    around = len(_distinct(nodes))
    grudge: dict[NodeName, frozenset[NodeName]] = {}
    for place, node in enumerate(nodes):
        heard = {node, nodes[place - 1], nodes[(place + 1) % around]}
        grudge[node] = frozenset(nodes) - heard
    return {node: dropped for node, dropped in grudge.items() if dropped}


def row(nodes: Sequence[NodeName]) -> Grudge:
    """Every node hears those beside it only, in the order given; the two ends hear one each."""
    _distinct(nodes)
    grudge: dict[NodeName, frozenset[NodeName]] = {}
    for place, node in enumerate(nodes):
        heard = nodes[max(0, place - 1) : place + 2]
        grudge[node] = frozenset(nodes) - frozenset(heard)
    return {node: dropped for node, dropped in grudge.items() if dropped}


def halves(nodes: Sequence[NodeName], chance: Random) -> Grudge:
    """Two halves at random that do not hear each other; the second is larger by one or by none."""
    if len(_distinct(nodes)) < _TWO_SIDES:
        raise BadRequest("one node cannot be cut into halves")
    mixed = chance.sample(list(nodes), len(nodes))
    middle = len(mixed) // 2
    return between(mixed[:middle], mixed[middle:])


def union(*several: Grudge) -> Grudge:
    """All of them at once."""
    nodes = {node for grudge in several for node in grudge}
    return {
        node: frozenset().union(*(grudge.get(node, frozenset()) for grudge in several))
        for node in nodes
    }


def can_talk(grudge: Grudge, one: NodeName, other: NodeName) -> bool:
    """Whether a conversation between two nodes is possible: both must hear each other."""
    return other not in grudge.get(one, ()) and one not in grudge.get(other, ())


def reunited(
    before: Grudge, after: Grudge, nodes: Iterable[NodeName]
) -> dict[NodeName, frozenset[NodeName]]:
    """With whom each of these nodes can talk again; who can talk with nobody anew is left out."""
    asked = frozenset(nodes)
    again = {
        one: frozenset(
            other
            for other in asked - {one}
            if can_talk(after, one, other) and not can_talk(before, one, other)
        )
        for one in in_order(asked)
    }
    return {one: others for one, others in again.items() if others}


def in_words(grudge: Grudge) -> str:
    """``node-1 drops what node-3 sends; ...`` for the journal and for people."""
    rows = [
        f"{node} drops what {_list(grudge[node])} send{'s' if len(grudge[node]) == 1 else ''}"
        for node in in_order(grudge)
        if grudge[node]
    ]
    return "; ".join(rows) or "nothing is dropped"


def in_short(grudge: Grudge) -> str:
    """``node 4 cut off from nodes 1, 2 and 3``: the name of a cut, for a picture."""
    dropped = {node: against for node, against in grudge.items() if against}
    sides = _sides(dropped)
    if sides:
        smaller, larger = sides
        return f"{in_numbers(smaller)} cut off from {in_numbers(larger)}"
    if len(dropped) == 1:
        ((node, against),) = dropped.items()
        return f"{in_numbers([node])} does not hear {in_numbers(against)}"
    return f"links cut between {in_numbers(dropped)}" if dropped else "nothing is cut"


def cut_nodes(grudge: Grudge) -> list[NodeName]:
    """Whom a cut sets apart: the smaller side where it has two, or else all that drop something."""
    sides = _sides({node: against for node, against in grudge.items() if against})
    return in_order(sides[0] if sides else [node for node in grudge if grudge[node]])


def _sides(dropped: Grudge) -> tuple[frozenset[NodeName], frozenset[NodeName]] | None:
    """The smaller and the larger side, where the cut is one between two sides that stay whole."""
    different = set(dropped.values())
    if len(different) != _TWO_SIDES:
        return None
    smaller, larger = sorted(different, key=lambda side: (len(side), in_order(side)))
    if any(dropped.get(node) != larger for node in smaller):
        return None
    if any(dropped.get(node) != smaller for node in larger):
        return None
    return smaller, larger


def _distinct(nodes: Iterable[NodeName]) -> frozenset[NodeName]:
    named = list(nodes)
    if not named:
        raise BadRequest("a cut needs at least one node on each side")
    twice = {node for node in named if named.count(node) > 1}
    if twice:
        raise BadRequest(f"{_list(twice)} is named twice on the same side of a cut")
    return frozenset(named)


def _list(nodes: Iterable[NodeName]) -> str:
    return ", ".join(in_order(nodes))
