"""Who was given how much from one block to the next, and how much it should have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from support.domain import Blocks, Height, NodeName, Silence, Votes
from support.implementations.contract import Account
from support.implementations.stakes import Income, StakeRules, Stakes
from support.network import Network
from support.staking.views import ask
from support.waiting import CONFIRMATION, until


@dataclass(frozen=True)
class Shares:
    """What a node says of two blocks, one after the other, and of what lies between them.

    ``weights`` are the votes by which it is shared out: of those who agreed on the block before.
    """

    height: Height
    before: Income
    after: Income
    weights: Mapping[NodeName, int]
    rules: StakeRules

    @property
    def to_share(self) -> Votes:
        """What was made new in the second block, and what was collected and is not there any more.

        No payment must be in the second block, because it would hide some of the latter.
        """
        new = self.after.existing - self.before.existing
        return new + (self.before.collected - self.after.collected)

    @property
    def collected(self) -> Votes:
        """What payments of the second block have cost, if the first one has none."""
        return self.after.collected - self.before.collected

    def due(self, node: NodeName) -> Votes:
        """What one of them should get."""
        share = 1 - self.rules.for_all.value / 100
        weight = self.weights.get(node, 0)
        total = sum(self.weights.values())
        return Votes(self.to_share.value * round(share * 100) * weight / (100 * total))

    def given(self, node: NodeName) -> Votes:
        """What it got."""
        nothing = Votes.of(0)
        return self.after.shared.get(node, nothing) - self.before.shared.get(node, nothing)

    @property
    def kept(self) -> Votes:
        """What all have together by it: what is theirs, and what cannot be shared."""
        return self.after.common - self.before.common


@dataclass(frozen=True)
class Part:
    """What somebody who has delegated votes got of what a node got, from one block to the next."""

    of_the_node: Votes
    given: Votes
    delegated: Votes
    stake: Votes
    rules: StakeRules

    @property
    def due(self) -> Votes:
        """What it should have been."""
        share = (100 - self.rules.for_the_operator.value) * self.delegated.value
        return Votes(self.of_the_node.value * share / (100 * self.stake.value))


def shares_after(network: Network, height: Height) -> Mapping[NodeName, Shares | Silence]:
    """How each node says that it was shared out after the block at ``height``."""
    have_executed(network, Height(height + 1))

    def told(stakes: Stakes) -> Shares:
        return Shares(
            height,
            stakes.income(height),
            stakes.income(Height(height + 1)),
            stakes.voters(height),
            stakes.rules(),
        )

    return ask(network, told)


def parts_after(
    network: Network, height: Height, account: Account, node: NodeName
) -> Mapping[NodeName, Part | Silence]:
    """What an account got of what ``node`` got after the block at ``height``, as each node says."""
    after = Height(height + 1)
    have_executed(network, after)

    def told(stakes: Stakes) -> Part:
        before, then = stakes.income(height).shared, stakes.income(after).shared
        earned = stakes.earnings(account, node, after) - stakes.earnings(account, node, height)
        return Part(
            then[node] - before[node],
            earned,
            stakes.delegation(account, node),
            stakes.candidates()[node].stake,
            stakes.rules(),
        )

    return ask(network, told)


def have_executed(network: Network, height: Height) -> None:
    """Return when every node has executed the block at ``height``.

    One that shows the next block has. Raises AssertionError when they do not come to it.
    """

    def all_have() -> bool | None:
        heights = network.heights().values()
        return None if any(isinstance(h, Silence) or h <= height for h in heights) else True

    blocks = Blocks(max(0, height - network.top()) + CONFIRMATION.count)
    if until(all_have, seconds=lambda: network.seconds(blocks), every=0.05) is None:
        raise AssertionError(f"not every node has block {height}: {network.whereabouts()}")
