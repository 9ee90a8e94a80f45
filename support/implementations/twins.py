"""What node software does as well, where a vote is signed with a key that can be on two nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from support.domain import Height, NodeName
from support.engines.contract import Blueprint, NodeAddress, NodeBlueprint


@dataclass(frozen=True)
class DoubleVote:
    """What a network keeps of two votes of one node for different blocks at one height."""

    node: NodeName
    height: Height


@runtime_checkable
class TwinMaker(Protocol):
    """What an implementation does as well, where one node can be had twice."""

    def twin(
        self,
        of: NodeName,
        network: Blueprint,
        address: NodeAddress,
        *,
        name: NodeName,
        peers: Sequence[NodeName],
    ) -> NodeBlueprint:
        """One more node that votes with the key of ``of``, and remembers no vote of it.

        To its peers it is somebody else. It calls ``peers`` and nobody else, and is told of nobody
        else by them.
        """
        ...


@runtime_checkable
class Witness(Protocol):
    """What the stakes of a client tell as well, where voting twice is proved and punished."""

    def double_votes(self) -> Sequence[DoubleVote]:
        """Everything that was proved so far. Raises what ``NodeClient`` raises."""
        ...

    def votes_in_hand(self) -> frozenset[NodeName]:
        """Whose votes for the next block the node has got by now.

        It tells them by the keys that sign them. Raises what ``NodeClient`` raises.
        """
        ...
