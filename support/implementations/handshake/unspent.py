"""What an account can pay with: outputs that nobody has spent, as a node knows of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from support.implementations.contract import Standing
from support.implementations.handshake.transactions import Outpoint

#: Numbers that stand for one output in a standing.
_FACTS = 5


@dataclass(frozen=True)
class Unspent:
    """An output worth ``value`` dollarydoos.

    ``waiting``: no block has the payment yet that it comes from. ``purse``: it is for fees, and no
    coins of its owner.
    """

    outpoint: Outpoint
    value: int
    waiting: bool
    purse: bool = False

    def for_fees(self) -> Unspent:
        """The same output, as one of a purse."""
        return replace(self, purse=True)


def as_standing(outputs: Iterable[Unspent]) -> Standing:
    """Five numbers for each output."""
    facts: list[int] = []
    for output in outputs:
        spent = output.outpoint
        number = int.from_bytes(spent.transaction, "big")
        facts += [number, spent.index, output.value, int(output.waiting), int(output.purse)]
    return Standing(tuple(facts))


def from_standing(standing: Standing) -> list[Unspent]:
    """What :func:`as_standing` was given."""
    facts = standing.facts
    outputs = []
    for start in range(0, len(facts), _FACTS):
        number, index, value, waiting, purse = facts[start : start + _FACTS]
        outpoint = Outpoint(number.to_bytes(32, "big"), index)
        outputs.append(Unspent(outpoint, value, bool(waiting), bool(purse)))
    return outputs
