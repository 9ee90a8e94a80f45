"""What a node says of the past becomes a value, and that it does not know is one as well."""

from __future__ import annotations

import base64

import pytest
from cosmpy.protos.cosmos.bank.v1beta1.query_pb2 import QueryBalanceResponse
from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin

from support.domain import AccountName, Coins, Computed, Forgotten, Height, StateId
from support.implementations.contract import Account, Nonsense, Unreachable

ALICE = Account(AccountName("Alice"), "inj1alice")

#: As seen of injective 1.20.1: a block that was forgotten, one of before a copy of the ledger, one
#: that is still to come.
FORGOTTEN = (
    "failed to load state at height 5; version mismatch on immutable IAVL tree; version does not "
    "exist. Version has either been pruned, or is for a future block height (latest height: 45)"
)
NEVER_HAD = "failed to load state at height 5; no commit info found (latest height: 73)"
FUTURE = "cannot query with height in the future; please provide a valid height: invalid height"


def answers(code: int, log: str = "", value: str = "") -> dict[str, object]:
    response = {"code": code, "log": log, "value": value}
    return {"jsonrpc": "2.0", "id": 0, "result": {"response": response}}


def held(coins: int) -> str:
    balance = QueryBalanceResponse(balance=Coin(denom="coin", amount=str(coins)))
    return base64.b64encode(balance.SerializeToString()).decode()


def test_a_past_balance_is_asked_for_with_its_height(node, client):
    node.says(answers(0, value=held(70)))
    assert client.past_balance(ALICE, Height(5)) == Coins(70)
    assert node.questions[0]["params"]["height"] == "5"


@pytest.mark.parametrize("words", [FORGOTTEN, NEVER_HAD])
def test_a_node_that_no_longer_knows_says_so(node, client, words):
    node.says(answers(18, words))
    assert client.past_balance(ALICE, Height(5)) == Forgotten(words)


def test_another_question_that_makes_no_sense_is_not_taken_for_a_short_memory(node, client):
    node.says(answers(18, "invalid request"))
    with pytest.raises(Nonsense):
        client.past_balance(ALICE, Height(5))


def test_a_block_that_is_still_to_come_may_be_asked_about_later(node, client):
    node.says(answers(26, FUTURE))
    with pytest.raises(Unreachable, match="has not executed block 5 yet"):
        client.past_balance(ALICE, Height(5))


def test_the_digest_of_the_ledger_is_that_of_headers(node, client):
    response = {
        "last_block_height": "46",
        "last_block_app_hash": base64.b64encode(bytes.fromhex("45AF")).decode(),
    }
    node.says({"jsonrpc": "2.0", "id": 0, "result": {"response": response}})
    assert client.computed() == Computed(Height(46), StateId("45AF"))


def test_a_ledger_before_the_first_block_is_none(node, client):
    response = {"data": "injective", "last_block_app_hash": "47DEQpj8HBSa"}
    node.says({"jsonrpc": "2.0", "id": 0, "result": {"response": response}})
    with pytest.raises(Unreachable, match="no block yet"):
        client.computed()


def test_what_was_agreed_on_is_in_the_next_block(node, client):
    node.says({"jsonrpc": "2.0", "id": 0, "result": {"header": {"app_hash": "45AF"}}})
    assert client.agreed_state(Height(46)) == StateId("45AF")
    assert node.questions[0]["params"]["height"] == "47"


def test_a_node_says_from_where_on_it_has_blocks(node, client):
    sync = {"earliest_block_height": "61"}
    node.says({"jsonrpc": "2.0", "id": 0, "result": {"sync_info": sync}})
    assert client.first_block() == Height(61)
