"""Customers' accounts are their own, coins are exact, and fees come out of purses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from support.domain import AccountName, Amount, EnvironmentProblem
from support.implementations.contract import Payment, SignedPayment
from support.implementations.handshake.coins import COIN, REWARD
from support.implementations.handshake.implementation import HandshakeImplementation
from support.implementations.handshake.keys import address_hash, read
from support.implementations.handshake.transactions import Outpoint, Output, understood, writable
from support.implementations.handshake.unspent import Unspent, as_standing, from_standing
from support.implementations.handshake.wallet import HandshakeWallet
from support.topology import Topology

PURSE = Unspent(Outpoint(b"\x01" * 32, 7), 5_000_000, waiting=False, purse=True)


def coins(number, amount, *, waiting=False):
    return Unspent(Outpoint(bytes([number]) * 32, 0), amount * COIN, waiting)


HUNDRED = coins(2, 100)


@pytest.fixture
def people(wallet):
    return [wallet.open_account(AccountName(name)) for name in ("Alice", "Bob", "Mallory")]


@pytest.fixture
def alice_pays(wallet, people):
    def pays(amount, *outputs, **how):
        payment = Payment(people[0], people[1], Amount(amount))
        signed = wallet.sign(payment, as_standing([*outputs, PURSE]), **how)
        return understood(signed.wire)

    return pays


def keys_of(transaction):
    return [address_hash(key) for _, key in transaction.witnesses]


def test_a_payment_to_the_coin(wallet, people, alice_pays):
    alice, bob, _ = people
    transaction = alice_pays(30, HUNDRED)
    assert transaction.inputs == (HUNDRED.outpoint, PURSE.outpoint)
    assert transaction.outputs == (
        Output(30 * COIN, read(bob.address)),
        Output(70 * COIN, read(alice.address)),
        Output(5_000_000 - 500, read(wallet.purse_of(alice))),
    )
    assert keys_of(transaction) == [read(alice.address), read(wallet.purse_of(alice))]


def test_all_coins_are_paid_and_nothing_comes_back_but_the_purse(wallet, people, alice_pays):
    transaction = alice_pays(100, HUNDRED)
    assert [output.value for output in transaction.outputs] == [100 * COIN, 5_000_000 - 400]


def test_more_than_there_is_is_asked_of_the_node_all_the_same(alice_pays):
    transaction = alice_pays(101, HUNDRED)
    paid = sum(output.value for output in transaction.outputs)
    assert paid > HUNDRED.value + PURSE.value


def test_who_has_no_coins_pays_with_the_purse_alone(alice_pays):
    transaction = alice_pays(1)
    assert transaction.inputs == (PURSE.outpoint,)
    assert sum(output.value for output in transaction.outputs) > PURSE.value


@pytest.mark.parametrize("amount", [0, -5, 2**256])
def test_amounts_are_signed_as_they_are_asked_for(alice_pays, amount):
    transaction = alice_pays(amount, HUNDRED)
    assert transaction.outputs[0] == understood(transaction.written()).outputs[0]
    assert transaction.outputs[0].value == writable(amount * COIN)
    assert HUNDRED.outpoint in transaction.inputs


def test_small_outputs_go_first_and_waiting_ones_last(alice_pays):
    waiting, small, large = coins(3, 1, waiting=True), coins(4, 5), coins(5, 50)
    assert alice_pays(7, waiting, large, small).inputs[:-1] == (small.outpoint, large.outpoint)
    assert alice_pays(5, waiting, large, small).inputs[:-1] == (small.outpoint,)
    assert alice_pays(56, waiting, large, small).inputs[2] == waiting.outpoint


def test_of_too_many_small_outputs_the_largest_are_taken(alice_pays):
    many = [coins(number, number) for number in range(2, 150)]
    transaction = alice_pays(10_000, *many)
    assert len(transaction.inputs) == 91
    assert many[-1].outpoint in transaction.inputs
    fee = PURSE.value - transaction.outputs[-1].value
    assert fee < COIN


@pytest.mark.parametrize("inputs", [1, 5, 90])
def test_the_fee_is_what_a_node_asks_for_and_less_than_a_coin(alice_pays, inputs):
    transaction = alice_pays(inputs, *[coins(number + 2, 1) for number in range(inputs)])
    size = len(replace(transaction, witnesses=()).written())
    signatures = len(transaction.written()) - size
    fee = PURSE.value - transaction.outputs[-1].value
    assert size + signatures / 4 <= fee < COIN


def test_signed_by_someone_else_with_her_own_key(people, alice_pays):
    _, _, mallory = people
    forged = alice_pays(1, HUNDRED, signer=mallory)
    assert keys_of(forged) == [read(mallory.address)] * 2
    assert forged.hash == alice_pays(1, HUNDRED).hash


def test_a_signature_is_for_every_network(alice_pays):
    assert alice_pays(1, HUNDRED, network="elsewhere") == alice_pays(1, HUNDRED)


def test_altered_on_the_way(wallet, people):
    alice, bob, mallory = people
    signed = wallet.sign(Payment(alice, bob, Amount(30)), as_standing([HUNDRED, PURSE]))
    altered = wallet.altered(signed, mallory)
    before, after = understood(signed.wire), understood(altered.wire)
    assert after.outputs[0] == Output(30 * COIN, read(mallory.address))
    assert after.outputs[1:] == before.outputs[1:]
    assert after.witnesses == before.witnesses
    assert altered.payment == Payment(alice, mallory, Amount(30))
    assert altered.receipt == after.hash.hex() != signed.receipt


def test_a_standing_is_nothing_but_numbers():
    outputs = [HUNDRED, coins(3, 1, waiting=True), PURSE]
    standing = as_standing(outputs)
    assert all(type(fact) is int for fact in standing.facts)
    assert from_standing(standing) == outputs


def test_what_others_paid_is_not_spent_before_a_block_has_it(wallet, people):
    alice, bob, _ = people
    signed = wallet.sign(Payment(alice, bob, Amount(30)), as_standing([HUNDRED, PURSE]))
    change = Unspent(Outpoint(bytes.fromhex(signed.receipt), 1), 70 * COIN, waiting=True)
    paid = Unspent(Outpoint(bytes.fromhex(signed.receipt), 0), 30 * COIN, waiting=True)
    assert wallet.usable(alice, [HUNDRED, change]) == [HUNDRED, change]
    assert wallet.usable(bob, [paid]) == []
    assert wallet.usable(bob, [replace(paid, waiting=False)]) != []


def test_purses_are_filled_from_the_first_block(wallet):
    filled = wallet.filled_purses(b"\x05" * 32)
    assert filled.inputs == (Outpoint(b"\x05" * 32, 0),)
    assert keys_of(filled) == [read(wallet.fees)]
    owners = [output.owner for output in filled.outputs]
    assert owners[0] == read(wallet.purse_of(wallet.treasury))
    assert len(set(owners)) == 5
    first = wallet.open_account(AccountName("Alice"))
    assert owners[1] == read(wallet.purse_of(first))
    fee = REWARD - sum(output.value for output in filled.outputs)
    size = len(replace(filled, witnesses=()).written())
    assert size + (len(filled.written()) - size) / 4 <= fee < COIN


def test_accounts_are_never_shared_even_between_threads():
    wallet = HandshakeWallet("accord-test", purses=40)
    with ThreadPoolExecutor(8) as pool:
        accounts = list(pool.map(wallet.open_account, [AccountName("Alice")] * 40))
    assert len({account.address for account in accounts}) == 40
    assert len({wallet.purse_of(account) for account in accounts}) == 40


def test_no_account_left(wallet, people):
    wallet.open_account(AccountName("Carol"))
    with pytest.raises(EnvironmentProblem, match="all its 4 purses for fees are in use"):
        wallet.open_account(AccountName("Dave"))


def test_an_unheard_of_account_cannot_sign(wallet, people):
    ghost = wallet.unheard_of_account(AccountName("Ghost"))
    assert ghost.address.startswith("rs1q")
    assert ghost.address != wallet.unheard_of_account(AccountName("Ghost")).address
    assert wallet.purse_of(ghost) is None
    with pytest.raises(EnvironmentProblem, match="nobody has a key"):
        wallet.sign(Payment(ghost, people[0], Amount(1)), as_standing([]))


def test_one_wallet_per_network_and_none_for_networks_made_elsewhere(
    implementation, plan, tmp_path
):
    blueprint = implementation.blueprint(Topology(1), plan, None)
    assert implementation.wallet(blueprint) is implementation.wallet(blueprint)
    with pytest.raises(EnvironmentProblem, match="made elsewhere"):
        HandshakeImplementation(cache=tmp_path).wallet(blueprint)


def test_no_key_shows(implementation, plan):
    blueprint = implementation.blueprint(Topology(1), plan, None)
    wallet = implementation.wallet(blueprint)
    alice = wallet.open_account(AccountName("Alice"))
    owner = wallet._owners[alice.address]
    signed: SignedPayment = wallet.sign(
        Payment(alice, alice, Amount(1)), as_standing([HUNDRED, PURSE])
    )
    shown = " ".join(
        repr(thing)
        for thing in (
            blueprint, blueprint.nodes[0], implementation, wallet, wallet._owners, wallet._purses,
            alice, owner, owner.key, signed,
        )
    )  # fmt: skip
    secrets = [owner.key._key.private_key_hex, str(wallet._purses._first)]
    secrets += [blueprint.nodes[0].files["regtest/key"].decode().strip()]
    assert not [secret for secret in secrets if secret in shown]
