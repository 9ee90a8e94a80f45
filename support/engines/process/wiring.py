"""How the nodes of one network reach each other when they are processes of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from support.domain import NodeName
from support.engines.contract import NodeAddress


class Wiring(Protocol):
    """The links between the processes of one network, ``mark``."""

    mark: str

    def address(self, node: NodeName, ports: Mapping[str, int], home: str) -> NodeAddress:
        """Where a node of this network is going to be. Asked for once for every node."""
        ...

    def connect(self, node: NodeName) -> None:
        """Get everything ready that the node needs before it starts, as new."""
        ...

    def disconnect(self, node: NodeName) -> None:
        """The node is gone for good: nothing of its links may stay."""
        ...

    def inside(self, node: NodeName) -> tuple[str, ...]:
        """What a command begins with that is to run where the node's links are."""
        ...

    def destroy(self) -> None:
        """Remove every trace of it. May be called twice."""
        ...
