"""What the client makes of a node's answers, and which questions it asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Coins,
    Confirmed,
    Height,
    NodeName,
    Pending,
    Receipt,
    Refusal,
    Refused,
)
from support.implementations.contract import (
    Account,
    Nonsense,
    Payment,
    SignedPayment,
    Standing,
    Taken,
    Unanswered,
)
from support.implementations.etcd import bank
from support.implementations.etcd.client import EtcdClient
from support.implementations.etcd.wallet import EtcdWallet
from tests.unit.etcd.conftest import IDENTITY, kv, read, shown, text
from tests.unit.played_node import PlayedNode

ALICE = Account(AccountName("Alice"), "alice")
BOB = Account(AccountName("Bob"), "bob")
RECEIPT = Receipt("id-1")

LEADS = {"leader": "5", "raftIndex": "11", "raftAppliedIndex": "11"}
NO_LEADER = {"raftIndex": "11", "raftAppliedIndex": "11", "errors": ["etcdserver: no leader"]}
NOT_NOW = {"error": "etcdserver: request timed out", "code": 14}
NOT_NOW["message"] = NOT_NOW["error"]


def signed(amount: int = 30) -> SignedPayment:
    return EtcdWallet().sign(Payment(ALICE, BOB, Amount(amount)), Standing(()))


def network(name: str = IDENTITY) -> dict[str, object]:
    return shown(kv(bank.NETWORK, name))


# -- status


def test_the_newest_revision_is_the_newest_block(node: PlayedNode, client: EtcdClient) -> None:
    node.says(LEADS)
    node.says(read(shown(kv("pulse/node-1", "9"), kv("old", "1", modified=6)), network()))
    status = client.status()
    assert status.height == 6
    assert len(status.tip) == 64
    assert not status.catching_up


def test_a_node_without_a_leader_is_not_ready(node: PlayedNode, client: EtcdClient) -> None:
    node.says(NO_LEADER)
    node.says(read(shown(kv("a", "1")), network()))
    assert client.status().catching_up


def test_a_node_that_has_not_done_what_it_heard_of_is_not_ready(
    node: PlayedNode, client: EtcdClient
) -> None:
    node.says({**LEADS, "raftAppliedIndex": "10"})
    node.says(read(shown(kv("a", "1")), network()))
    assert client.status().catching_up


def test_an_empty_store_has_no_block(node: PlayedNode, client: EtcdClient) -> None:
    node.says(LEADS)
    node.says(read(shown(revision=1), shown(revision=1), revision=1))
    assert (client.status().height, client.status().tip) == (0, "")


def test_a_node_is_asked_about_itself_alone(node: PlayedNode, client: EtcdClient) -> None:
    node.says(LEADS)
    node.says(read(shown(kv("a", "1")), network()))
    client.status()
    ranges = [each["request_range"] for each in node.questions[-1]["success"]]
    assert all(each["serializable"] for each in ranges)


def test_a_node_of_another_network(node: PlayedNode, client: EtcdClient) -> None:
    node.says(LEADS)
    node.says(read(shown(kv("a", "1")), network("accord-other")))
    with pytest.raises(Nonsense, match=f"a node of accord-other, not of {IDENTITY}"):
        client.status()


# -- history


def events(*kvs: dict[str, object]) -> str:
    told = {"result": {"header": {"revision": "9"}, "events": [{"kv": each} for each in kvs]}}
    return json.dumps(told) + "\n"


def test_every_block_is_what_a_revision_wrote(node: PlayedNode, client: EtcdClient) -> None:
    created = json.dumps({"result": {"header": {"revision": "9"}, "created": True}}) + "\n"
    both = events(kv("a", "1", modified=2), kv("b", "1", modified=2))
    node.sends((created + both + events(kv("a", "2", modified=3))).encode())
    one, two = client.block_ids(Height(1), Height(2))
    assert one != two
    assert node.questions[0]["create_request"]["start_revision"] == "2"


def test_a_block_has_the_same_id_as_a_tip_and_in_a_history(
    node: PlayedNode, client: EtcdClient
) -> None:
    kvs = kv("b", "1", modified=7), kv("a", "1", modified=7)
    node.says(LEADS)
    node.says(read(shown(*kvs), network()))
    node.sends(events(*reversed(kvs)).encode())
    tip = client.status().tip
    assert client.block_ids(Height(6), Height(6)) == (tip,)


def test_a_block_that_is_missing(node: PlayedNode, client: EtcdClient) -> None:
    node.sends(events(kv("a", "1", modified=2), kv("a", "3", modified=4)).encode())
    with pytest.raises(Nonsense, match="asked for 1 to 3, no block 2"):
        client.block_ids(Height(1), Height(3))


def test_no_blocks_are_not_asked_for(node: PlayedNode, client: EtcdClient) -> None:
    assert client.block_ids(Height(3), Height(2)) == ()
    assert node.questions == []


# -- coins


def test_a_balance_is_what_all_nodes_agree_on(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown(kv(bank.account("alice"), "70")))
    assert client.balance(ALICE) == Coins(70)
    assert not node.questions[0]["serializable"]


def test_a_stale_balance_is_what_this_node_knows(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown())
    assert client.balance(ALICE, stale=True) == Coins(0)
    assert node.questions[0]["serializable"]


def test_the_supply_is_the_sum_of_all_accounts(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown(kv(bank.account("alice"), "70"), kv(bank.account("bob"), "30")))
    assert client.supply() == Coins(100)


# -- payments


def test_a_payment_reads_and_then_moves(node: PlayedNode, client: EtcdClient) -> None:
    node.says(read(shown(), shown(kv(bank.account("alice"), "100", modified=5)), shown()))
    node.says({**shown(), "succeeded": True})
    payment = signed()
    assert client.submit(payment) == Taken(payment.receipt)
    assert node.paths == ["/v3/kv/txn", "/v3/kv/txn"]


def test_a_payment_begins_again_when_an_account_has_changed(
    node: PlayedNode, client: EtcdClient
) -> None:
    for succeeded in ({}, {"succeeded": True}):
        node.says(read(shown(), shown(kv(bank.account("alice"), "100")), shown()))
        node.says({**shown(), **succeeded})
    assert isinstance(client.submit(signed()), Taken)
    assert len(node.questions) == 4


def test_a_payment_does_not_begin_again_for_ever(node: PlayedNode, client: EtcdClient) -> None:
    for _ in range(10):
        node.says(read(shown(), shown(kv(bank.account("alice"), "100")), shown()))
        node.says(shown())
    refused = client.submit(signed())
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.NODE_OVERLOADED


@pytest.mark.parametrize(
    ("amount", "held", "reason"),
    [
        (0, 100, Refusal.AMOUNT_NOT_VALID),
        (-5, 100, Refusal.AMOUNT_NOT_VALID),
        (2**256, 100, Refusal.AMOUNT_NOT_VALID),
        (101, 100, Refusal.BALANCE_TOO_LOW),
        (1, None, Refusal.BALANCE_TOO_LOW),
    ],
)
def test_a_payment_that_breaks_a_rule_writes_nothing(
    node: PlayedNode, client: EtcdClient, amount: int, held: int | None, reason: Refusal
) -> None:
    accounts = [] if held is None else [kv(bank.account("alice"), str(held))]
    node.says(read(shown(), shown(*accounts), shown()))
    refused = client.submit(signed(amount))
    assert isinstance(refused, Refused)
    assert refused.reason is reason
    assert len(node.questions) == 1


def test_a_payment_that_was_made_is_not_made_again(node: PlayedNode, client: EtcdClient) -> None:
    payment = signed()
    made = kv(bank.payment(payment.receipt), "{}")
    node.says(read(shown(made), shown(kv(bank.account("alice"), "100")), shown()))
    refused = client.submit(payment)
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.ALREADY_MADE


def test_a_payment_is_confirmed_in_the_block_that_wrote_it_down(
    node: PlayedNode, client: EtcdClient
) -> None:
    node.says(shown(kv(bank.payment(RECEIPT), "{}", created=9, modified=9)))
    assert client.outcome(RECEIPT) == Confirmed(RECEIPT, Height(8))


def test_a_payment_that_a_node_does_not_know(node: PlayedNode, client: EtcdClient) -> None:
    node.says(shown())
    assert client.outcome(RECEIPT) == Pending()


# -- what goes wrong


ASKED: list[Callable[[EtcdClient], object]] = [
    lambda client: client.balance(ALICE),
    lambda client: client.submit(signed()),
    lambda client: client.make_block(),
    lambda client: client.begin(),
]


@pytest.mark.parametrize("ask", ASKED)
def test_without_the_others_a_node_gives_no_answer_for_sure(
    node: PlayedNode, client: EtcdClient, ask: Callable[[EtcdClient], object]
) -> None:
    node.says(NOT_NOW, code=503)
    with pytest.raises(Unanswered, match="could not do it now: etcdserver: request timed out"):
        ask(client)


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    "answer", [b"<html>", b'{"header":', b"[]", b'{"error": "x", "code": 3, "message": "x"}']
)
def test_an_answer_that_makes_no_sense_names_the_node(
    node: PlayedNode, client: EtcdClient, ask: Callable[[EtcdClient], object], answer: bytes
) -> None:
    node.sends(answer, code=500 if b"error" in answer else 200)
    with pytest.raises(Nonsense, match=node.endpoint):
        ask(client)


def test_nothing_has_a_date(client: EtcdClient) -> None:
    with pytest.raises(BadRequest, match="etcd dates nothing"):
        client.time()


# -- the cluster


def members(*names: str) -> dict[str, object]:
    return {
        "members": [
            {
                "ID": str(number),
                **({"name": name} if name else {}),
                "peerURLs": [f"http://{number}"],
            }
            for number, name in enumerate(names, start=1)
        ]
    }


def test_peers_are_those_whose_connection_is_in_use(node: PlayedNode, client: EtcdClient) -> None:
    metric = 'etcd_network_active_peers{{Local="1",Remote="{}"}} {}\n'
    node.sends("".join(metric.format(*each) for each in ((2, 1), (3, 0), ("a", 1))).encode())
    node.says(members("node-1", "node-2", "node-3", *[""] * 6, "node-10"))
    assert client.peers() == {NodeName("node-2"), NodeName("node-10")}


def test_a_member_is_exchanged(node: PlayedNode, client: EtcdClient) -> None:
    node.says(members("node-1", "node-2"))
    node.says({})
    node.says({})
    client.exchange(NodeName("node-2"), "http://2")
    assert node.paths[1:] == ["/v3/cluster/member/remove", "/v3/cluster/member/add"]
    assert node.questions[1:] == [{"ID": "2"}, {"peerURLs": ["http://2"]}]


def test_the_second_half_of_an_exchange(node: PlayedNode, client: EtcdClient) -> None:
    node.says(members("node-1"))
    node.says({})
    client.exchange(NodeName("node-2"), "http://2")
    assert node.paths[1:] == ["/v3/cluster/member/add"]


def test_an_exchange_that_was_made(node: PlayedNode, client: EtcdClient) -> None:
    node.says(members("node-1", ""))
    client.exchange(NodeName("node-2"), "http://2")
    assert len(node.paths) == 1


def test_keys_are_written_as_the_gateway_wants_them(node: PlayedNode, client: EtcdClient) -> None:
    node.says({})
    client.make_block()
    assert node.questions[0]["key"] == text("pulse/node-1")
