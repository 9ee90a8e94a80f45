"""What node software does as well, where votes are weighed by stakes that people delegate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from support.domain import Height, NodeName, Percent, Receipt, Votes
from support.implementations.contract import Account, Signed, Standing, Submission
from support.implementations.governance import CastVote, ProposeUpgrade


@dataclass(frozen=True)
class Grant:
    """The treasury gives somebody something to stake."""

    by: Account
    to: Account
    votes: Votes


@dataclass(frozen=True)
class Delegate:
    """Somebody delegates some votes to a node."""

    by: Account
    to: NodeName
    votes: Votes


@dataclass(frozen=True)
class Undelegate:
    """Somebody takes votes back from a node; what they are worth is returned some time later."""

    by: Account
    node: NodeName
    votes: Votes


@dataclass(frozen=True)
class Redelegate:
    """Somebody moves votes from one node to another."""

    by: Account
    node: NodeName
    to: NodeName
    votes: Votes


@dataclass(frozen=True)
class Collect:
    """Somebody has what a node has earned with the lent votes paid out."""

    by: Account
    node: NodeName


@dataclass(frozen=True)
class ReturnToDuty:
    """The operator of a node that was jailed says that it is fit again."""

    by: Account
    node: NodeName


@dataclass(frozen=True)
class Candidacy:
    """The operator of a node without a vote stakes some votes on it."""

    by: Account
    node: NodeName
    votes: Votes


Order = (
    Grant
    | Delegate
    | Undelegate
    | Redelegate
    | Collect
    | ReturnToDuty
    | Candidacy
    | ProposeUpgrade
    | CastVote
)


@dataclass(frozen=True)
class SignedOrder:
    """An order as it goes over the wire; ``receipt`` is known before it is sent."""

    order: Order
    receipt: Receipt
    wire: bytes = field(repr=False)


@dataclass(frozen=True)
class Candidate:
    """What a node says of one that has, had or wants a part in agreeing.

    ``stake`` is all that is delegated to it; ``is_active`` whether it is among those who agree;
    ``is_jailed`` whether it may not be for now, and ``is_banned`` for good.
    """

    stake: Votes
    is_active: bool
    is_jailed: bool
    is_banned: bool


@dataclass(frozen=True)
class Income:
    """What a node says of the earnings of all, as they were when a block had been executed.

    ``collected`` is what payments have cost and nobody has got yet. ``shared`` is
    what every node and those who have delegated votes to it were given and have not taken, exact
    where that is no whole number of the smallest unit. ``common`` is what belongs to all together,
    and ``existing`` how much there is in all of what is staked and paid for fees.
    """

    collected: Votes
    shared: Mapping[NodeName, Votes]
    common: Votes
    existing: Votes


@dataclass(frozen=True)
class StakeRules:
    """What a network says of its own rules.

    ``returned_after`` in seconds; ``for_absence`` and ``for_double_signing`` are the parts of a
    stake that are lost, ``for_all`` is the part of all earnings that nobody has alone, and
    ``for_the_operator`` the part of a node's earnings that those who delegate to it do not get.
    ``unit`` is the least that can be paid.
    """

    returned_after: float
    for_absence: Percent
    for_double_signing: Percent
    for_all: Percent
    for_the_operator: Percent
    unit: Votes


class Stakes(Protocol):
    """What one node says about stakes. Raises what ``NodeClient`` raises."""

    def rules(self) -> StakeRules: ...

    def candidates(self) -> Mapping[NodeName, Candidate]:
        """Everybody who has a stake, by name."""
        ...

    def voters(self, height: Height | None = None) -> Mapping[NodeName, int]:
        """Whole votes of those who agree on the block at ``height``; on the newest without one."""
        ...

    def delegation(self, account: Account, node: NodeName) -> Votes:
        """What an account has delegated to a node."""
        ...

    def on_the_way_back(self, account: Account) -> Votes:
        """What an account has taken back and was not returned yet."""
        ...

    def at_hand(self, account: Account) -> Votes:
        """What an account could lend: it includes what fees are paid with, if that is the same."""
        ...

    def earnings(self, account: Account, node: NodeName, at: Height | None = None) -> Votes:
        """What delegated votes had earned, and nobody collected, in block ``at`` or by now."""
        ...

    def income(self, at: Height) -> Income:
        """The earnings of all, as they were when block ``at`` had been executed."""
        ...

    def makers(self, first: Height, last: Height) -> Sequence[NodeName]:
        """Who made each block from ``first`` to ``last``, both included, oldest first."""
        ...

    def lost_turns(self, first: Height, last: Height) -> int:
        """How many turns came to nothing while these blocks were made: somebody was too late."""
        ...


@runtime_checkable
class StakeTeller(Protocol):
    """A client that can also be asked about stakes, and takes orders."""

    @property
    def stakes(self) -> Stakes: ...

    def submit(self, payment: Signed) -> Submission:
        """As that of ``NodeClient``, and for orders as well."""
        ...


@runtime_checkable
class StakeWallet(Protocol):
    """A wallet that also signs what is done with stakes."""

    #: What a payment costs, and an order, in what is staked; nothing where that is something else.
    payment_fee: Votes
    order_fee: Votes

    def operator(self, node: NodeName) -> Account:
        """Who owns the stake that a node began with, or wants to stake something on it."""
        ...

    def sign_order(self, order: Order, standing: Standing) -> SignedOrder:
        """Sign as the one whose order it is; ``standing`` is that account's."""
        ...
