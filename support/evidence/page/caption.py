"""Says in words what a timeline shows: who stood still under which fault, and who caught up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from support.domain import NodeName, in_numbers, in_order
from support.evidence.story import AttemptStory, FaultStory, Look

#: Faults that are told of one by one; a bad day has dozens.
_TOLD = 4
#: The share of a fault's time in which what had begun before it may still come to its end.
_UNDER_WAY = 0.25


def caption(attempt: AttemptStory) -> str:
    """Sentences about each fault, or about the whole where nothing was done to the network."""
    if not attempt.faults:
        return _whole(attempt)
    told = [_about(fault, attempt) for fault in attempt.faults[:_TOLD]]
    more = len(attempt.faults) - _TOLD
    return " ".join([*told, f"And {more} more faults." if more > 0 else ""]).strip()


def _whole(attempt: AttemptStory) -> str:
    moved = _moves(attempt.heights, 0.0, attempt.seconds)
    return f"No fault was in force: {moved}." if moved else "Nothing was seen of any node."


def _about(fault: FaultStory, attempt: AttemptStory) -> str:
    ended = attempt.seconds if fault.ended is None else fault.ended
    name = fault.name[0].upper() + fault.name[1:]
    settled = fault.began if fault.measured is None else min(fault.measured, ended)
    during = _moves(attempt.heights, settled, ended, apart=fault.nodes)
    sentence = f"{name}, {fault.began:.1f} s to {ended:.1f} s"
    sentence += f": {during}." if during else "."
    if fault.ended is None:
        return sentence + " It lasted to the end."
    behind = [node for node in fault.nodes if _caught_up(attempt.heights, node, ended)]
    if behind:
        return sentence + f" Afterwards {in_numbers(_named(behind))} caught up."
    lost = [node for node in fault.nodes if _is_behind(attempt.heights, node)]
    if lost and attempt.seconds > ended:
        return sentence + f" Afterwards, {_moves(attempt.heights, ended, attempt.seconds)}."
    return sentence


def _is_behind(heights: Mapping[str, Sequence[Look]], node: str) -> bool:
    """Whether a node is behind the others at the end."""
    top = max((_last(looks, None) for looks in heights.values()), default=0)
    return node in heights and _last(heights[node], None) < top - 2


def _moves(
    heights: Mapping[str, Sequence[Look]], began: float, ended: float, apart: Sequence[str] = ()
) -> str:
    """Nodes that did alike are told together."""
    alike: dict[str, list[NodeName]] = {}
    for node in in_order(_named(heights)):
        words = _did(heights[node], began, ended, apart=node in apart)
        alike.setdefault(words, []).append(node)
    return "; ".join(f"{in_numbers(nodes)} {words}" for words, nodes in alike.items())


def _did(looks: Sequence[Look], began: float, ended: float, *, apart: bool) -> str:
    """What a node did in a stretch of time; if set apart, a block under way then is none of it."""
    before = [look for look in looks if look[0] <= began]
    within = [*before[-1:], *(look for look in looks if began < look[0] <= ended)]
    known = [height for _, height, _ in within if height is not None]
    if within and within[-1][1] is None:
        return f"gave no answer after {known[-1]}" if known else "gave no answer"
    if not known:
        return "gave no answer"
    if known[0] == known[-1]:
        return f"stood still at {known[-1]}"
    moved = max(
        t for (t, height, _), (_, earlier, _) in pairwise(within[::-1]) if height != earlier
    )
    if apart and known[-1] > known[0] and moved <= began + _UNDER_WAY * (ended - began):
        return f"stopped at {known[-1]}"
    return f"went from {known[0]} to {known[-1]}"


def _caught_up(heights: Mapping[str, Sequence[Look]], node: str, moment: float) -> bool:
    """Whether a node was behind the others at a moment, and is not at the end."""
    others = [looks for other, looks in heights.items() if other != node]
    if node not in heights or not others:
        return False
    at_the_moment = _last(heights[node], moment)
    top = max(_last(looks, moment) for looks in others)
    end, top_at_end = _last(heights[node], None), max(_last(looks, None) for looks in others)
    return at_the_moment < top <= end and end >= top_at_end - 2


def _last(looks: Sequence[Look], moment: float | None) -> int:
    known = [h for t, h, _ in looks if h is not None and (moment is None or t <= moment)]
    return known[-1] if known else 0


def _named(nodes: object) -> list[NodeName]:
    return [NodeName(str(node)) for node in nodes]  # type: ignore[attr-defined]
