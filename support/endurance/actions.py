"""What customers, delegators and operators can do, each as a value with plain words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from support.domain import AccountName, Amount, NodeName, Votes


class Absence(Enum):
    """How a node goes away. The value says it of the node."""

    CRASH = "crashes"
    STOP = "is shut down"
    FREEZE = "is frozen"
    CUT = "is cut off"


#: How it comes back.
_RETURNS = {
    Absence.CRASH: "starts again",
    Absence.STOP: "starts again",
    Absence.FREEZE: "wakes up",
    Absence.CUT: "is connected again",
}


@dataclass(frozen=True)
class Pay:
    """A customer pays another one."""

    payer: AccountName
    payee: AccountName
    amount: Amount
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.payer} pays {self.payee} {self.amount} through {self.through}"


@dataclass(frozen=True)
class Deposit:
    """Coins come in for a customer."""

    customer: AccountName
    amount: Amount
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.customer} deposits {self.amount} through {self.through}"


@dataclass(frozen=True)
class Withdraw:
    """Coins of a customer leave."""

    customer: AccountName
    amount: Amount
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.customer} withdraws {self.amount} through {self.through}"


@dataclass(frozen=True)
class Lend:
    """A delegator delegates votes to a node."""

    by: AccountName
    node: NodeName
    votes: Votes
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.by} delegates {self.votes} to {self.node} through {self.through}"


@dataclass(frozen=True)
class TakeBack:
    """A delegator takes votes back from a node."""

    by: AccountName
    node: NodeName
    votes: Votes
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.by} takes {self.votes} back from {self.node} through {self.through}"


@dataclass(frozen=True)
class Move:
    """A delegator moves votes from one node to another."""

    by: AccountName
    node: NodeName
    to: NodeName
    votes: Votes
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        moved = f"{self.votes} from {self.node} to {self.to}"
        return f"{self.by} moves {moved} through {self.through}"


@dataclass(frozen=True)
class CollectEarnings:
    """A delegator has what a node has earned with the delegated votes paid out."""

    by: AccountName
    node: NodeName
    through: NodeName

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.by} collects what {self.node} has earned through {self.through}"


@dataclass(frozen=True)
class Leave:
    """The node of an operator goes away."""

    node: NodeName
    how: Absence

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.node} {self.how.value}"


@dataclass(frozen=True)
class Return:
    """It comes back from the absence that is named."""

    node: NodeName
    how: Absence

    @property
    def words(self) -> str:
        """As a person would say it."""
        return f"{self.node} {_RETURNS[self.how]}"


StakeAction = Lend | TakeBack | Move | CollectEarnings
Action = Pay | Deposit | Withdraw | StakeAction | Leave | Return
