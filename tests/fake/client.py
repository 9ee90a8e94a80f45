"""Talks to one simulated node at its endpoint, as a client of a real one would over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from support.domain import (
    BlockId,
    Coins,
    Computed,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refused,
    StateId,
)
from support.implementations.contract import (
    Account,
    Nonsense,
    SignedPayment,
    Standing,
    Submission,
    Taken,
    Unreachable,
)
from tests.fake import switchboard
from tests.fake.api import NodeApi

T = TypeVar("T")


class FakeClient:
    """See :class:`~support.implementations.contract.NodeClient`.

    It looks the node up at every call: after a restart nobody answers at an old endpoint.
    """

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def status(self) -> NodeStatus:
        """See the contract."""
        return self._ask(NodeApi.status)

    def time(self) -> NodeTime:
        """See the contract."""
        return self._ask(NodeApi.time)

    def peers(self) -> frozenset[NodeName]:
        """See the contract."""
        return self._ask(NodeApi.peers)

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        """See the contract."""
        return self._ask(lambda node: node.block_ids(first, last))

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        """See the contract."""
        return self._ask(lambda node: node.balance(account.address))

    def supply(self) -> Coins:
        """See the contract."""
        return self._ask(NodeApi.supply)

    def first_block(self) -> Height:
        """See the contract."""
        return self._ask(NodeApi.first_block)

    def past_balance(self, account: Account, at: Height) -> Coins:
        """See the contract."""
        return self._ask(lambda node: node.past_balance(account.address, at))

    def past_supply(self, at: Height) -> Coins:
        """See the contract."""
        return self._ask(lambda node: node.past_supply(at))

    def computed(self) -> Computed:
        """See the contract."""
        return self._ask(NodeApi.computed)

    def agreed_state(self, at: Height) -> StateId:
        """See the contract."""
        return self._ask(lambda node: node.agreed_state(at))

    def standing(self, account: Account, *, since: Height | None = None) -> Standing:
        """See the contract."""
        return Standing((self._ask(lambda node: node.sequence(account.address)),))

    def submit(self, payment: SignedPayment) -> Submission:
        """See the contract."""
        answer = self._ask(lambda node: node.submit(payment.wire))
        return answer if isinstance(answer, Refused) else Taken(answer)

    def outcome(self, receipt: Receipt, *, at: Height | None = None) -> Outcome | Pending:
        """See the contract. Simulated nodes have no index that could miss anything."""
        return self._ask(lambda node: node.outcome(receipt))

    def waiting(self, receipts: Iterable[Receipt]) -> frozenset[Receipt]:
        """See the contract."""
        return self._ask(lambda node: node.waiting(frozenset(receipts)))

    def payments_in(self, first: Height, last: Height) -> Sequence[Sequence[Receipt]]:
        """See the contract."""
        return self._ask(lambda node: node.payments_in(first, last))

    def block_dates(self, first: Height, last: Height) -> Sequence[float]:
        """See the contract."""
        return self._ask(lambda node: node.block_dates(first, last))

    def _ask(self, question: Callable[[NodeApi], T]) -> T:
        try:
            return question(switchboard.call(self._endpoint))
        except OSError as error:
            raise Unreachable(str(error)) from error
        except ValueError as error:
            raise Nonsense(str(error)) from error
