"""Floods of payments that are not in order, from somebody who wishes a node to choke on them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Confirmed,
    EnvironmentProblem,
    Flooding,
    NetworkFailure,
    NodeName,
    Receipt,
    Refusal,
    Refused,
)
from support.implementations.contract import (
    Nonsense,
    Payment,
    RowSigner,
    SignedPayment,
    Unreachable,
)
from support.journal import Journal
from support.network import Network
from support.payments import Payments
from support.waiting import CONFIRMATION, ticks, until

#: Payments a second. Each costs every node that looks at it some milliseconds.
_RATE = 50
#: So many have come before an example goes on.
_BEGUN = 150
#: Within the time of a confirmation a node has answered so many of them, or it answers nobody.
_STEP = 25
#: Payments that are signed before the flood begins, where they are numbered: for 40 seconds.
_MOST = 2000
#: What an overdrawn payment is about, in coins: more than anybody has who sends one.
_TOO_MUCH = 10**6


class Flood:
    """Hands payments that are not in order in at one node, fifty a second, until :meth:`stop`.

    ``hostile`` sends them; forged ones would take coins from ``victim``. They are in nobody's
    books: whether any of them has happened is told by :meth:`happened`.
    """

    def __init__(
        self,
        network: Network,
        payments: Payments,
        journal: Journal,
        *,
        node: NodeName,
        kind: Flooding,
        hostile: AccountName,
        victim: AccountName,
    ) -> None:
        self._network = network
        self._payments = payments
        self._journal = journal
        self._node = network.members([node])[0]
        self._kind = kind
        self._hostile = payments.account(hostile)
        self._victim = payments.account(victim)
        self._stop = threading.Event()
        self._answers: Counter[str] = Counter()
        self._sent: list[Receipt] = []
        self._problems: list[BaseException] = []
        self._thread = threading.Thread(target=self._flow, name="accord-flood", daemon=True)

    def start(self) -> None:
        """Begin; the node has had the first of them when this returns."""
        self._journal.write("flood started", node=self._node, of=self._kind.value, rate=_RATE)
        self._thread.start()

        for further in range(_STEP, _BEGUN + 1, _STEP):
            if not self._has_sent(further):
                raise NetworkFailure(
                    f"{self._node} answers nobody in a flood of {self._kind.value}"
                )

    def stop(self) -> None:
        """Send no more. Raises the first thing that went wrong in the background."""
        self.abandon()
        if self._problems:
            raise self._problems[0]

    def abandon(self) -> None:
        """As :meth:`stop`, for an example that is over anyway. Both may be called again."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._journal.write("flood stopped", node=self._node, answers=dict(self._answers))

    def happened(self) -> int:
        """How many payments of the flood some node takes for confirmed."""
        return sum(
            any(isinstance(told, Confirmed) for told in self._payments.outcomes(receipt).values())
            for receipt in list(self._sent)
        )

    def _has_sent(self, count: int) -> bool:
        """Wait for it: how many a second there are is up to this machine as well."""

        def flows() -> bool | None:
            return True if len(self._sent) >= count or self._problems else None

        return bool(until(flows, seconds=lambda: self._network.seconds(CONFIRMATION)))

    # -- in the background

    def _flow(self) -> None:
        try:
            self._flow_until_stopped()
        except Nonsense as nonsense:
            self._problems.append(NetworkFailure(f"{self._node} answered nonsense: {nonsense}"))
        except Exception as problem:  # noqa: BLE001 - told by whoever stops the flood
            self._problems.append(problem)

    def _flow_until_stopped(self) -> None:
        client, flood = self._network.client(self._node), self._payments_not_in_order()
        signed = next(flood)
        for _ in ticks(1 / _RATE, self._stop):
            try:
                answer = client.submit(signed)
            except Unreachable:
                self._answers["none"] += 1
                continue
            full = isinstance(answer, Refused) and answer.reason is Refusal.NODE_OVERLOADED
            said = answer.reason.value if isinstance(answer, Refused) else "it was taken in"
            self._answers[said] += 1
            if full:
                continue  # the next one would be refused because this one is missing
            self._sent.append(signed.receipt)
            try:
                signed = next(flood)
            except StopIteration:
                raise EnvironmentProblem(
                    f"the flood has run dry after {_MOST} payments: the example is too long for it"
                ) from None

    def _payments_not_in_order(self) -> Iterator[SignedPayment]:
        wallet, client = self._network.wallet, self._network.client(self._node)
        if self._kind is Flooding.FORGED:
            standing = client.standing(self._victim)
            for coins in range(1, _MOST):
                stolen = Payment(self._victim, self._hostile, Amount(coins))
                yield wallet.sign(stolen, standing, signer=self._hostile)
            return
        if not isinstance(wallet, RowSigner):
            raise BadRequest("payments of this network have no number: sign them one by one")
        row = [Payment(self._hostile, self._victim, Amount(_TOO_MUCH + n)) for n in range(_MOST)]
        yield from wallet.sign_row(row, client.standing(self._hostile))
