"""How a network for people is, as a table. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_HEADS = ("node", "state", "height", "tip", "peers", "catching up", "clock", "talk to it at")
_TIP = 12
_NOTHING = "-"


def as_table(status: Mapping[str, Any], *, colour: bool = False) -> str:
    """Title, one row a node, and the faults in force. Colour only repeats what the words say."""
    nodes: Sequence[Mapping[str, Any]] = status["nodes"]
    top = max((node["height"] or 0 for node in nodes), default=0)
    rows = [_HEADS, *(_row(node, len(nodes), top) for node in nodes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in rows]  # fmt: skip
    if colour:
        lines[0] = f"\033[1m{lines[0]}\033[0m"
        lines[1:] = [
            line if _is_well(node, top) else f"\033[31m{line}\033[0m"
            for line, node in zip(lines[1:], nodes, strict=True)
        ]
    size = "1 node" if len(nodes) == 1 else f"{len(nodes)} nodes"
    title = (
        f"{status['network']}: {size} of {status['implementation']} on "
        f"{status['engine']}, {status['story']} at {status['since']}"
    )
    faults = [f"  {words}" for words in status["faults"]]
    below = ["faults in force:", *faults] if faults else ["no fault is in force"]
    return "\n".join([title, "", *lines, "", *below])


def _row(node: Mapping[str, Any], size: int, top: int) -> tuple[str, ...]:
    state = node["state"]
    if state == "running" and not node["answers"]:
        state = "running, does not answer"
    height = _NOTHING if node["height"] is None else str(node["height"])
    behind = top - (node["height"] or 0)
    peers = _NOTHING if node["peers"] is None else f"{len(node['peers'])} of {size - 1}"
    catching_up = {None: _NOTHING, True: "yes", False: "no"}[node["catching_up"]]
    return (
        node["node"].replace("-", " "),
        state,
        height if node["height"] is None or behind < 3 else f"{height} (-{behind})",
        _NOTHING if node["tip"] is None else node["tip"][:_TIP],
        peers,
        catching_up,
        node["clock"],
        node["address"] or _NOTHING,
    )


def _is_well(node: Mapping[str, Any], top: int) -> bool:
    return bool(node["answers"]) and top - node["height"] < 3 and node["clock"] == "right"
