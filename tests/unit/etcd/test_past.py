"""What a store was at an earlier revision, as a node of etcd tells it."""

from __future__ import annotations

import pytest

from support.domain import AccountName, Coins, Forgotten, Height
from support.implementations.contract import Account, Nonsense, Unreachable
from support.implementations.etcd.client import EtcdClient
from tests.unit.etcd.conftest import kv, shown
from tests.unit.played_node import PlayedNode

ALICE = Account(AccountName("Alice"), "alice")


def out_of_range(words: str) -> dict[str, object]:
    return {"error": words, "message": words, "code": 11}


def test_a_block_is_a_revision_less_one(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown(kv("bank/account/alice", "70")))
    assert client.past_balance(ALICE, Height(6)) == Coins(70)
    assert node.questions[0]["revision"] == "7"
    assert node.questions[0]["serializable"]


def test_who_was_not_there_held_nothing(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown())
    assert client.past_balance(ALICE, Height(6)) == Coins(0)


def test_all_coins_of_a_moment(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown(kv("bank/account/alice", "70"), kv("bank/account/bob", "30")))
    assert client.past_supply(Height(6)) == Coins(100)


def test_what_was_thrown_away_is_forgotten(node: PlayedNode, client: EtcdClient) -> None:
    words = "etcdserver: mvcc: required revision has been compacted"
    node.says(out_of_range(words), code=400)
    assert client.past_balance(ALICE, Height(6)) == Forgotten(words)


def test_what_is_still_to_come_may_be_asked_later(node: PlayedNode, client: EtcdClient) -> None:
    words = "etcdserver: mvcc: required revision is a future revision"
    node.says(out_of_range(words), code=400)
    with pytest.raises(Unreachable, match="has no revision 7 yet"):
        client.past_balance(ALICE, Height(6))


def test_any_other_error_is_nonsense(node: PlayedNode, client: EtcdClient) -> None:
    node.says({"message": "no", "code": 3}, code=400)
    with pytest.raises(Nonsense):
        client.past_balance(ALICE, Height(6))


def test_the_digest_of_all_accounts_is_the_state(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown(kv("bank/account/alice", "70")))
    node.says(shown(kv("bank/account/alice", "71")))
    before = client.agreed_state(Height(6))
    assert before != client.agreed_state(Height(6))
    assert node.questions[-1]["revision"] == "7"
