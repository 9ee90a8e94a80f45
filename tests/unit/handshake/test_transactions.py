"""Addresses, transactions and signatures are those that hsd itself makes of the same things."""

from __future__ import annotations

import pytest
from cosmpy.crypto.keypairs import PrivateKey

from support.implementations.handshake.keys import (
    CustomerKey,
    PurseKeys,
    address_hash,
    read,
    unowned_address,
    written,
)
from support.implementations.handshake.transactions import (
    Outpoint,
    Output,
    Transaction,
    understood,
    writable,
)

KEYS = [CustomerKey(PrivateKey(bytes([number]) * 32)) for number in (1, 2, 3)]

#: By hsd 8.0.0's KeyRing and MTX, from the same three keys, inputs and outputs.
ADDRESSES = [
    "rs1qwysk9xupgrhnkvnqz3wjlndxuglnduxpc4eygf",
    "rs1qme834r7vl7c73a70f7jypkeuj5pa5wgfzhemlz",
    "rs1qlcumt4rqxz7n0wmj4lpagqjn6un8k4vpf3uunj",
]
HASH = "5defd77d6b087a269597f435f8a843b8ee007b4552ad10f65a0d8462bd082be5"
WIRE = (
    "0000000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00000000ffffffff"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2c010000ffffffff"
    "03e09304000000000000147121629b8140ef3b3260145d2fcda6e23f36f0c10000"
    "60ae0a00000000000014de4f1a8fccffb1e8f7cf4fa440db3c9503da39090000"
    "cf174c00000000000014fe39b5d46030bd37bb72afc3d40253d7267b55810000"
    "00000000"
    "0241763c300530ad8c0b2831117ef0d58f50df5307822b726b76dafd370d3f9777b734486f28e7bcc47aab6ebfd2"
    "bd980dc51943785ece76ec26cb24d05081f53d0a01"
    "21031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f"
    "02417b47d3231f166aef7a6489354af2197ca164184029700b52eb1045481e9e3cd57c1c8b6eff475f936967f6de"
    "82e275a7b07332251e308c2c174f6519c470815901"
    "21024d4b6cd1361032ca9bd2aeb9d900aa4d45d9ead80ac9423374c451a7254d0766"
)


@pytest.fixture
def transaction():
    owners = [read(address) for address in ADDRESSES]
    unsigned = Transaction(
        inputs=(Outpoint(b"\xaa" * 32, 0), Outpoint(b"\xbb" * 32, 300)),
        outputs=tuple(
            Output(value, owner)
            for value, owner in zip((300_000, 700_000, 4_986_831), owners, strict=True)
        ),
    )
    return unsigned.signed([(1_000_000, owners[0], KEYS[0]), (4_987_431, owners[1], KEYS[1])])


def test_addresses_are_those_of_hsd():
    assert [key.address for key in KEYS] == ADDRESSES
    assert [read(address) for address in ADDRESSES] == [address_hash(key.public) for key in KEYS]
    assert [written(read(address)) for address in ADDRESSES] == ADDRESSES


def test_a_signed_transaction_is_what_hsd_makes_of_it_to_the_byte(transaction):
    assert transaction.hash.hex() == HASH
    assert transaction.written().hex() == WIRE


def test_a_transaction_is_understood(transaction):
    assert understood(bytes.fromhex(WIRE)) == transaction


def test_many_inputs_and_outputs_are_understood():
    many = Transaction(
        inputs=tuple(Outpoint(bytes(32), index) for index in range(300)),
        outputs=tuple(Output(index, bytes(20)) for index in range(260)),
        witnesses=((b"s" * 65, b"k" * 33),) * 300,
    )
    assert understood(many.written()) == many


def test_a_transaction_is_known_without_its_signatures(transaction):
    unsigned = Transaction(transaction.inputs, transaction.outputs)
    assert unsigned.hash == transaction.hash


@pytest.mark.parametrize(
    ("value", "on_the_wire"),
    [
        (0, 0),
        (-50_000, 2**64 - 50_000),
        (2**53 - 1, 2**53 - 1),
        (2**256 * 10_000, 2**53 - 1),
    ],
)
def test_an_amount_that_cannot_be_written_becomes_the_nearest_that_can(value, on_the_wire):
    assert writable(value) == on_the_wire
    assert understood(Transaction((), (Output(on_the_wire, bytes(20)),)).written())


def test_purses_are_opened_by_the_keys_of_their_addresses():
    purses = PurseKeys(5)
    assert len(set(purses.addresses)) == 5
    assert [purses.key(index).address for index in range(5)] == list(purses.addresses)


def test_nobody_owns_an_unowned_address():
    assert unowned_address().startswith("rs1q")
    assert unowned_address() != unowned_address()
