"""Who made which blocks, and what would have been everybody's share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from support.domain import Blocks, Height, NodeName, Silence
from support.network import Network
from support.staking.views import ask, first_answer
from support.waiting import RECOVERY, until

#: A change of votes counts two blocks after the one that it is in, and whose turn it is then is
#: known one block before (CometBFT): what is counted afterwards begins with this block.
_UNTIL_IT_COUNTS = Blocks(3)
#: The next block may be under way: somebody has proposed it who was lost since, and the others
#: commit it all the same. The one after that is made by whoever is there by now.
_UNTIL_ALL_IS_NEW = Blocks(2)


@dataclass(frozen=True)
class Turns:
    """Who made the blocks from ``first`` on, how many turns were ``lost``, and who has votes.

    ``weights`` is of the block before the first, and the same for all of them.
    """

    first: Height
    makers: Sequence[NodeName]
    lost: int
    weights: Mapping[NodeName, int]

    @property
    def made(self) -> Counter[NodeName]:
        """How many blocks each node has made."""
        return Counter(self.makers)

    @property
    def shares(self) -> Mapping[NodeName, Fraction]:
        """How many it should be, by the votes alone."""
        total = sum(self.weights.values())
        return {n: Fraction(len(self.makers) * w, total) for n, w in self.weights.items()}


def coming_turns(network: Network, count: int) -> Turns:
    """The turns of so many blocks that nobody has begun to make yet.

    Raises AssertionError when they do not come.
    """
    first = Height(network.top(network.up) + _UNTIL_ALL_IS_NEW.count)
    return turns_from(network, first, count)


def turns_once_it_counts(network: Network, count: int) -> Turns:
    """The same, beginning when a change that nodes show by now is one that counts."""
    first = Height(network.top(network.up) + _UNTIL_IT_COUNTS.count)
    return turns_from(network, first, count)


def turns_from(network: Network, first: Height, count: int) -> Turns:
    """The turns of the blocks from ``first`` on, as the first node that has them all says."""
    last = Height(first + count - 1)
    long_enough = Blocks(last - network.top(network.up) + RECOVERY.count)

    def there() -> NodeName | None:
        # the votes for a block are in the next one
        for node, height in network.heights(network.up).items():
            if not isinstance(height, Silence) and height > last:
                return node
        return None

    node = until(there, seconds=lambda: network.seconds(long_enough), every=0.1)
    if node is None:
        raise AssertionError(f"block {last} was not made: the network is {network.whereabouts()}")
    return first_answer(
        ask(
            network,
            lambda stakes: Turns(
                first,
                stakes.makers(first, last),
                stakes.lost_turns(first, last),
                stakes.voters(first),
            ),
            [node],
        )
    )
