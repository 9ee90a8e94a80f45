"""Words in braces in the arguments of a program, and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: What a node's start knows: its home, its network, and how long agreeing on a block may take.
HOME, IDENTITY, COMMIT, PROPOSE = "home", "identity", "commit", "propose"
#: What ``init`` knows besides: the denomination of stakes.
STAKE = "stake"

OF_START = (HOME, IDENTITY, COMMIT, PROPOSE)
OF_INIT = (HOME, IDENTITY, STAKE)

_WORD = re.compile(r"\{(\w+)\}")


def words_in(arguments: Sequence[str]) -> set[str]:
    """Every word in braces."""
    return {word for argument in arguments for word in _WORD.findall(argument)}


def filled_in(arguments: Sequence[str], facts: Mapping[str, str]) -> tuple[str, ...]:
    """The arguments with facts in the place of words."""
    return tuple(_WORD.sub(lambda found: facts[found[1]], argument) for argument in arguments)
