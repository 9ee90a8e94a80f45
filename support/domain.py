"""The words of the feature files as Python values. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import combinations
from typing import NewType

AccountName = NewType("AccountName", str)
NodeName = NewType("NodeName", str)
Height = NewType("Height", int)
BlockId = NewType("BlockId", str)
Receipt = NewType("Receipt", str)
StateId = NewType("StateId", str)

#: The block that a network begins with; its start is agreed on when all have it.
FIRST_BLOCK = Height(1)


#: Names of twins, see :func:`twin_named`.
_TWIN = "twin-"
_FIRST_TWIN = 40
_MOST_TWINS = 12


class EnvironmentProblem(Exception):
    """The suite or its host is at fault, never the network under test.

    Raise it with one sentence that says what happened, where, and what to do.
    Behave gives such a scenario the status ``error``, not ``failed``.
    """


class BadRequest(EnvironmentProblem):
    """A feature or an option asks for something that makes no sense."""


class NothingSelected(BadRequest):
    """No example has these tags, names or lines; a typo in a tag must not look like a success."""


#: The sentence for it.
NOTHING_SELECTED = "nothing was selected: no example has these tags, names or lines"


class NetworkFailure(AssertionError):
    """The network under test broke a promise outside a matcher: a node died, a start stalled."""


@dataclass(frozen=True, order=True)
class Coins:
    """A whole number of coins that somebody holds, never negative."""

    value: int

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(f"coins cannot be negative: {self.value}")

    def __add__(self, other: Coins) -> Coins:
        return Coins(self.value + other.value)

    def __sub__(self, other: Coins) -> Coins:
        return Coins(self.value - other.value)

    def __str__(self) -> str:
        return "nothing" if self.value == 0 else _plural(self.value, "coin")


@dataclass(frozen=True, order=True)
class Amount:
    """A number of coins that somebody *asks* to move, which may be one that makes no sense."""

    value: int

    def __str__(self) -> str:
        return _plural(self.value, "coin")


@dataclass(frozen=True, order=True)
class Votes:
    """Stake, counted in what makes one vote; exact, so a part of a vote is a fraction of it."""

    value: Fraction

    @classmethod
    def of(cls, number: int | Fraction, per: int = 1) -> Votes:
        """So many votes, or as many as ``number`` units are where one vote is worth ``per``."""
        return cls(Fraction(number, per))

    @property
    def whole(self) -> int:
        """What counts when nodes agree: a part of a vote does not."""
        return int(self.value)

    def __add__(self, other: Votes) -> Votes:
        return Votes(self.value + other.value)

    def __sub__(self, other: Votes) -> Votes:
        return Votes(self.value - other.value)

    def part(self, share: Percent) -> Votes:
        """So many hundredths of it."""
        return Votes(self.value * share.value / 100)

    def __str__(self) -> str:
        if self.value.denominator == 1:
            return _plural(int(self.value), "vote")
        return f"{_as_decimal(self.value)} votes"


#: One more than fits into the 256 bits that chains keep an amount in.
MORE_THAN_CAN_EXIST = Amount(2**256)


@dataclass(frozen=True)
class Instruction:
    """One line of a table of payments: who pays whom how much, through which node."""

    payer: AccountName
    payee: AccountName
    amount: Amount
    through: NodeName | None = None


@dataclass(frozen=True, order=True)
class Blocks:
    """A length of time, counted in blocks of the network that is being looked at."""

    count: int

    def __str__(self) -> str:
        return _plural(self.count, "block")


@dataclass(frozen=True, order=True)
class Milliseconds:
    """How long a link or a disk takes, as a feature says it; it may be one that makes no sense."""

    value: int

    @property
    def seconds(self) -> float:
        """The same, in seconds."""
        return self.value / 1000


@dataclass(frozen=True, order=True)
class Percent:
    """A part of what a link carries, as a feature says it; it may be one that makes no sense."""

    value: int

    @property
    def share(self) -> float:
        """The same, from 0 to 1."""
        return self.value / 100


@dataclass(frozen=True, order=True)
class BitRate:
    """How much a link carries, as a feature says it; it may be nothing, which makes no sense."""

    bits_per_second: int


@dataclass(frozen=True, order=True)
class Megabytes:
    """How much fits on something, in millions of bytes."""

    value: int

    @property
    def bytes(self) -> int:
        """The same, in bytes."""
        return self.value * 1_000_000

    def __str__(self) -> str:
        return f"{self.value} MB"


@dataclass(frozen=True, order=True)
class Skew:
    """How many seconds a clock is fast, as a feature says it; slow when it is negative.

    It may be one that makes no sense.
    """

    seconds: int

    def __str__(self) -> str:
        whole = (unit for unit, length in UNITS_OF_TIME.items() if self.seconds % length == 0)
        unit = next(whole) if self.seconds else "second"
        count = _plural(abs(self.seconds) // UNITS_OF_TIME[unit], unit)
        return f"{count} {'slow' if self.seconds < 0 else 'fast'}"


#: Seconds in each, the longest first.
UNITS_OF_TIME = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}


@dataclass(frozen=True)
class Links:
    """Links as a feature names them: every link, those of one node, or the one between two."""

    ends: tuple[NodeName, ...] = ()

    def among(self, nodes: Sequence[NodeName]) -> list[tuple[NodeName, NodeName]]:
        """The links that are meant in a network of ``nodes``, each once."""
        if len(self.ends) > 1:
            return [self.ends[:2]]  # type: ignore[list-item]
        every = combinations(nodes, 2)
        return [link for link in every if set(self.ends) <= set(link)]


class Refusal(Enum):
    """Why the network said no. The value is the phrase used in feature files."""

    BALANCE_TOO_LOW = "the balance is too low"
    AMOUNT_NOT_VALID = "the amount is not valid"
    ALREADY_MADE = "this payment has already been made"
    SIGNATURE_DOES_NOT_FIT = "the signature does not fit the payment"
    NOT_THE_OWNER = "it is not signed by the owner of the account"
    OTHER_NETWORK = "it belongs to another network"
    NODE_NOT_READY = "the node is not ready yet"
    NODE_OVERLOADED = "the node cannot take more payments now"
    SOMETHING_ELSE = "of something that the features have no words for"


class Door(Enum):
    """Where somebody may knock at a node. The value follows "the door for"."""

    PEERS = "peers"
    CUSTOMERS = "customers"


class Litter(Enum):
    """What is thrown at a door and makes no sense there. The value is the phrase of features."""

    NOISE = "noise"
    OVERSIZED = "oversized messages"
    MALFORMED = "malformed messages"
    SILENCE = "silence"


class Flooding(Enum):
    """Payments that are not in order, of which there may be a flood."""

    FORGED = "forged payments"
    OVERDRAWN = "overdrawn payments"


class Doer(Enum):
    """Who does things in the long life of a network."""

    CUSTOMERS = "customers"
    DELEGATORS = "delegators"
    OPERATORS = "operators"


class Moment(Enum):
    """A moment in the past. The value is the phrase used in feature files."""

    BEFORE = "before the payment"
    AFTER = "right after the payment"

    def height(self, payment: Height) -> Height:
        """The last block that had been made by then; ``payment`` is the block with the payment."""
        return Height(payment - 1) if self is Moment.BEFORE else payment


@dataclass(frozen=True)
class Confirmed:
    """The network has agreed on the payment, in the block at ``height``."""

    receipt: Receipt
    height: Height


@dataclass(frozen=True)
class Refused:
    """The network said no and no coins moved. ``words`` is what the node itself said."""

    reason: Refusal
    words: str = ""
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Unknown:
    """No answer came in time: the payment may or may not take effect later.

    ``taken`` tells whether a node had got it before it fell silent about it.
    """

    receipt: Receipt
    why: str
    taken: bool = False


Outcome = Confirmed | Refused | Unknown


@dataclass(frozen=True)
class Pending:
    """A node knows nothing of the payment yet, or knows it and has not confirmed it."""


@dataclass(frozen=True)
class NodeStatus:
    """What one node says about itself; ``tip`` is the id of its newest block."""

    height: Height
    tip: BlockId
    catching_up: bool


@dataclass(frozen=True)
class NodeTime:
    """Seconds since 1970: what the node's own clock shows, and the date of its newest block."""

    own: float
    newest_block: float


@dataclass(frozen=True)
class Silence:
    """Stands where a node's answer should be: it did not answer, and why."""

    why: str

    def __str__(self) -> str:
        return f"does not answer ({self.why})"


@dataclass(frozen=True)
class Forgotten:
    """Stands where a node's memory should be: it says itself that it no longer knows."""

    words: str = ""

    def __str__(self) -> str:
        return f"says that it no longer knows (“{self.words}”)"


@dataclass(frozen=True)
class Computed:
    """What a node has made of all blocks up to ``height``: the digest of its whole ledger."""

    height: Height
    state: StateId


@dataclass(frozen=True)
class Told:
    """What one node says about the past: ``blocks[0]`` is the block at height ``first``."""

    first: Height
    blocks: tuple[BlockId, ...]

    @property
    def by_height(self) -> dict[Height, BlockId]:
        """The same blocks by their height."""
        return {Height(self.first + n): block for n, block in enumerate(self.blocks)}

    @property
    def last(self) -> Height:
        """The height of the newest block told of."""
        return Height(self.first + len(self.blocks) - 1)


class NodeState(Enum):
    """What the engine sees of a node, whatever the node itself would say."""

    RUNNING = "running"
    PAUSED = "frozen"
    STOPPED = "stopped"


class Choice(Enum):
    """What somebody says to a proposal. The value is the phrase used in feature files."""

    FOR = "for it"
    AGAINST = "against it"
    VETO = "with a veto"
    NEITHER = "neither for nor against it"


class ProposalState(Enum):
    """How far a proposal is. The value is the phrase used in feature files."""

    NOT_VOUCHED_FOR = "waits for a deposit"
    OPEN = "is being voted on"
    PASSED = "is accepted"
    REJECTED = "is rejected"
    FAILED = "is accepted, and cannot be carried out"


class Family(Enum):
    """How the nodes of an implementation agree."""

    QUORUM_FINALITY = "quorum_finality"
    LONGEST_CHAIN = "longest_chain"


class Capability(Enum):
    """What an implementation, an engine or a host may offer. The value follows ``@needs.``."""

    QUORUM_FINALITY = "quorum_finality"
    LONGEST_CHAIN = "longest_chain"
    OWN_RHYTHM = "own_rhythm"
    GOSSIP = "gossip"
    SHARED_WAITING_ROOM = "shared_waiting_room"
    OPEN_BLOCKS = "open_blocks"
    TWO_THIRDS_QUORUM = "two_thirds_quorum"
    SIGNED_PAYMENTS = "signed_payments"
    NAMED_SIGNERS = "named_signers"
    NETWORK_BOUND_PAYMENTS = "network_bound_payments"
    REPLAY_PROTECTION = "replay_protection"
    NUMBERED_PAYMENTS = "numbered_payments"
    SURE_READS = "sure_reads"
    LEADER = "leader"
    MEMBERSHIP_CHANGE = "membership_change"
    SELF_REBUILD = "self_rebuild"
    PAST_BALANCES = "past_balances"
    SHORT_MEMORY = "short_memory"
    FOLLOWERS = "followers"
    SNAPSHOTS = "snapshots"
    IMPOSTORS = "impostors"
    CHOSEN_LINKS = "chosen_links"
    GROWING_DISKS = "growing_disks"
    ANSWERS_WHEN_FULL = "answers_when_full"
    LINK_FAULTS = "link_faults"
    LINK_QUALITY = "link_quality"
    NODE_FAULTS = "node_faults"
    DISK_LIMITS = "disk_limits"
    SLOW_DISKS = "slow_disks"
    NODE_CLOCKS = "node_clocks"
    DATED_BLOCKS = "dated_blocks"
    STAKES = "stakes"
    DOUBLE_VOTE_EVIDENCE = "double_vote_evidence"
    UPGRADE = "upgrade"


def node_number(node: NodeName) -> int:
    """3 for ``node-3``."""
    return int(node.rpartition("-")[2])


def node_named(number: int) -> NodeName:
    """``node-3`` for 3."""
    return NodeName(f"node-{number}")


def twin_named(of: NodeName) -> NodeName:
    """``twin-44`` for the second node with the key of ``node-4``.

    The numbers of nodes are their places on a network, so twins begin behind all members and
    strangers of any network that is small enough to have twins.
    """
    if node_number(of) > _MOST_TWINS:
        raise BadRequest(f"only the first {_MOST_TWINS} nodes of a network can be had twice")
    return NodeName(f"{_TWIN}{_FIRST_TWIN + node_number(of)}")


def in_order(nodes: object) -> list[NodeName]:
    """Node names sorted by number, so that node-10 comes after node-9."""
    return sorted(nodes, key=node_number)  # type: ignore[call-overload, no-any-return]


def in_numbers(nodes: Iterable[NodeName]) -> str:
    """``nodes 1, 2 and 3``, as features name them."""
    ordered = in_order(nodes)
    numbers = [node_number(node) for node in ordered if not node.startswith(_TWIN)]
    twins = [node_number(node) - _FIRST_TWIN for node in ordered if node.startswith(_TWIN)]
    said = [_of_nodes(numbers)] if numbers else []
    return " and ".join([*said, *(f"the twin of {_of_nodes([number])}" for number in twins)])


def _of_nodes(numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"nodes {', '.join(most)} and {last}" if most else f"node {last}"


def members_of(network: Sequence[NodeName], nodes: Iterable[NodeName]) -> list[NodeName]:
    """The same nodes; raises :class:`BadRequest` for one that the network does not have."""
    asked = list(nodes)
    for node in asked:
        if node not in network:
            raise BadRequest(
                f"there is no {node.replace('-', ' ')} in a network of {len(network)} nodes"
            )
    return asked


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _as_decimal(value: Fraction) -> str:
    """All digits of a fraction whose denominator is a power of ten, as those of a chain are."""
    digits = 0
    while digits < _MOST_DIGITS and (value * 10**digits).denominator != 1:
        digits += 1
    scaled = int(value * 10**digits)
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{digits}d}"


#: Cosmos SDK counts shares in parts of 10**-18.
_MOST_DIGITS = 36
