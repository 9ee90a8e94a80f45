"""One simulated node: what it knows, what it takes in, and what it does with a block."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from support.domain import (
    BlockId,
    Confirmed,
    Height,
    NodeName,
    NodeState,
    Outcome,
    Receipt,
    Refusal,
    Refused,
    StateId,
)
from tests.fake.defects import Defects
from tests.fake.genesis import Genesis
from tests.fake.ledger import Ledger
from tests.fake.packet_filter import PacketFilter
from tests.fake.transfer import Transfer

#: Coins are kept in this many bits.
_BITS = 256
_LOG_LINES = 5000

#: A payment, and which of its executions: 0 unless a defect makes another one.
Key = tuple[Receipt, int]

_WORDS = {
    Refusal.BALANCE_TOO_LOW: "spendable balance is smaller than the amount",
    Refusal.AMOUNT_NOT_VALID: "amount must be positive and fit into 256 bits",
    Refusal.ALREADY_MADE: "the sequence of this payment has been used up",
    Refusal.SIGNATURE_DOES_NOT_FIT: "signature verification failed",
    Refusal.NOT_THE_OWNER: "the public key is not the payer's",
    Refusal.SOMETHING_ELSE: "the sequence of this payment lies in the future",
}


@dataclass(frozen=True)
class Entry:
    """A payment on its way into a block."""

    receipt: Receipt
    transfer: Transfer
    copy: int = 0

    @property
    def key(self) -> Key:
        """What makes two entries the same."""
        return (self.receipt, self.copy)


@dataclass(frozen=True)
class Block:
    """What a quorum has agreed on."""

    height: Height
    id: BlockId
    dated: float
    entries: tuple[Entry, ...]
    #: The digest of the ledger that its proposer had before it.
    state: StateId


class SimulatedNode:
    """Everything here is done with the lock of the node's network held."""

    def __init__(
        self, name: NodeName, host: str, genesis: Genesis, told_of: frozenset[NodeName]
    ) -> None:
        self.name = name
        self.host = host
        self.genesis = genesis
        self.told_of = told_of
        self.state = NodeState.STOPPED
        self.starts = 0
        self.skew = 0
        self.filter = PacketFilter()
        self.turned_away_by: set[NodeName] = set()
        self.deaf = False
        self.catching_up = True
        self.after_heal = False
        self.mempool: dict[Key, Entry] = {}
        self._log: deque[str] = deque(maxlen=_LOG_LINES)

    def install(self, defects: Defects) -> None:
        """The disk before the first start: the genesis, and nothing else."""
        self._defects = defects
        self.blocks: list[Block] = []
        self.ids: list[BlockId] = []
        self.ledger = Ledger(self.genesis, defects)
        #: Ledgers as they were: the first state, and after each block.
        self.pasts = [self.ledger.copy()]
        self.executed: set[Key] = set()
        self.outcomes: dict[Receipt, Outcome] = {}
        self.deaf = False
        self._log.clear()

    @property
    def height(self) -> Height:
        """Of the newest block it knows; 0 before the first one."""
        return Height(len(self.blocks))

    @property
    def is_running(self) -> bool:
        """Whether it takes part: neither stopped nor frozen."""
        return self.state is NodeState.RUNNING

    @property
    def now(self) -> float:
        """What time it is, to this node."""
        return time.time() + self.skew

    def start(self) -> None:
        """A new process in a new network namespace, with what is on the disk and the right time."""
        self.state = NodeState.RUNNING
        self.starts += 1
        self.skew = 0
        self.filter = PacketFilter()
        self.turned_away_by = set()
        self.catching_up = True
        self.say(f"started at height={self.height} network={self.genesis.network}")

    def end(self, how: str) -> None:
        """The process is gone, and with it what was only in memory."""
        self.say(how)
        self.state = NodeState.STOPPED
        self.mempool.clear()
        self.after_heal = False

    def say(self, words: str) -> None:
        """Write one line to the log."""
        self._log.append(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {words}")

    def log(self, tail: int) -> str:
        """The last lines."""
        lines = list(self._log)[-tail:] if tail > 0 else []
        return "".join(f"{line}\n" for line in lines)

    def refused(self, refusal: Refusal, receipt: Receipt) -> Refused:
        """As a customer is told."""
        stated = self._defects.stated_reason(refusal)
        return Refused(stated, _WORDS.get(stated, stated.value), receipt)

    def objection(self, transfer: Transfer) -> Refusal | None:
        """What is wrong with a payment whatever its payer holds, or None."""
        if self._defects.looks_at_signatures() and not transfer.is_signed_by_the_payer():
            return Refusal.NOT_THE_OWNER
        if not transfer.is_signed_for(self.genesis.network):
            return Refusal.SIGNATURE_DOES_NOT_FIT
        if not 0 < transfer.amount < 2**_BITS:
            return Refusal.AMOUNT_NOT_VALID
        return None

    def knows(self, key: Key) -> bool:
        """Whether it has executed this entry, or is about to."""
        return key in self.executed or key in self.mempool

    def is_untimely(self, transfer: Transfer) -> Refusal | None:
        """Whether the sequence is not the next one after all payments that this node knows of."""
        waiting = sum(
            entry.transfer.payer == transfer.payer and entry.copy == 0
            for entry in self.mempool.values()
        )
        expected = self.ledger.sequence(transfer.payer) + waiting
        if transfer.sequence == expected:
            return None
        early = transfer.sequence > expected
        return Refusal.SOMETHING_ELSE if early else Refusal.ALREADY_MADE

    def hear_of(self, entries: Iterable[Entry]) -> None:
        """Gossip: take over what it does not know yet."""
        for entry in entries:
            if not self.knows(entry.key):
                self.mempool[entry.key] = entry

    def adopt(self, block: Block) -> None:
        """Execute the next block and keep it."""
        self.blocks.append(block)
        self.ids.append(self._defects.kept_id(self.name, block.id, after_heal=self.after_heal))
        self.after_heal = False
        for entry in block.entries:
            self.executed.add(entry.key)
            self.mempool.pop(entry.key, None)
        settle(block.entries, self.ledger, self.outcomes, block.height, self.refused)
        is_validator = self.name in self.genesis.validators
        self.ledger.add(self.genesis.treasury, self._defects.gained_by_executing(is_validator))
        self.pasts.append(self.ledger.copy())
        payments = f" payments={len(block.entries)}" if block.entries else ""
        self.say(f"committed block height={block.height} id={block.id[:12]}{payments}")


def settle(
    entries: Sequence[Entry],
    ledger: Ledger,
    outcomes: dict[Receipt, Outcome],
    height: Height,
    refused: Callable[[Refusal, Receipt], Refused],
) -> None:
    """Execute ``entries`` on ``ledger`` and write down how each ended."""
    for entry in entries:
        known = outcomes.get(entry.receipt)
        if isinstance(known, Refused):
            continue
        refusal = ledger.apply(entry.transfer, repeated=known is not None)
        if known is None:
            outcomes[entry.receipt] = (
                Confirmed(entry.receipt, height)
                if refusal is None
                else refused(refusal, entry.receipt)
            )
