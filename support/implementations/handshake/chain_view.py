"""What a node knows at one moment, read by more than one question."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from support.implementations.contract import Nonsense, Unreachable
from support.implementations.handshake.rpc import Denied, Question, Rpc
from support.implementations.handshake.transactions import Outpoint
from support.implementations.handshake.unspent import Unspent
from support.implementations.http import Answer

S = TypeVar("S")
T = TypeVar("T")

#: Height of an output whose transaction is in no block yet.
_IN_NO_BLOCK = -1


@dataclass(frozen=True)
class Moment:
    """Where a node stands: its newest block, and the payments that wait in it."""

    tip: str
    waiting: frozenset[str]


@dataclass(frozen=True)
class _Spent:
    """An output that a waiting payment spends: whose it was, and what it is worth."""

    outpoint: Outpoint
    address: str
    value: int


class ChainView:
    """Reads through ``rpc``; safe to use from threads.

    hsd reads an answer about coins from its disk piece by piece, and goes on taking in blocks and
    payments meanwhile: such an answer may miss coins, or end in an error of its own. So it counts
    only when nothing has come between, and is asked for again when something has.
    """

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._inputs: dict[str, tuple[_Spent, ...]] = {}

    def while_untouched(self, addresses: Collection[str], read: Callable[[Moment], T]) -> T:
        """What ``read`` found while no block came, and no payment from one of these addresses."""

        def untouched(before: Moment, after: Moment) -> bool:
            return (
                before.tip == after.tip
                and before.waiting <= after.waiting
                and not self._spend(after.waiting - before.waiting, addresses)
            )

        return self._at_rest(self._moment, untouched, read)

    def while_no_block_came(self, read: Callable[[], T]) -> T:
        """What ``read`` found while one block was the newest; payments may have come and gone."""

        def newest() -> str:
            return self._rpc.ask("getbestblockhash").text()

        return self._at_rest(newest, str.__eq__, lambda _: read())

    def spendable(self, address: str) -> list[Unspent]:
        """Outputs that a payment could spend now: waiting ones too, if no payment spends them."""
        told = [_unspent(coin) for coin in self._rpc.get(f"/coin/address/{address}").parts()]
        # One that a block has just taken in may be told of twice, first as part of that block.
        return list({output.outpoint: output for output in reversed(told)}.values())

    def confirmed(self, address: str, moment: Moment) -> int:
        """Dollarydoos of an address in blocks, whatever waits to be put into the next one.

        The node leaves out what waiting payments spend, so that is looked up and added.
        """
        held = sum(output.value for output in self.spendable(address) if not output.waiting)
        hidden = [
            spent
            for payment in moment.waiting
            for spent in self._inputs_of(payment)
            if spent.address == address and spent.outpoint.transaction.hex() not in moment.waiting
        ]
        self._inputs = {payment: self._inputs_of(payment) for payment in moment.waiting}
        return held + sum(spent.value for spent in hidden if self._in_blocks(spent.outpoint))

    def _in_blocks(self, outpoint: Outpoint) -> bool:
        """Whether blocks hold it unspent; a payment seems to wait a moment longer than it does."""
        told = self._rpc.ask("gettxout", outpoint.transaction.hex(), outpoint.index, False)
        return told.content is not None

    def _spend(self, payments: Iterable[str], addresses: Collection[str]) -> bool:
        """Whether one of these payments spends anything of these addresses, or may do so."""
        try:
            spent = [spent for payment in payments for spent in self._inputs_of(payment)]
        except (Denied, Nonsense):
            return True  # it has gone again, and with it what it spends
        return any(one.address in addresses for one in spent)

    def _at_rest(
        self, stand: Callable[[], S], same: Callable[[S, S], bool], read: Callable[[S], T]
    ) -> T:
        until = time.monotonic() + self._rpc.patience
        before = stand()
        while True:
            problem: Exception | None = None
            try:
                found = read(before)
            except (Denied, Nonsense) as unexpected:
                problem = unexpected
            after = stand()
            if same(before, after):
                if problem:
                    raise problem
                return found
            if time.monotonic() > until:
                raise Unreachable(f"{self._rpc.endpoint} did not rest long enough to be read")
            before = after

    def _moment(self) -> Moment:
        tip, waiting = self._rpc.ask_all([Question("getbestblockhash"), Question("getrawmempool")])
        return Moment(tip.text(), frozenset(payment.text() for payment in waiting.parts()))

    def _inputs_of(self, payment: str) -> tuple[_Spent, ...]:
        # A transaction never changes, so it is asked for once.
        known = self._inputs.get(payment)
        if known is None:
            told = self._rpc.get(f"/tx/{payment}")
            known = tuple(_spent(part) for part in told.parts("inputs"))
            self._inputs[payment] = known
        return known


def _unspent(coin: Answer) -> Unspent:
    outpoint = Outpoint(_hash(coin, "hash"), coin.number("index"))
    waiting = coin.number("height") == _IN_NO_BLOCK
    return Unspent(outpoint, coin.number("value"), waiting)


def _spent(part: Answer) -> _Spent:
    outpoint = Outpoint(_hash(part, "prevout", "hash"), part.number("prevout", "index"))
    return _Spent(outpoint, part.text("coin", "address"), part.number("coin", "value"))


def _hash(part: Answer, *path: str) -> bytes:
    try:
        found = bytes.fromhex(part.text(*path))
    except ValueError:
        found = b""
    if len(found) != 32:
        raise part.nonsense(f"{'.'.join(path)} is no hash")
    return found
