"""Who drops whose packets. Every partition is a grudge; all of this is pure.

A grudge maps a node to the nodes whose packets it drops. A node that drops nothing may be left
out. Two nodes can talk only when neither holds a grudge against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from support.domain import BadRequest, NodeName, in_order

Grudge = Mapping[NodeName, frozenset[NodeName]]

NO_GRUDGE: Grudge = {}


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


def in_words(grudge: Grudge) -> str:
    """``node-1 drops what node-3 sends; ...`` for the journal and for people."""
    rows = [
        f"{node} drops what {_list(grudge[node])} send{'s' if len(grudge[node]) == 1 else ''}"
        for node in in_order(grudge)
        if grudge[node]
    ]
    return "; ".join(rows) or "nothing is dropped"


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
