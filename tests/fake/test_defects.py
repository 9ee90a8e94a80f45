"""Every planted defect does what it says, where it says, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Coins,
    Confirmed,
    Height,
    NodeName,
    NodeState,
    Pending,
    Refusal,
    Refused,
)
from support.engines.contract import PEERS
from support.implementations.contract import (
    OpenToFollowers,
    Payment,
    Rememberer,
    RowSigner,
    WayIn,
)
from tests.contract.started import Started, eventually
from tests.fake.client import FakeClient
from tests.fake.conftest import Start
from tests.fake.defects import DEFECTS, VARIABLE
from tests.fake.engine import FakeEngine

ONE, TWO, THREE, FOUR, FIVE = (NodeName(f"node-{number}") for number in range(1, 6))
MAJORITY = [ONE, TWO, THREE]


def _third_payment_is_lost(network: Started) -> bool:
    """Two payments to Dave arrive, the third does not, the fourth does."""
    dave = network.account("Dave")
    payers = [network.account("Alice", holds=100) for _ in range(4)]
    for payer in payers[:2]:
        network.pay(payer, dave, 10)
    third = network.signed(payers[2], dave, 10)
    network.client(ONE).submit(third)
    network.pay(payers[3], dave, 10)
    network.await_new_blocks()
    return isinstance(network.client(ONE).outcome(third.receipt), Pending)


def _two_nodes_make_two_payments(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    signed = network.signed(alice, bob, 30)
    network.client(ONE).submit(signed)
    network.send(signed, THREE)
    network.await_new_blocks()
    return network.client(ONE).balance(bob) == Coins(60)


def _replay_is_executed(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    signed = network.signed(alice, bob, 30)
    network.send(signed)
    network.send(signed)
    return network.client(ONE).balance(bob) == Coins(60)


def _newcomer_is_not_credited(network: Started) -> bool:
    alice = network.account("Alice", holds=100)
    dave = network.wallet.unheard_of_account(AccountName("Dave"))
    network.pay(alice, dave, 30)
    assert network.client(ONE).balance(alice) == Coins(70)
    return network.client(ONE).balance(dave) == Coins(0)


def _withdrawal_burns(network: Started) -> bool:
    alice = network.account("Alice", holds=100)
    supply = network.client(ONE).supply()
    network.pay(alice, network.wallet.treasury, 100)
    assert network.client(ONE).balance(alice) == Coins(0)
    return network.client(ONE).supply() == supply - Coins(1)


def _node_2_lies(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.pay(alice, bob, 30)
    network.await_new_blocks()
    assert network.client(TWO).balance(bob) == Coins(30)
    assert network.client(ONE).balance(alice) == Coins(70)
    return network.client(TWO).balance(alice) == Coins(71)


def _reason_is_wrong(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    outcome = network.pay(alice, bob, 101)
    assert isinstance(outcome, Refused)
    return outcome.reason is Refusal.AMOUNT_NOT_VALID


def _fork_after_heal(network: Started) -> bool:
    network.cut([FOUR], MAJORITY)
    network.await_new_blocks(MAJORITY)
    network.heal()
    network.await_new_blocks()
    last = Height(min(network.height(node) for node in network.nodes))
    one, four = network.history(ONE, last), network.history(FOUR, last)
    return sum(mine != other for mine, other in zip(one, four, strict=True)) == 1


def _node_3_stands_still(network: Started) -> bool:
    network.await_new_blocks([ONE, TWO, FOUR], count=4)
    status = network.client(THREE).status()
    return status.height == 1 and not status.catching_up


def _confirmed_in_a_cut(network: Started, side: list[NodeName]) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.cut(side, [node for node in network.nodes if node not in side])
    signed = network.signed(alice, bob, 30, through=side[0])
    network.client(side[0]).submit(signed)
    confirmed = isinstance(network.client(side[0]).outcome(signed.receipt), Confirmed)
    network.heal()
    network.await_new_blocks()
    return confirmed


def _minority_confirms(network: Started) -> bool:
    return _confirmed_in_a_cut(network, [FOUR])


def _even_split_confirms(network: Started) -> bool:
    return _confirmed_in_a_cut(network, [THREE, FOUR])


def _late_payment_happens_twice(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.cut([FOUR], MAJORITY)
    signed = network.signed(alice, bob, 30, through=FOUR)
    network.client(FOUR).submit(signed)
    network.heal()
    eventually(
        lambda: isinstance(network.client(ONE).outcome(signed.receipt), Confirmed) or None,
        "the late payment is confirmed",
    )
    network.await_new_blocks()
    return network.client(ONE).balance(bob) == Coins(60)


def _crashed_node_is_deaf(network: Started) -> bool:
    network.deployment.stop(TWO)
    network.deployment.start(TWO)
    network.await_new_blocks()
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    network.await_new_blocks([ONE, THREE, FOUR])
    return network.height(TWO) == 0


def _sides_stay_apart(network: Started) -> bool:
    network.cut([FOUR], MAJORITY)
    network.heal()
    network.await_open(ONE, FOUR)
    network.await_new_blocks(MAJORITY)
    return network.client(FOUR).peers() == frozenset()


def _newcomer_learns_nothing(network: Started) -> bool:
    network.deployment.stop(TWO)
    network.deployment.wipe(TWO)
    network.deployment.start(TWO)
    network.await_new_blocks([ONE, THREE, FOUR])
    return network.height(TWO) == 0


def _one_clock_dates_blocks(network: Started) -> bool:
    network.set_clock(TWO, 3600)
    network.await_new_blocks()
    told = network.client(ONE).time()
    return told.newest_block > told.own + 3500


def _wrong_clock_refuses(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    network.set_clock(ONE, -3600)
    outcome = network.pay(alice, bob, 30)
    network.set_clock(ONE, 0)
    return isinstance(outcome, Refused)


def _past_is_as_today(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    paid = network.pay(alice, bob, 30)
    assert isinstance(paid, Confirmed)
    network.await_height(paid.height + 1)
    told = network.client(TWO)
    assert isinstance(told, Rememberer)
    return told.past_balance(alice, Height(paid.height - 1)) == Coins(70)


def _follower(network: Started) -> NodeName:
    assert isinstance(network.implementation, OpenToFollowers)
    address = network.engine.further_address(network.plan, FIVE)
    way = WayIn(peers=tuple(network.nodes))
    network.deployment.add(network.implementation.follower(FIVE, network.blueprint, address, way))
    network.let_pass(10)
    return FIVE


def _follower_has_another_ledger(network: Started) -> bool:
    follower, member = network.client(_follower(network)), network.client(ONE)
    assert isinstance(follower, Rememberer)
    assert isinstance(member, Rememberer)
    computed = follower.computed()
    network.await_height(computed.height + 1, [ONE])
    return computed.state != member.agreed_state(computed.height)


def _node_3_trails(network: Started) -> bool:
    network.await_height(5, [ONE])
    return network.height(ONE) - network.height(THREE) >= 2


def _three_of_four_stand_still(network: Started) -> bool:
    network.deployment.stop(FOUR)
    return _stands_still(network)


def _follower_has_a_vote(network: Started) -> bool:
    _follower(network)
    for node in (THREE, FOUR):
        network.deployment.stop(node)
    return not _stands_still(network)


def _stands_still(network: Started) -> bool:
    before = network.height(ONE)
    network.let_pass(20)
    return network.height(ONE) <= before + 1


def _told(network: Started, node: NodeName) -> FakeClient:
    client = network.client(node)
    assert isinstance(client, FakeClient)
    return client


def _nobody_is_told(network: Started) -> bool:
    """Of a payment while two of four are down, so that no block can take it along."""
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    signed = network.signed(alice, bob, 30)
    for node in (THREE, FOUR):
        network.deployment.stop(node)
    network.client(ONE).submit(signed)
    network.let_pass(10)
    return not _told(network, TWO).waiting([signed.receipt])


def _rows_are_reversed(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    payments = [Payment(alice, bob, Amount(coins)) for coins in (1, 2)]
    assert isinstance(network.wallet, RowSigner)
    row = network.wallet.sign_row(payments, network.client(ONE).standing(alice))
    for node in (THREE, FOUR):
        network.deployment.stop(node)
    before = network.height(ONE)
    for signed in row:
        network.client(ONE).submit(signed)
    for node in (THREE, FOUR):
        network.deployment.start(node)
    for signed in row:
        eventually(
            lambda signed=signed: (  # type: ignore[misc]
                None if isinstance(network.client(ONE).outcome(signed.receipt), Pending) else True
            ),
            "all of a row is in blocks",
        )
    blocks = _told(network, ONE).payments_in(Height(before + 1), network.height(ONE))
    made = [receipt for block in blocks for receipt in block]
    return made != [signed.receipt for signed in row]


def _some_blocks_come_late(network: Started) -> bool:
    first = network.height(ONE)
    network.await_height(first + 22, [ONE])
    dates = _told(network, ONE).block_dates(Height(first + 1), Height(first + 22))
    return max(later - date for date, later in pairwise(dates)) > 1.5


def _forgery_is_taken(network: Started) -> bool:
    alice, bob = network.account("Alice", holds=100), network.account("Bob")
    standing = network.client(ONE).standing(alice)
    forged = network.wallet.sign(Payment(alice, bob, Amount(30)), standing, signer=bob)
    return isinstance(network.send(forged), Confirmed)


def _litter_is_deadly(network: Started) -> bool:
    address = network.deployment.address(TWO)
    target = f"{address.host}:{address.ports[PEERS]}"
    runner = network.deployment.in_network_namespace(TWO)
    runner.run(["litter", "throw", target], stdin="[]")
    return network.deployment.state(TWO) is NodeState.STOPPED


SYMPTOMS: dict[str, Callable[[Started], bool]] = {
    "payment_lost": _third_payment_is_lost,
    "applied_twice": _two_nodes_make_two_payments,
    "debited_not_credited": _newcomer_is_not_credited,
    "lying_balance": _node_2_lies,
    "fork": _fork_after_heal,
    "stalled_node": _node_3_stands_still,
    "wrong_reason": _reason_is_wrong,
    "replay_accepted": _replay_is_executed,
    "minority_confirms": _minority_confirms,
    "late_double": _late_payment_happens_twice,
    "deaf_after_crash": _crashed_node_is_deaf,
    "no_reconnect": _sides_stay_apart,
    "even_split_confirms": _even_split_confirms,
    "supply_leak": _withdrawal_burns,
    "newcomer_ignored": _newcomer_learns_nothing,
    "dated_by_one": _one_clock_dates_blocks,
    "refuses_by_the_clock": _wrong_clock_refuses,
    "rewrites_the_past": _past_is_as_today,
    "replays_otherwise": _follower_has_another_ledger,
    "trails": _node_3_trails,
    "quorum_too_large": _three_of_four_stand_still,
    "counts_everybody": _follower_has_a_vote,
    "keeps_to_itself": _nobody_is_told,
    "reverses_rows": _rows_are_reversed,
    "stumbles": _some_blocks_come_late,
    "takes_forgeries": _forgery_is_taken,
    "dies_of_litter": _litter_is_deadly,
}


def test_every_defect_has_its_symptom() -> None:
    assert SYMPTOMS.keys() == DEFECTS.keys()


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_shows(start: Start, defect: str) -> None:
    assert SYMPTOMS[defect](start(defect))


@pytest.mark.parametrize("defect", DEFECTS)
def test_an_honest_network_does_not_show_it(start: Start, defect: str) -> None:
    assert not SYMPTOMS[defect](start())


#: With node 3 standing still or trailing, parted nodes staying apart, or nobody making a block
#: without all others, most other symptoms cannot be told.
TOO_MUCH = ("stalled_node", "no_reconnect", "trails", "quorum_too_large")
INDEPENDENT = [name for name in DEFECTS if name not in TOO_MUCH]


@pytest.mark.parametrize("defect", INDEPENDENT)
def test_a_planted_defect_shows_no_other_symptom(start: Start, defect: str) -> None:
    shown = {name for name in INDEPENDENT if name != defect and SYMPTOMS[name](start(defect))}
    assert shown == set()


def test_several_defects_can_be_planted(start: Start) -> None:
    network = start("replay_accepted", "wrong_reason", "minority_confirms", "even_split_confirms")
    assert _replay_is_executed(network)
    assert _reason_is_wrong(network)
    assert _minority_confirms(network)
    assert _even_split_confirms(network)


def test_a_defect_that_nobody_knows_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "forked")
    with pytest.raises(BadRequest, match="forked"):
        FakeEngine()
