"""What a simulated node does at the points where node software goes wrong: right, unless told.

``ACCORD_FAKE_DEFECT`` names the defects to plant, separated by commas. Every network that is
deployed gets its own :class:`Defects`, so that what a defect remembers ends with its network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from statistics import median

from support.domain import BadRequest, BlockId, Height, NodeName, Receipt, Refusal

VARIABLE = "ACCORD_FAKE_DEFECT"

#: The node that lies, the one that stops to follow, and the one that tells nothing.
LIAR = NodeName("node-2")
SLEEPER = NodeName("node-3")
SILENT = NodeName("node-1")
#: The last height that the sleeper knows. A network is ready when all nodes know the first block;
#: a later one would leave it to chance which scenarios are over before the sleeper falls behind.
LAST_HEIGHT_OF_THE_SLEEPER = Height(1)
FIVE_MINUTES = 300


class Defects:
    """The decision points, as honest software decides. Asked with the network's lock held."""

    def loses(self, receipt: Receipt, payee: str, *, to_treasury: bool) -> bool:
        """Whether a payment is taken in and then forgotten."""
        return False

    def copies(
        self, receipt: Receipt, through: NodeName, *, told: bool, waits_cut_off: bool
    ) -> tuple[int, ...]:
        """How many payments one submission becomes, and which: a copy is executed once.

        Honest software sees that all submissions of a receipt are one payment. ``told``: a
        customer has been told that it is confirmed. ``waits_cut_off``: the node is cut off
        from others and has no quorum on its side.
        """
        return (0,)

    def credits_newcomers(self) -> bool:
        """Whether an account that never existed receives what it is paid."""
        return True

    def burnt_by_a_withdrawal(self) -> int:
        """Coins that go out of existence when coins return to the treasury."""
        return 0

    def shown_balance(self, node: NodeName, coins: int, *, customer_who_paid: bool) -> int:
        """What a node says when its own ledger says ``coins``."""
        return coins

    def remembered_balance(self, node: NodeName, then: int, *, today: int, treasury: bool) -> int:
        """What a node says that an account held, when its own ledger of then says ``then``."""
        return then

    def gained_by_executing(self, is_validator: bool) -> int:
        """Coins that a node finds in the treasury with each block that it executes."""
        return 0

    def blocks_behind(self, node: NodeName) -> int:
        """How many blocks a node waits for before it takes one for true."""
        return 0

    def is_quorum(self, voters: int, validators: int) -> bool:
        """Whether so many voters decide for all."""
        return 3 * voters > 2 * validators

    def counts_everybody(self) -> bool:
        """Whether who has no vote is counted like a validator."""
        return False

    def stated_reason(self, refusal: Refusal) -> Refusal:
        """The reason that a customer is given for a refusal."""
        return refusal

    def kept_id(self, node: NodeName, block: BlockId, *, after_heal: bool) -> BlockId:
        """The id under which a node keeps a block that the network has agreed on.

        ``after_heal``: it is the first block since a cut link of this node carries traffic again.
        """
        return block

    def follows(self, node: NodeName, height: Height) -> bool:
        """Whether a node adopts the block at ``height``."""
        return True

    def confirms_alone(self, reached: int, validators: int) -> bool:
        """Whether nodes cut off without a quorum confirm what waits in their mempools."""
        return False

    def keeps_history_over_a_crash(self) -> bool:
        """Whether a killed node that starts again knows what it knew."""
        return True

    def reconnects(self) -> bool:
        """Whether two nodes that a cut has parted find each other again."""
        return True

    def teaches_newcomers(self) -> bool:
        """Whether a node that has no block at all is told of those that the others have."""
        return True

    def date(self, clocks: Sequence[float]) -> float:
        """The date of a block that validators with these clocks agree on."""
        return median(clocks)

    def refuses_by_the_clock(self, clock: float, newest_block: float) -> bool:
        """Whether a node takes no payment because of what its clock shows."""
        return False

    def looks_at_signatures(self) -> bool:
        """Whether a payment that somebody else has signed than its payer is refused."""
        return True

    def passes_on(self, node: NodeName) -> bool:
        """Whether a node tells the others of the payments that wait in it."""
        return True

    def keeps_rows_in_order(self) -> bool:
        """Whether a block has the payments of a customer in the order in which they were made."""
        return True

    def outlives_litter(self, *, from_peers: bool) -> bool:
        """Whether a node goes on when what makes no sense comes in at one of its doors."""
        return True


class PaymentLost(Defects):
    """The third payment that a customer is sent is taken in and never heard of again, by anyone.

    What the customer was sent before and is sent afterwards arrives.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sent_to: dict[str, list[Receipt]] = {}

    def loses(self, receipt: Receipt, payee: str, *, to_treasury: bool) -> bool:
        known = self._sent_to.setdefault(payee, [])
        if receipt not in known:
            known.append(receipt)
        if not to_treasury and known.index(receipt) == 2:
            return True
        return super().loses(receipt, payee, to_treasury=to_treasury)


class AppliedTwice(Defects):
    """A payment that is also sent through another node than at first is executed once more."""

    def __init__(self) -> None:
        super().__init__()
        self._first_through: dict[Receipt, NodeName] = {}

    def copies(
        self, receipt: Receipt, through: NodeName, *, told: bool, waits_cut_off: bool
    ) -> tuple[int, ...]:
        if self._first_through.setdefault(receipt, through) != through:
            return (1,)
        return super().copies(receipt, through, told=told, waits_cut_off=waits_cut_off)


class ReplayAccepted(Defects):
    """A payment known to be confirmed is executed whenever it is sent again to the same node.

    Only to the same node, because whether a payment sent through two nodes at once is confirmed
    before its second half arrives is a matter of chance, and another defect's matter anyway.
    """

    def __init__(self) -> None:
        super().__init__()
        self._first_through: dict[Receipt, NodeName] = {}
        self._replays = 1000

    def copies(
        self, receipt: Receipt, through: NodeName, *, told: bool, waits_cut_off: bool
    ) -> tuple[int, ...]:
        first = self._first_through.setdefault(receipt, through)
        if told and first == through:
            self._replays += 1
            return (self._replays,)
        return super().copies(receipt, through, told=told, waits_cut_off=waits_cut_off)


class LateDouble(Defects):
    """A payment sent to a node that is cut off without a quorum happens twice after the heal."""

    def copies(
        self, receipt: Receipt, through: NodeName, *, told: bool, waits_cut_off: bool
    ) -> tuple[int, ...]:
        honest = super().copies(receipt, through, told=told, waits_cut_off=waits_cut_off)
        return (*honest, 2) if waits_cut_off else honest


class DebitedNotCredited(Defects):
    """Whoever pays an account that never existed pays, and nobody receives it."""

    def credits_newcomers(self) -> bool:
        return False


class SupplyLeak(Defects):
    """A withdrawal takes one coin more out of existence than was asked; balances are right."""

    def burnt_by_a_withdrawal(self) -> int:
        return 1


class LyingBalance(Defects):
    """Node 2 shows one coin too many for every customer who has ever paid."""

    def shown_balance(self, node: NodeName, coins: int, *, customer_who_paid: bool) -> int:
        return coins + 1 if node == LIAR and customer_who_paid else coins


class WrongReason(Defects):
    """Who pays more than they hold is told that the amount is not valid."""

    def stated_reason(self, refusal: Refusal) -> Refusal:
        low = refusal is Refusal.BALANCE_TOO_LOW
        return Refusal.AMOUNT_NOT_VALID if low else super().stated_reason(refusal)


class Fork(Defects):
    """After the first heal of a network one node keeps another block than all others.

    It is a node of the side that fell behind, and the first block that it adopts. It goes on with
    the others from there: only the one height differs.
    """

    def __init__(self) -> None:
        super().__init__()
        self._done = False

    def kept_id(self, node: NodeName, block: BlockId, *, after_heal: bool) -> BlockId:
        if self._done or not after_heal:
            return super().kept_id(node, block, after_heal=after_heal)
        self._done = True
        return BlockId(hashlib.sha256(f"fork of {block}".encode()).hexdigest())


class StalledNode(Defects):
    """Node 3 answers, but adopts no block after the first one, and thinks it is up to date."""

    def follows(self, node: NodeName, height: Height) -> bool:
        return node != SLEEPER or height <= LAST_HEIGHT_OF_THE_SLEEPER


class MinorityConfirms(Defects):
    """Nodes that are cut off with fewer than half of all confirm what is sent to them."""

    def confirms_alone(self, reached: int, validators: int) -> bool:
        return 2 * reached < validators or super().confirms_alone(reached, validators)


class EvenSplitConfirms(Defects):
    """Nodes that are cut off with exactly half of all confirm what is sent to them."""

    def confirms_alone(self, reached: int, validators: int) -> bool:
        return 2 * reached == validators or super().confirms_alone(reached, validators)


class DeafAfterCrash(Defects):
    """A node that was killed starts again with no history, and does not hear what others know."""

    def keeps_history_over_a_crash(self) -> bool:
        return False


class NoReconnect(Defects):
    """Nodes that a cut has parted stay apart after the heal, until one of them is restarted."""

    def reconnects(self) -> bool:
        return False


class NewcomerIgnored(Defects):
    """A node that starts with nothing while the others have a history never learns of it."""

    def teaches_newcomers(self) -> bool:
        return False


class DatedByOne(Defects):
    """Blocks carry the time of the validator whose clock differs most from those of the others."""

    def date(self, clocks: Sequence[float]) -> float:
        honest = super().date(clocks)
        return max(clocks, key=lambda clock: abs(clock - honest))


class RefusesByTheClock(Defects):
    """A node refuses payments when its clock is five minutes away from its newest block."""

    def refuses_by_the_clock(self, clock: float, newest_block: float) -> bool:
        return abs(clock - newest_block) > FIVE_MINUTES


class KeepsToItself(Defects):
    """Node 1 tells nobody of the payments that it is given: they wait for its own turn."""

    def passes_on(self, node: NodeName) -> bool:
        return node != SILENT


class ReversesRows(Defects):
    """A block has the last payment of each customer first."""

    def keeps_rows_in_order(self) -> bool:
        return False


class Stumbles(Defects):
    """Every twentieth block comes two seconds late, by its date."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks = 0

    def date(self, clocks: Sequence[float]) -> float:
        self._blocks += 1
        return super().date(clocks) + (2.0 if self._blocks % 20 == 0 else 0.0)


class TakesForgeries(Defects):
    """Nodes take payments for their payer's own, whoever has signed them."""

    def looks_at_signatures(self) -> bool:
        return False


class DiesOfLitter(Defects):
    """A node ends when something that makes no sense comes in at the door for peers."""

    def outlives_litter(self, *, from_peers: bool) -> bool:
        return not from_peers


class RewritesThePast(Defects):
    """Node 2, asked what a customer held in the past, tells what that customer holds today."""

    def remembered_balance(self, node: NodeName, then: int, *, today: int, treasury: bool) -> int:
        honest = super().remembered_balance(node, then, today=today, treasury=treasury)
        return today if node == LIAR and not treasury else honest


class ReplaysOtherwise(Defects):
    """Who has no vote finds a coin in the treasury with every block that it executes."""

    def gained_by_executing(self, is_validator: bool) -> int:
        return 0 if is_validator else 1


class Trails(Defects):
    """Node 3 takes a block for true when three more have been made."""

    def blocks_behind(self, node: NodeName) -> int:
        return 3 if node == SLEEPER else super().blocks_behind(node)


class QuorumTooLarge(Defects):
    """More than four fifths of all have to agree."""

    def is_quorum(self, voters: int, validators: int) -> bool:
        return 5 * voters > 4 * validators


class CountsEverybody(Defects):
    """A node without a vote has one."""

    def counts_everybody(self) -> bool:
        return True


DEFECTS: dict[str, type[Defects]] = {
    "payment_lost": PaymentLost,
    "applied_twice": AppliedTwice,
    "debited_not_credited": DebitedNotCredited,
    "lying_balance": LyingBalance,
    "fork": Fork,
    "stalled_node": StalledNode,
    "wrong_reason": WrongReason,
    "replay_accepted": ReplayAccepted,
    "minority_confirms": MinorityConfirms,
    "late_double": LateDouble,
    "deaf_after_crash": DeafAfterCrash,
    "no_reconnect": NoReconnect,
    "even_split_confirms": EvenSplitConfirms,
    "supply_leak": SupplyLeak,
    "newcomer_ignored": NewcomerIgnored,
    "dated_by_one": DatedByOne,
    "refuses_by_the_clock": RefusesByTheClock,
    "keeps_to_itself": KeepsToItself,
    "reverses_rows": ReversesRows,
    "stumbles": Stumbles,
    "dies_of_litter": DiesOfLitter,
    "takes_forgeries": TakesForgeries,
    "rewrites_the_past": RewritesThePast,
    "replays_otherwise": ReplaysOtherwise,
    "trails": Trails,
    "quorum_too_large": QuorumTooLarge,
    "counts_everybody": CountsEverybody,
}


def planted_defects() -> Defects:
    """The defects that the environment asks for; :class:`BadRequest` for one that nobody knows."""
    names = [name.strip() for name in os.environ.get(VARIABLE, "").split(",") if name.strip()]
    for name in names:
        if name not in DEFECTS:
            known = ", ".join(DEFECTS)
            raise BadRequest(f"there is no planted defect called {name!r}: choose from {known}")
    if not names:
        return Defects()
    # the classes call each other through super(), so that several can be planted at once
    several = type("SeveralDefects", tuple(DEFECTS[name] for name in dict.fromkeys(names)), {})
    planted: Defects = several()
    return planted
