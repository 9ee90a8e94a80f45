"""Handing something signed to a node, and waiting for what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from support.domain import (
    Confirmed,
    NetworkFailure,
    NodeName,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
    Unknown,
)
from support.implementations.contract import (
    Account,
    Nonsense,
    Signed,
    Standing,
    Submission,
    Taken,
    Unanswered,
    Unreachable,
)
from support.network import Network
from support.waiting import (
    CONFIRMATION,
    PATIENCE_OF_AN_ATTEMPT,
    STALL_AFTER_A_FAULT,
    until,
)

S = TypeVar("S", bound=Signed)

#: Whether a customer who waits for an answer of a node, since a moment, waits no longer.
GiveUp = Callable[[NodeName, float], object]


class NobodyThere(NetworkFailure):
    """A node was to be sent something through, and does not answer: nothing was signed or sent."""


class Sending(Generic[S]):
    """How one kind of thing reaches a network; ``submit`` gives it to a node's client."""

    def __init__(self, network: Network, submit: Callable[[NodeName, S], Submission]) -> None:
        self._network = network
        self._submit = submit

    def standing(self, account: Account, node: NodeName) -> Standing:
        """What a signature of this account has to refer to, as a node says.

        A signature refers to the last thing that the account did, so the node should have seen
        that. One that is cut off never will; the owner then signs with what it says, as a customer
        who only sees that node would.
        """
        needed = self._network.payer_moved_at(account)
        client = self._network.client(node)

        def up_to_date() -> Standing | None:
            try:
                if client.status().height < needed:
                    return None
                return client.standing(account, since=needed)
            except Unreachable:
                return None

        with nonsense_is_a_failure_of(node):
            standing: Standing | None = until(
                up_to_date,
                seconds=lambda: self._network.seconds(CONFIRMATION),
                give_up_if=lambda since: self.seems_hopeless(node, since),
            )
            try:
                return standing or client.standing(account)
            except Unreachable as unreachable:
                raise NobodyThere(
                    f"nothing can be paid through {node}: it does not answer ({unreachable})"
                ) from unreachable

    def hand_in(self, signed: S, node: NodeName, give_up: GiveUp | None = None) -> Outcome:
        """Hand something to a node and wait for what becomes of it."""
        try:
            submission = self.answer_to(signed, node, give_up)
        except Unreachable as unreachable:
            return Unknown(signed.receipt, str(unreachable))
        if isinstance(submission, Refused):
            return submission
        return self.await_outcome(signed.receipt, node, give_up)

    def seems_hopeless(self, node: NodeName, since: float) -> bool:
        """Whether a customer gives up on a node: while a fault is in force, and it stands still."""
        return not self._network.is_whole() and self._network.pace.has_halted(
            node, since=since, within=PATIENCE_OF_AN_ATTEMPT
        )

    def _insist(self, node: NodeName, since: float) -> object:
        """A customer who insists gives up on nothing but a network that has stalled."""
        return self._network.why_pointless(since=since, stall=STALL_AFTER_A_FAULT)

    def answer_to(self, signed: S, node: NodeName, give_up: GiveUp | None = None) -> Submission:
        """What a node says to a payment. It is sent again as long as there is no answer.

        That is what payments are made for: one that was sent twice happens once. Who gives up
        takes it for taken in: it may be.
        """
        unanswered = 0

        def answered() -> Submission | None:
            nonlocal unanswered
            try:
                submission = self._submit(node, signed)
            except Unanswered:
                unanswered += 1
                return None
            known = isinstance(submission, Refused) and submission.reason is Refusal.ALREADY_MADE
            return Taken(signed.receipt) if unanswered and known else submission

        submission: Submission | None = until(
            answered,
            seconds=lambda: self._network.seconds(CONFIRMATION),
            give_up_if=lambda since: (give_up or self._insist)(node, since),
        )
        return submission or Taken(signed.receipt)

    def await_outcome(
        self, receipt: Receipt, node: NodeName, give_up: GiveUp | None = None
    ) -> Outcome:
        """Wait for what becomes of something that a node has taken in."""
        client = self._network.client(node)

        def settled() -> Outcome | None:
            try:
                outcome = client.outcome(receipt)
                if isinstance(outcome, Confirmed):
                    self._insist_on_depth(node, outcome)
            except Unreachable:
                return None  # one answer that does not come decides nothing
            return None if isinstance(outcome, Pending) else outcome

        outcome: Outcome | None = until(
            settled,
            seconds=lambda: self._network.seconds(CONFIRMATION),
            give_up_if=lambda since: (give_up or self._insist)(node, since),
        )
        where = self._network.whereabouts()
        return outcome or Unknown(receipt, f"{node} was waited for, the network {where}", True)

    def _insist_on_depth(self, node: NodeName, outcome: Confirmed) -> None:
        """What can be taken back is not confirmed. Raises :class:`NetworkFailure`."""
        wanted, client = self._network.confirmations, self._network.client(node)
        if wanted.count == 1:
            return
        height = client.status().height
        # While a longer history takes over, a node may be lower for a moment; asked again, it says
        # that the payment is open.
        shallow = height < outcome.height + wanted.count - 1
        if shallow and isinstance(client.outcome(outcome.receipt), Confirmed):
            raise NetworkFailure(
                f"{node} says that a payment in block {outcome.height} is confirmed, and is itself "
                f"at block {height}: a payment is confirmed when {wanted} have it"
            )


@contextmanager
def nonsense_is_a_failure_of(node: NodeName) -> Iterator[None]:
    """Turns what a node must not answer into a broken promise of the network."""
    try:
        yield
    except Nonsense as nonsense:
        raise NetworkFailure(f"{node} answered nonsense: {nonsense}") from nonsense


def told_of(outcome: Outcome) -> dict[str, object]:
    """An outcome as the journal has it."""
    told: dict[str, object] = {"outcome": type(outcome).__name__.lower()}
    match outcome:
        case Confirmed(height=height):
            told["height"] = height
        case Refused(reason=reason, words=words):
            told |= {"reason": reason.value, "words": words}
        case Unknown(why=why):
            told["words"] = why
    return told
