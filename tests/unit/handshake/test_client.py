"""What a node says becomes a value of the domain, and nothing that it cannot mean does."""

from __future__ import annotations

import socket

import pytest

from support.domain import (
    AccountName,
    Blocks,
    Coins,
    Confirmed,
    Height,
    NodeName,
    NodeTime,
    Pending,
    Receipt,
)
from support.implementations.contract import Account, Nonsense, Unreachable
from support.implementations.handshake.client import HandshakeClient
from support.implementations.handshake.coins import COIN
from support.implementations.handshake.unspent import from_standing

RECEIPT = Receipt("c87de02d2bc1a5e5a12a4327eea72a4651e115d4df3eeae8efe37e71f5509de3")


def changed(replies, number, **fields):
    """The recorded answers with some fields of one result changed."""
    (batch,) = replies
    result = batch[number]["result"]
    part = {**result, **fields} if isinstance(result, dict) else [{**result[0], **fields}]
    return [*batch[:number], {**batch[number], "result": part}, *batch[number + 1 :]]


def test_status_is_one_request(node, client, says):
    says("status")
    status = client.status()
    assert (status.height, status.catching_up) == (7, False)
    assert status.tip.startswith("3e79e304")
    assert [call["method"] for call in node.questions[0]] == ["getblockchaininfo", "getpeerinfo"]


def test_two_connections_to_a_peer_are_one_peer(node, client, recorded):
    (batch,) = recorded["status with one peer"]
    told = batch[1]
    assert len(told["result"]) > 1, "recorded when two nodes had called each other"
    node.says({**told, "id": 0})
    assert len(client.peers()) == 1


@pytest.mark.parametrize("told", [{"startingheight": 8}, {"bestheight": 8}])
def test_who_has_been_told_of_a_greater_height_is_catching_up(node, client, recorded, told):
    node.says(changed(recorded["status"], 1, **told))
    assert client.status().catching_up


def test_a_peer_that_has_not_told_its_name_yet_is_none(node, client, recorded):
    for agent in (None, "/hsd:8.0.0/"):
        told = changed(recorded["status"], 1, subver=agent)[1]
        node.says({**told, "id": 0})
        assert client.peers() == frozenset()


def test_peers_go_by_the_names_of_the_blueprint(client, says):
    says("peers")
    assert client.peers() == {NodeName("node-2"), NodeName("node-3")}


def test_a_node_of_another_network_is_nonsense(client, says):
    says("status of a stranger")
    with pytest.raises(Nonsense, match="it is a node of simnet, not of regtest"):
        client.status()


def test_a_node_tells_its_own_time_and_the_date_of_its_newest_block(node, client, says):
    says("time")
    assert client.time() == NodeTime(own=1795577873.0, newest_block=1795577871.0)
    assert node.paths == ["/", "/"]
    assert node.questions[1]["method"] == "getblockheader"


def test_a_balance_is_what_blocks_hold(client, alice, says):
    says("balance while the deposit waits", "balance")
    assert client.balance(alice) == Coins(0)
    assert client.balance(alice, stale=True) == Coins(100)


def test_what_a_waiting_payment_spends_is_still_there(client, says, recorded):
    """The treasury has signed a deposit, which no block has yet."""
    says("treasury while the deposit waits")
    spent = recorded["treasury while the deposit waits"][2]["inputs"][0]["coin"]
    assert client.balance(Account(AccountName("the treasury"), spent["address"])) == Coins(10**6)


def test_a_part_of_a_coin_is_nonsense(node, client, alice, recorded):
    before, coins, after = recorded["balance"]
    for reply in (before, [{**coins[0], "value": COIN + 1}], after):
        node.says(reply)
    with pytest.raises(Nonsense, match="no whole number of coins"):
        client.balance(alice)


def test_a_balance_of_no_address_is_nonsense(client, alice, says):
    says("balance of no address")
    with pytest.raises(Nonsense, match="Encoding failed"):
        client.balance(alice)


def test_supply_is_what_the_treasury_was_given(client, says):
    says("supply")
    assert client.supply() == Coins(10**6)


@pytest.mark.parametrize(
    ("height", "value", "coins"),
    [
        (0, 2_002_210_000, 0),
        (2, 6_002_210_000, 200_000),
        (2501, 5_002_002_210_000, 10**6),
        (9, 20_002_210_000 - 3 * COIN, 10**6 - 3),
        (9, 20_002_210_000 - 1, 10**6 - 1),
        (9, 20_002_210_000 + 5 * COIN, 10**6 + 5),
    ],
)
def test_supply_shows_what_was_lost_or_made(node, client, height, value, coins):
    node.says({"chain": {"height": height, "state": {"value": value}}})
    assert client.supply() == Coins(coins)


def test_a_supply_below_nothing_is_nonsense(node, client):
    node.says({"chain": {"height": 9, "state": {"value": 5}}})
    with pytest.raises(Nonsense, match="is missing"):
        client.supply()


def test_a_standing_is_what_can_be_spent_and_the_purse(client, alice, says):
    says("standing")
    own, purse = from_standing(client.standing(alice))
    assert (own.value, own.waiting, own.purse) == (100 * COIN, False, False)
    assert own.outpoint.transaction.hex() == RECEIPT
    assert purse.purse
    assert purse.value > 4_900_000


def test_confirmed_by_enough_blocks_and_not_before(client, says):
    says("unknown", "waiting", "one block", "confirmed")
    assert [client.outcome(RECEIPT) for _ in range(3)] == [Pending()] * 3
    assert client.outcome(RECEIPT) == Confirmed(RECEIPT, Height(8))


def test_one_block_is_enough_where_that_is_asked_for(node, wallet, recorded):
    found, header = recorded["confirmed"]
    node.says({**found, "result": {**found["result"], "confirmations": 1}})
    node.says(header)
    client = HandshakeClient(node.endpoint, wallet, Blocks(1))
    assert isinstance(client.outcome(RECEIPT), Confirmed)


def test_a_payment_whose_block_has_just_left_the_main_chain_is_pending(node, client, recorded):
    node.says(recorded["confirmed"][0])
    node.says(recorded["header of a lost block"][0])
    assert client.outcome(RECEIPT) == Pending()


def test_a_block_is_made_for_nobody(node, client, says):
    says("make block", "make block")
    client.make_block()
    client.make_block()
    method, (count, owner) = node.questions[0]["method"], node.questions[0]["params"]
    assert (method, count) == ("generatetoaddress", 1)
    assert owner.startswith("rs1q")
    assert node.questions[1]["params"][1] == owner


def test_blocks_oldest_first(node, client, says):
    says("blocks 3 to 6")
    ids = client.block_ids(Height(3), Height(6))
    assert len(set(ids)) == 4
    assert ids[0].startswith("0f9ded3f")
    assert [call["params"] for call in node.questions[1]] == [[3], [4], [5], [6]]


def test_no_blocks_asked_for(node, client):
    assert client.block_ids(Height(5), Height(4)) == ()
    assert node.questions == []


def test_blocks_to_come_are_nonsense(client, says):
    says("blocks to come")
    with pytest.raises(Nonsense, match=r"asked for blocks 99 to 99\): Block height out of range"):
        client.block_ids(Height(99), Height(99))


def test_blocks_that_a_node_has_shown_and_given_up_are_none(client, says):
    says("status", "blocks to come")
    shown = client.status().height
    assert client.block_ids(shown, shown) == ()


@pytest.mark.parametrize(
    "reply",
    [
        b"<html>502 Bad Gateway</html>",
        b'[{"id": 0, "resu',
        b"",
        b"[]",
        b"null",
        b"[1, 2]",
        b'{"result": {}}',
        b'[{"id": 0, "result": {}}, {"id": 1, "result": []}]',
        b'[{"id": 0, "result": {}}, {"id": 0, "result": []}]',
        b'[{"id": 0, "error": "no"}, {"id": 1, "result": []}]',
        b'[{"id": 0, "error": {"message": "no"}}, {"id": 1, "result": []}]',
        b'[{"id": 0, "result": {"chain": "regtest", "blocks": "many"}}, {"id": 1, "result": []}]',
        b"\xff\xfe\x00",
    ],
)
def test_nonsense_names_the_node_and_quotes_it_in_short(node, client, reply):
    node.sends(reply)
    with pytest.raises(Nonsense) as nonsense:
        client.status()
    assert node.endpoint in str(nonsense.value)
    assert len(str(nonsense.value)) < 300


@pytest.mark.parametrize(
    "coins",
    [
        {},
        [1],
        [{"hash": "zz", "index": 0, "height": 1, "value": COIN}],
        [{"hash": "ab", "index": 0, "height": 1, "value": COIN}],
        [{"hash": "ab" * 32, "index": 0, "height": 1}],
    ],
)
def test_coins_that_cannot_be_read_are_nonsense(node, client, alice, recorded, coins):
    before, _, after = recorded["balance"]
    for reply in (before, coins, after):
        node.says(reply)
    with pytest.raises(Nonsense):
        client.balance(alice)


def test_nobody_listens(wallet):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = HandshakeClient(f"127.0.0.1:{unused.getsockname()[1]}", wallet, Blocks(3))
        for ask in (client.status, client.make_block, client.begin, client.supply):
            with pytest.raises(Unreachable, match="Connection refused"):
                ask()
