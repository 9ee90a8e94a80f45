"""The bank's transactions: what they compare, and that coins only move."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.implementations.contract import Nonsense
from support.implementations.etcd import bank
from support.implementations.etcd.bank import Entry, Transfer

PAYER, PAYEE = "alice", "bob"


def entry(address: str, coins: int, modified: int = 5) -> Entry:
    return Entry(bank.account(address), str(coins), 2, modified, 1)


def transfer(amount: int = 30, payee: str = PAYEE) -> Transfer:
    return Transfer("id-1", PAYER, payee, amount)


def written(body: Any) -> dict[str, str]:
    """Key -> value of everything that a transaction writes."""
    puts = [each["request_put"] for each in body["success"]]
    return {bank.decoded(put["key"]): bank.decoded(put["value"]) for put in puts}


def compared(body: Any) -> dict[str, dict[str, str]]:
    """Key -> what it is compared with."""
    return {bank.decoded(each["key"]): each for each in body["compare"]}


def test_a_payment_moves_coins_and_is_written_down() -> None:
    body = bank.moving(transfer(), entry(PAYER, 100), entry(PAYEE, 5))
    assert written(body)[bank.account(PAYER)] == "70"
    assert written(body)[bank.account(PAYEE)] == "35"
    assert Transfer.from_wire(written(body)[bank.payment("id-1")].encode()) == transfer()


def test_nothing_may_have_changed_since_it_was_read() -> None:
    comparisons = compared(bank.moving(transfer(), entry(PAYER, 100, 8), entry(PAYEE, 5, 9)))
    assert comparisons[bank.account(PAYER)]["mod_revision"] == "8"
    assert comparisons[bank.account(PAYEE)]["mod_revision"] == "9"
    assert comparisons[bank.payment("id-1")]["create_revision"] == "0"
    assert {each["result"] for each in comparisons.values()} == {"EQUAL"}


def test_an_account_that_nobody_knew_must_still_be_unknown() -> None:
    body = bank.moving(transfer(), entry(PAYER, 100), None)
    assert compared(body)[bank.account(PAYEE)]["create_revision"] == "0"
    assert written(body)[bank.account(PAYEE)] == "30"


def test_a_payment_to_oneself_is_written_down_and_moves_nothing() -> None:
    alice = entry(PAYER, 100, 8)
    body = bank.moving(transfer(payee=PAYER), alice, alice)
    assert set(written(body)) == {bank.payment("id-1")}
    assert compared(body)[bank.account(PAYER)]["mod_revision"] == "8"


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(1, 10**15))
def test_no_coin_is_made_or_lost(payer: int, payee: int, amount: int) -> None:
    body = bank.moving(transfer(amount), entry(PAYER, payer), entry(PAYEE, payee))
    after = written(body)
    assert int(after[bank.account(PAYER)]) + int(after[bank.account(PAYEE)]) == payer + payee


def test_a_network_is_opened_once() -> None:
    body = bank.opening("accord-1")
    assert compared(body)[bank.NETWORK]["create_revision"] == "0"
    assert written(body) == {
        bank.NETWORK: "accord-1",
        bank.account(bank.TREASURY): str(bank.SUPPLY),
    }


@given(st.text())
def test_what_is_encoded_can_be_decoded(words: str) -> None:
    assert bank.decoded(bank.encoded(words)) == words


def test_an_account_that_holds_something_else_than_coins() -> None:
    with pytest.raises(Nonsense, match="bank/account/bob holds 'many'"):
        bank.held(Entry(bank.account("bob"), "many", 1, 1, 1))


def test_all_accounts_and_nothing_else_are_asked_for() -> None:
    body = bank.every(bank.ACCOUNTS)
    assert bank.decoded(str(body["key"])) == "bank/account/"
    assert bank.decoded(str(body["range_end"])) == "bank/account0"
