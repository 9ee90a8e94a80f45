"""What the nodes of a network say about proposals and releases, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from support.domain import BadRequest, NodeName, ProposalState, Silence
from support.implementations.contract import NodeClient
from support.implementations.governance import Governance, GovernanceTeller, Plan
from support.network import Network

T = TypeVar("T")


def ask(
    network: Network,
    question: Callable[[Governance], T],
    nodes: Iterable[NodeName] | None = None,
) -> Mapping[NodeName, T | Silence]:
    """Every node's answer. Raises :class:`BadRequest` where nothing is proposed."""

    def of_client(client: NodeClient) -> T:
        if not isinstance(client, GovernanceTeller):
            raise BadRequest("nobody decides anything in this network: the feature needs upgrade")
        return question(client.governance)

    return network.read(of_client, nodes)


def answering(network: Network) -> Sequence[NodeName]:
    """The nodes that answer; one with the wrong release may have ended."""
    return [n for n, height in network.heights().items() if not isinstance(height, Silence)]


def states(network: Network, proposal: int) -> Mapping[NodeName, ProposalState | Silence | None]:
    """How far a proposal is, as each node says; None where it is not known any more."""
    return ask(network, lambda governance: governance.proposals().get(proposal))


def plans(network: Network) -> Mapping[NodeName, Plan | Silence | None]:
    """The upgrade that each node waits for."""
    return ask(network, lambda governance: governance.plan())


def releases(
    network: Network, nodes: Iterable[NodeName] | None = None
) -> Mapping[NodeName, str | Silence]:
    """The version that each node says it is."""
    return ask(network, lambda governance: governance.release(), nodes)
