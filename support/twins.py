"""Nodes that vote with the key of a member: they stand beside a network, and are none of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from support.domain import BadRequest, NetworkFailure, NodeName, NodeState, NodeStatus, twin_named
from support.engines.contract import Blueprint, Deployment, NodeAddress, last_words
from support.faults.faults import Faults
from support.implementations.contract import Implementation, NodeClient, Unreachable
from support.implementations.twins import TwinMaker
from support.journal import Journal


class Twins:
    """The twins of one network. They are no members: no promise is about what they show.

    Their links can be cut as those of members. ``blueprint`` is the network as it is by now,
    ``address`` reserves a place for one more node.
    """

    def __init__(
        self,
        implementation: Implementation,
        deployment: Deployment,
        journal: Journal,
        faults: Faults,
        *,
        blueprint: Callable[[], Blueprint],
        address: Callable[[NodeName], NodeAddress],
    ) -> None:
        self._implementation = implementation
        self._deployment = deployment
        self._journal = journal
        self._faults = faults
        self._blueprint = blueprint
        self._address = address
        self._clients: dict[NodeName, NodeClient] = {}
        self._ever: set[NodeName] = set()

    @property
    def any(self) -> bool:
        """Whether there is a twin at the moment."""
        return bool(self._clients)

    def start(self, of: NodeName, peers: Sequence[NodeName]) -> NodeName:
        """Start a twin of a member; it calls ``peers`` and nobody else.

        Raises :class:`BadRequest` where the software has no twins, and for a second one of the same
        node: members may remember the address of the first.
        """
        maker, network = self._implementation, self._blueprint()
        if not isinstance(maker, TwinMaker):
            raise BadRequest("no node of this network can be had twice: the feature needs twins")
        name = twin_named(of)
        if name in self._ever:
            raise BadRequest(f"there was a twin of {of} already: give the other one another node")
        self._ever.add(name)
        twin = maker.twin(of, network, self._address(name), name=name, peers=peers)
        self._deployment.add(twin)
        self._faults.beside.append(name)
        self._clients[name] = self._implementation.client(
            network, name, self._deployment.endpoints(name)
        )
        self._journal.write(
            "twin started", network=network.identity, node=name, of=of, peers=list(peers)
        )
        return name

    def status(self, twin: NodeName) -> NodeStatus | None:
        """What a twin says about itself; None while it does not answer.

        Raises :class:`~support.domain.NetworkFailure` with its last words when it has ended.
        """
        try:
            return self._clients[twin].status()
        except Unreachable:
            if self._deployment.state(twin) is NodeState.STOPPED:
                words = last_words(self._deployment, twin)
                raise NetworkFailure(f"{twin} has ended; its last words:\n{words}") from None
            return None

    def remove(self) -> None:
        """Remove all of them. Their links must be whole by then."""
        for twin in list(self._clients):
            self._deployment.remove(twin)
            self._faults.beside.remove(twin)
            del self._clients[twin]
