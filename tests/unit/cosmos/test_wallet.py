"""Customers' accounts are their own, and what they sign can be checked by anybody."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cosmpy.crypto.keypairs import PublicKey
from cosmpy.protos.cosmos.bank.v1beta1.tx_pb2 import MsgSend
from cosmpy.protos.cosmos.crypto.secp256k1.keys_pb2 import PubKey
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import AuthInfo, SignDoc, TxBody, TxRaw

from support.domain import AccountName, Amount, EnvironmentProblem
from support.implementations.contract import Payment, Standing
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.keys import CustomerKey, PurseKeys
from support.implementations.cosmos.wallet import CosmosWallet
from support.topology import Topology

NETWORK = "accord-test-1"
STANDING = Standing((7, 3))


@pytest.fixture
def wallet(injective):
    return wallet_of(injective, 4)


def wallet_of(chain, purses):
    prefixes = chain.prefixes
    return CosmosWallet(chain, NETWORK, CustomerKey(prefixes), PurseKeys(prefixes, purses))


@pytest.fixture
def people(wallet):
    return [wallet.open_account(AccountName(name)) for name in ("Alice", "Bob", "Mallory")]


def signature_fits(wire, network, number=7):
    raw = TxRaw.FromString(wire)
    info = AuthInfo.FromString(raw.auth_info_bytes).signer_infos[0]
    key = PubKey.FromString(info.public_key.value).key
    document = SignDoc(
        body_bytes=raw.body_bytes,
        auth_info_bytes=raw.auth_info_bytes,
        chain_id=network,
        account_number=number,
    )
    return PublicKey(key).verify(document.SerializeToString(), raw.signatures[0])


def message(wire):
    body = TxBody.FromString(TxRaw.FromString(wire).body_bytes)
    return MsgSend.FromString(body.messages[0].value)


def test_a_signed_payment(wallet, people):
    alice, bob, _ = people
    signed = wallet.sign(Payment(alice, bob, Amount(30)), STANDING)
    sent = message(signed.wire)
    assert (sent.from_address, sent.to_address) == (alice.address, bob.address)
    assert [(coin.denom, coin.amount) for coin in sent.amount] == [("coin", "30")]
    info = AuthInfo.FromString(TxRaw.FromString(signed.wire).auth_info_bytes)
    assert info.signer_infos[0].sequence == 3
    assert info.fee.gas_limit == 200_000
    assert [(coin.denom, coin.amount) for coin in info.fee.amount] == [("inj", "32000000000000")]
    assert signed.receipt == hashlib.sha256(signed.wire).hexdigest().upper()
    assert signature_fits(signed.wire, NETWORK)
    assert not signature_fits(signed.wire, NETWORK, number=8)


@pytest.mark.parametrize("amount", [0, -5, 2**256])
def test_amounts_are_signed_as_they_are_asked_for(wallet, people, amount):
    alice, bob, _ = people
    signed = wallet.sign(Payment(alice, bob, Amount(amount)), STANDING)
    assert message(signed.wire).amount[0].amount == str(amount)


def test_signed_for_another_network(wallet, people):
    alice, bob, _ = people
    signed = wallet.sign(Payment(alice, bob, Amount(1)), STANDING, network="elsewhere-1")
    assert signature_fits(signed.wire, "elsewhere-1")
    assert not signature_fits(signed.wire, NETWORK)


def test_signed_by_someone_else_with_her_own_key(wallet, people):
    alice, _, mallory = people
    payment = Payment(alice, mallory, Amount(1))
    forged = wallet.sign(payment, STANDING, signer=mallory)
    own = wallet.sign(replace(payment, payer=mallory), STANDING)
    assert message(forged.wire).from_address == alice.address
    assert signature_fits(forged.wire, NETWORK)
    keys = [
        AuthInfo.FromString(TxRaw.FromString(wire).auth_info_bytes).signer_infos[0].public_key
        for wire in (forged.wire, own.wire)
    ]
    assert keys[0] == keys[1]


def test_altered_on_the_way(wallet, people):
    alice, bob, mallory = people
    signed = wallet.sign(Payment(alice, bob, Amount(1)), STANDING)
    altered = wallet.altered(signed, mallory)
    assert message(altered.wire).to_address == mallory.address
    assert altered.payment == Payment(alice, mallory, Amount(1))
    assert altered.receipt == hashlib.sha256(altered.wire).hexdigest().upper() != signed.receipt
    signatures = [TxRaw.FromString(one.wire).signatures for one in (signed, altered)]
    assert signatures[0] == signatures[1]
    assert not signature_fits(altered.wire, NETWORK)


def test_accounts_are_never_shared_even_between_threads(injective):
    wallet = wallet_of(injective, 40)
    with ThreadPoolExecutor(8) as pool:
        accounts = list(pool.map(wallet.open_account, [AccountName("Alice")] * 40))
    assert len({account.address for account in accounts}) == 40


def test_no_account_left(wallet, people):
    wallet.open_account(AccountName("Carol"))
    with pytest.raises(EnvironmentProblem, match="all its 4 prepared accounts are in use"):
        wallet.open_account(AccountName("Dave"))


def test_an_unheard_of_account_cannot_sign(wallet, people):
    ghost = wallet.unheard_of_account(AccountName("Ghost"))
    assert ghost.address.startswith("inj1")
    assert ghost.address != wallet.unheard_of_account(AccountName("Ghost")).address
    with pytest.raises(EnvironmentProblem, match="nobody has a key"):
        wallet.sign(Payment(ghost, people[0], Amount(1)), STANDING)


def test_one_wallet_per_network_and_none_for_networks_made_elsewhere(
    injective, implementation, program, plan, tmp_path
):
    blueprint = implementation.blueprint(Topology(1), plan, program)
    assert implementation.wallet(blueprint) is implementation.wallet(blueprint)
    with pytest.raises(EnvironmentProblem, match="made elsewhere"):
        CosmosImplementation(injective, cache=tmp_path).wallet(blueprint)


def test_no_key_shows(implementation, program, plan):
    blueprint = implementation.blueprint(Topology(1), plan, program)
    wallet = implementation.wallet(blueprint)
    alice = wallet.open_account(AccountName("Alice"))
    key = wallet._keys[alice.address]._key
    signed = wallet.sign(Payment(alice, alice, Amount(1)), STANDING)
    shown = " ".join(
        repr(thing)
        for thing in (
            blueprint, blueprint.nodes[0], implementation, wallet, wallet._keys, wallet._purses,
            alice, signed, key,
        )
    )  # fmt: skip
    secrets = [key.private_key, key.private_key_hex, str(wallet._purses._first)]
    secrets += [
        blueprint.nodes[0].files[path].decode()[-60:]
        for path in ("config/node_key.json", "config/priv_validator_key.json")
    ]
    assert not [secret for secret in secrets if secret in shown]
