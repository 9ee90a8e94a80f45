"""What a node says becomes a value of the domain, and nothing that it cannot mean does."""

from __future__ import annotations

import base64
import hashlib
import socket
import time

import pytest

from support.domain import (
    AccountName,
    BlockId,
    Coins,
    Confirmed,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Pending,
    Receipt,
    Refused,
)
from support.implementations.contract import Account, LateExecution, Nonsense, Standing, Unreachable
from support.implementations.cosmos.client import CosmosClient
from support.implementations.cosmos.rpc import Rpc

ALICE = Account(AccountName("Alice"), "inj1alice")


def test_status_is_one_request(node, client, recorded):
    node.says({**recorded["status"][0], "id": 0})
    status = client.status()
    assert status.height == 7
    assert status.tip.startswith("C7239ECC")
    assert not status.catching_up
    assert node.questions[0]["method"] == "status"


def test_status_before_the_first_block(node, client, recorded):
    node.says({**recorded["status before the first block"][0], "id": 0})
    assert client.status() == NodeStatus(Height(0), BlockId(""), True)


def test_a_block_that_could_not_be_written_is_not_there(node, client, recorded):
    """As seen with a full disk: the height of a block, and no hash of it."""
    status = recorded["status"][0]
    info = {**status["result"]["sync_info"], "latest_block_hash": ""}
    node.says({**status, "id": 0, "result": {**status["result"], "sync_info": info}})
    assert client.status() == NodeStatus(Height(6), BlockId(""), False)


def test_a_node_tells_its_own_time_and_the_date_of_its_newest_block(node, client, recorded):
    status = recorded["status"][0]
    info = {
        **status["result"]["sync_info"],
        "latest_block_time": "2026-11-24T23:18:50.39665994Z",
    }
    node.says({**status, "id": 0, "result": {**status["result"], "sync_info": info}})
    node.headers["X-Server-Time"] = "1795565928"
    assert client.time() == NodeTime(own=1795565928.0, newest_block=1795562330.396659)
    assert [question["method"] for question in node.questions] == ["status"]


@pytest.mark.parametrize(
    ("header", "date", "why"),
    [
        ("", "2026-11-24T23:18:50Z", "'' is no time"),
        ("soon", "2026-11-24T23:18:50Z", "'soon' is no time"),
        ("1795565928", "yesterday", "'yesterday' is no date"),
    ],
)
def test_a_time_that_is_none_is_nonsense(node, client, recorded, header, date, why):
    status = recorded["status"][0]
    info = {**status["result"]["sync_info"], "latest_block_time": date}
    node.says({**status, "result": {**status["result"], "sync_info": info}})
    node.headers["X-Server-Time"] = header
    with pytest.raises(Nonsense, match=why):
        client.time()


def block_with(*payments: bytes) -> dict[str, object]:
    txs = [base64.b64encode(payment).decode() for payment in payments]
    return {"jsonrpc": "2.0", "id": 0, "result": {"block": {"data": {"txs": txs}}}}


def results_of(*codes: int) -> dict[str, object]:
    told = [{"code": code, "codespace": "sdk" if code else "", "log": ""} for code in codes]
    return {"jsonrpc": "2.0", "id": 1, "result": {"txs_results": told}}


NOT_THERE = {
    "jsonrpc": "2.0",
    "id": 0,
    "error": {"code": -32603, "message": "Internal error", "data": "height 9 is not available"},
}


@pytest.mark.parametrize(
    ("block", "results", "outcome"),
    [
        (block_with(b"other", b"ours"), results_of(5, 0), Confirmed),
        (block_with(b"ours", b"other"), results_of(5, 0), Refused),
        (block_with(b"other"), results_of(0), Pending),
        (NOT_THERE, {**NOT_THERE, "id": 1}, Pending),
        (block_with(b"ours"), {**NOT_THERE, "id": 1}, Pending),
    ],
    ids=["it is there", "it was refused there", "it is not there", "no such block", "not executed"],
)
def test_a_payment_that_is_not_indexed_is_looked_up_in_its_block(
    node, client, recorded, block, results, outcome
):
    receipt = Receipt(hashlib.sha256(b"ours").hexdigest().upper())
    node.says(recorded["tx not found"])
    node.says([block, results])
    assert isinstance(client.outcome(receipt, at=Height(9)), outcome)
    looked = [(question["method"], question["params"]) for question in node.questions[1]]
    assert looked == [("block", {"height": "9"}), ("block_results", {"height": "9"})]


def test_a_payment_that_is_not_indexed_is_not_looked_for_everywhere(node, client, recorded):
    node.says(recorded["tx not found"])
    assert client.outcome(Receipt("AB" * 32)) == Pending()
    assert len(node.questions) == 1


def test_peers_go_by_the_names_of_the_blueprint(node, client, recorded):
    node.says(recorded["status"][1])
    assert client.peers() == {NodeName(f"node-{number}") for number in (2, 3, 4)}


def test_a_node_of_another_network_is_nonsense(node, recorded):
    node.says({**recorded["status"][0], "id": 0})
    with pytest.raises(Nonsense, match="not of accord-other-1"):
        CosmosClient("accord-other-1", node.endpoint, "coin").status()


def test_money_and_standing(node, client, recorded):
    for occasion in ("balance", "supply", "standing", "standing of an account unheard of"):
        node.says(recorded[occasion])
    assert client.balance(ALICE) == Coins(95)
    assert client.supply() == Coins(10**15)
    assert client.standing(ALICE) == Standing((5, 4))
    assert client.standing(ALICE) == Standing((0, 0))


def test_what_is_executed_is_told_by_the_program_of_the_node(node, client, recorded):
    assert isinstance(client, LateExecution)
    node.says(recorded["program"])
    node.says({"jsonrpc": "2.0", "id": 0, "result": {"response": {"data": "injective"}}})
    assert client.executed() == Height(185)
    assert client.executed() == Height(0)


def test_no_money_before_the_first_block(node, client, recorded):
    node.says(recorded["balance before the first block"])
    with pytest.raises(Unreachable, match="no first block"):
        client.balance(ALICE)


def test_blocks_over_several_answers_oldest_first(node, client, recorded):
    node.says(recorded["blocks 1 to 25"])
    ids = client.block_ids(Height(1), Height(25))
    assert len(set(ids)) == 25
    asked = [question["params"] for question in node.questions[0]]
    assert asked == [
        {"minHeight": "1", "maxHeight": "20"},
        {"minHeight": "21", "maxHeight": "25"},
    ]
    # The node answers newest first.
    metas = recorded["blocks 1 to 25"][0]["result"]["block_metas"]
    assert ids[:20] == tuple(meta["block_id"]["hash"] for meta in reversed(metas))


def test_blocks_of_one_answer_are_the_same_ones(node, client, recorded):
    node.says(recorded["blocks 1 to 25"])
    node.says(recorded["blocks 3 to 5"])
    assert client.block_ids(Height(1), Height(25))[2:5] == client.block_ids(Height(3), Height(5))


def test_no_blocks_asked_for(node, client):
    assert client.block_ids(Height(5), Height(4)) == ()
    assert node.questions == []


def test_a_missing_block_is_nonsense(node, client, recorded):
    node.says(recorded["blocks 3 to 5"])
    with pytest.raises(Nonsense, match="no block 6"):
        client.block_ids(Height(3), Height(6))


def test_blocks_to_come_are_nonsense(node, client, recorded):
    node.says(recorded["blocks to come"])
    with pytest.raises(Nonsense, match="min height 99999"):
        client.block_ids(Height(99999), Height(99999))


@pytest.mark.parametrize(
    "reply",
    [
        b"<html>502 Bad Gateway</html>",
        b'{"jsonrpc": "2.0", "id": 0, "resu',
        b"",
        b"[]",
        b"null",
        b"[1, 2]",
        b'{"result": {}}',
        b'[{"id": 0, "result": {}}, {"id": 1, "result": {}}]',
        b'[{"id": 0, "result": {}}, {"id": 0, "result": {}}]',
        b'[{"id": [], "result": {}}, {"id": {}, "result": {}}]',
        b'[{"id": 0, "error": "no"}, {"id": 1, "result": {}}]',
        b'[{"id": 0, "error": {"message": "no"}}, {"id": 1, "result": {}}]',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_nonsense_names_the_node_and_quotes_it_in_short(node, client, reply):
    node.sends(reply)
    with pytest.raises(Nonsense) as nonsense:
        client.status()
    assert node.endpoint in str(nonsense.value)
    assert len(str(nonsense.value)) < 300


@pytest.mark.parametrize(
    "response",
    [
        {"code": 0, "log": "", "value": "not base64!"},
        {"code": 0, "log": "", "value": "////"},
        {"code": 0, "log": "", "value": ""},
        {"code": 0, "log": "", "value": None},
        {"code": 18, "log": "invalid address"},
        {},
    ],
)
def test_a_balance_that_cannot_be_read_is_nonsense(node, client, response):
    node.says({"id": 0, "result": {"response": response}})
    with pytest.raises(Nonsense):
        client.balance(ALICE)


def test_heights_that_are_no_numbers_are_nonsense(node, client, recorded):
    status = recorded["status"][0]
    info = {**status["result"]["sync_info"], "latest_block_height": "many"}
    node.says({**status, "id": 0, "result": {**status["result"], "sync_info": info}})
    with pytest.raises(Nonsense, match="no number"):
        client.status()


def test_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Unreachable, match="Connection refused"):
            CosmosClient("n", f"127.0.0.1:{port}", "coin").status()


def test_a_frozen_node_is_unreachable_after_the_promised_time():
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        rpc = Rpc(f"127.0.0.1:{frozen.getsockname()[1]}", patience=0.1)
        started = time.monotonic()
        with pytest.raises(Unreachable, match="no answer in time"):
            rpc.ask("status")
        assert time.monotonic() - started < 1


def test_a_node_that_hangs_up_is_unreachable(node, client):
    node.sends(b'{"jsonrpc":', promised=500)
    with pytest.raises(Unreachable):
        client.outcome(Receipt("AB" * 32))


def test_one_connection_serves_many_questions_and_nothing_is_asked_twice(node, client, recorded):
    node.says({**recorded["status"][0], "id": 0})
    for _ in range(5):
        client.status()
    assert node.connections == 1
    assert len(node.questions) == 5


def test_a_proxy_of_the_environment_is_not_used(node, client, recorded, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    node.says({**recorded["status"][0], "id": 0})
    assert client.status().height == 7
