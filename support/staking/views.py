"""What the nodes of a network say about stakes, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from support.domain import BadRequest, NodeName, Silence, Votes
from support.implementations.contract import Account, NodeClient
from support.implementations.stakes import Candidate, StakeRules, Stakes, StakeTeller
from support.network import Network

T = TypeVar("T")


def ask(
    network: Network,
    question: Callable[[Stakes], T],
    nodes: Iterable[NodeName] | None = None,
) -> Mapping[NodeName, T | Silence]:
    """Every node's answer. Raises :class:`BadRequest` where there are no stakes."""

    def of_client(client: NodeClient) -> T:
        if not isinstance(client, StakeTeller):
            raise BadRequest("nothing is staked in this network: the feature needs stakes")
        return question(client.stakes)

    return network.read(of_client, nodes)


def first_answer(told: Mapping[NodeName, T | Silence]) -> T:
    """What the first node says that answers; for what nodes agree on anyway."""
    for answer in told.values():
        if not isinstance(answer, Silence):
            return answer
    raise AssertionError("no node answers: " + "; ".join(f"{n} {s}" for n, s in told.items()))


def rules(network: Network) -> StakeRules:
    """The rules of the network, as a node that is up says them."""
    return first_answer(ask(network, lambda stakes: stakes.rules(), network.up))


def candidates(
    network: Network, nodes: Iterable[NodeName] | None = None
) -> Mapping[NodeName, Mapping[NodeName, Candidate] | Silence]:
    """Everybody with a stake, as each node says."""
    return ask(network, lambda stakes: stakes.candidates(), nodes)


def stakes_of(
    network: Network, node: NodeName, nodes: Iterable[NodeName] | None = None
) -> Mapping[NodeName, Votes | Silence]:
    """All that is delegated to one node, as each node says; nothing for one that has no stake."""

    def stake(stakes: Stakes) -> Votes:
        known = stakes.candidates().get(node)
        return Votes.of(0) if known is None else known.stake

    return ask(network, stake, nodes)


def weights(
    network: Network, nodes: Iterable[NodeName] | None = None
) -> Mapping[NodeName, Mapping[NodeName, int] | Silence]:
    """By how many votes everybody counts in the next block, as each node says."""
    return ask(network, lambda stakes: stakes.voters(), nodes)


def delegations(
    network: Network,
    account: Account,
    node: NodeName,
    nodes: Iterable[NodeName] | None = None,
) -> Mapping[NodeName, Votes | Silence]:
    """What an account has delegated to a node, as each node says."""
    return ask(network, lambda stakes: stakes.delegation(account, node), nodes)


def at_hand(
    network: Network, account: Account, nodes: Iterable[NodeName] | None = None
) -> Mapping[NodeName, Votes | Silence]:
    """What an account could delegate, as each node says."""
    return ask(network, lambda stakes: stakes.at_hand(account), nodes)


def on_the_way_back(network: Network, account: Account) -> Mapping[NodeName, Votes | Silence]:
    """What an account has taken back and not got yet, as each node says."""
    return ask(network, lambda stakes: stakes.on_the_way_back(account))


def earnings(
    network: Network, account: Account, node: NodeName
) -> Mapping[NodeName, Votes | Silence]:
    """What an account has earned with a node and not collected, as each node says."""
    return ask(network, lambda stakes: stakes.earnings(account, node))
