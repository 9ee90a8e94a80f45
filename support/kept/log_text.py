"""How a line of a log is shown to people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_OF_LEVELS = {"error": "31", "warn": "33", "debug": "2"}
#: Colours that are told apart on dark and light, one node after the other.
_OF_NODES = ("36", "35", "34", "32", "33", "96", "95", "94")


def as_text(line: Mapping[str, Any], *, colour: bool = False) -> str:
    """``07:41:02.716 node-3  text``; colour only repeats what the words say."""
    moment = f"{datetime.fromtimestamp(line['at']):%H:%M:%S.%f}"[:-3]
    node, text = line["node"], line["text"]
    if colour:
        number = int("".join(filter(str.isdigit, node)) or 0)
        of_level = _OF_LEVELS.get(line["level"])
        text = f"\033[{of_level}m{text}\033[0m" if of_level else text
        return f"{moment} \033[{_OF_NODES[number % len(_OF_NODES)]}m{node}\033[0m  {text}"
    return f"{moment} {node}  {text}"
