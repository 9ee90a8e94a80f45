"""Coins move as wallets and clients say, exactly and on every node, or a refusal says why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.domain import (
    MORE_THAN_CAN_EXIST,
    AccountName,
    Capability,
    Coins,
    Confirmed,
    Refusal,
    Refused,
)
from support.implementations.contract import Account
from tests.contract.started import Needs, Started


def test_a_deposit_arrives_on_every_node(shared: Started) -> None:
    bob = shared.account("Bob")
    outcome = shared.pay(shared.wallet.treasury, bob, 40)
    assert isinstance(outcome, Confirmed)
    for node in shared.nodes:
        shared.await_height(outcome.height, [node])
        assert shared.client(node).balance(bob) == Coins(40)


def test_a_payment_moves_coins_and_makes_none(shared: Started) -> None:
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    supply = shared.client(shared.nodes[0]).supply()
    assert isinstance(shared.pay(alice, bob, 30, through=shared.nodes[-1]), Confirmed)
    for node in shared.nodes:
        shared.await_balance(node, alice, 70)
        shared.await_balance(node, bob, 30)
        assert shared.client(node).supply() == supply


def test_a_withdrawal_returns_coins_to_the_treasury(shared: Started) -> None:
    alice = shared.account("Alice", holds=100)
    client = shared.client(shared.nodes[0])
    supply, before = client.supply(), client.balance(shared.wallet.treasury)
    assert isinstance(shared.pay(alice, shared.wallet.treasury, 100), Confirmed)
    assert client.balance(shared.wallet.treasury) == before + Coins(100)
    assert client.balance(alice) == Coins(0)
    assert client.supply() == supply


def test_a_payment_to_oneself_changes_nothing(shared: Started) -> None:
    alice = shared.account("Alice", holds=100)
    assert isinstance(shared.pay(alice, alice, 30), Confirmed)
    assert shared.client(shared.nodes[0]).balance(alice) == Coins(100)


def test_an_account_that_never_existed_can_be_paid(shared: Started) -> None:
    alice = shared.account("Alice", holds=100)
    dave = shared.wallet.unheard_of_account(AccountName("Dave"))
    assert shared.client(shared.nodes[0]).balance(dave) == Coins(0)
    assert isinstance(shared.pay(alice, dave, 30), Confirmed)
    for node in shared.nodes:
        shared.await_balance(node, dave, 30)


def test_two_accounts_of_one_name_are_two_accounts(shared: Started) -> None:
    assert shared.account("Alice").address != shared.account("Alice").address


def test_a_payment_sent_through_two_nodes_happens_once(shared: Started) -> None:
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    signed = shared.signed(alice, bob, 30)
    first, last = shared.client(shared.nodes[0]), shared.client(shared.nodes[-1])
    first.submit(signed)
    last.submit(signed)  # either taken in, or known already
    for node in shared.nodes:
        shared.await_balance(node, bob, 30)
    shared.await_new_blocks()
    assert first.balance(alice) == Coins(70)
    assert isinstance(last.outcome(signed.receipt), Confirmed)


Attempt = Callable[[Started, Account, Account], object]

#: What only some node software can refuse.
NEEDS = {
    "altered on the way": Capability.SIGNED_PAYMENTS,
    "signed for another network": Capability.NETWORK_BOUND_PAYMENTS,
    "signed by somebody else": Capability.NAMED_SIGNERS,
}

ATTEMPTS: dict[str, tuple[Attempt, Refusal]] = {
    "one coin too many": (
        lambda network, alice, bob: network.pay(alice, bob, 101),
        Refusal.BALANCE_TOO_LOW,
    ),
    "nothing": (lambda network, alice, bob: network.pay(alice, bob, 0), Refusal.AMOUNT_NOT_VALID),
    "a negative amount": (
        lambda network, alice, bob: network.pay(alice, bob, -5),
        Refusal.AMOUNT_NOT_VALID,
    ),
    "more than can exist": (
        lambda network, alice, bob: network.pay(alice, bob, MORE_THAN_CAN_EXIST.value),
        Refusal.AMOUNT_NOT_VALID,
    ),
    "altered on the way": (
        lambda network, alice, bob: network.send(
            network.wallet.altered(network.signed(alice, alice, 30), bob)
        ),
        Refusal.SIGNATURE_DOES_NOT_FIT,
    ),
    "signed for another network": (
        lambda network, alice, bob: network.send(
            network.signed(alice, bob, 30, network="another-network-1")
        ),
        Refusal.SIGNATURE_DOES_NOT_FIT,
    ),
    "signed by somebody else": (
        lambda network, alice, bob: network.send(network.signed(alice, bob, 30, signer=bob)),
        Refusal.NOT_THE_OWNER,
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_payment_that_breaks_a_rule_is_refused_and_changes_nothing(
    shared: Started, attempt: str, needs: Needs
) -> None:
    if attempt in NEEDS:
        needs(NEEDS[attempt])
    make, reason = ATTEMPTS[attempt]
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    outcome = make(shared, alice, bob)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason, outcome.words
    shared.await_new_blocks()
    for node in shared.nodes:
        assert shared.client(node).balance(alice) == Coins(100)
        assert shared.client(node).balance(bob) == Coins(0)


@pytest.mark.parametrize("again_through", [0, -1], ids=["the same node", "another node"])
def test_a_payment_is_good_for_once(shared: Started, again_through: int, needs: Needs) -> None:
    needs(Capability.REPLAY_PROTECTION)
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    signed = shared.signed(alice, bob, 30)
    assert isinstance(shared.send(signed), Confirmed)
    for node in shared.nodes:
        shared.await_balance(node, bob, 30)
    again = shared.send(signed, shared.nodes[again_through])
    assert isinstance(again, Refused)
    assert again.reason is Refusal.ALREADY_MADE, again.words
    shared.await_new_blocks()
    assert shared.client(shared.nodes[0]).balance(bob) == Coins(30)
