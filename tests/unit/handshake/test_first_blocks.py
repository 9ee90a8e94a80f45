"""A network is given its first blocks once, however often that is asked for."""

from __future__ import annotations

import pytest

from support.implementations.contract import Nonsense
from support.implementations.handshake.transactions import understood

COINBASE = "ab" * 32


def answer(result):
    return {"id": 0, "result": result, "error": None}


NOT_FOUND = {"id": 0, "result": None, "error": {"message": "Transaction not found.", "code": -1}}


def calls(node):
    return [(call["method"], call.get("params")) for call in node.questions if "method" in call]


def owners(node):
    return [params[1] for method, params in calls(node) if method == "generatetoaddress"]


def test_from_nothing(node, client, wallet, says):
    says("begin")
    client.begin()
    treasury = wallet.treasury.address
    assert owners(node)[:6] == [wallet.fees, *[treasury] * 5]
    assert len(owners(node)) == 7
    assert owners(node)[6] not in (wallet.fees, treasury)


def test_purses_are_filled_from_what_the_first_block_made(node, client, wallet):
    for reply in (answer(6), answer({"tx": [COINBASE]}), NOT_FOUND, {"success": True}, answer([])):
        node.says(reply)
    client.begin()
    sent = next(question["tx"] for question in node.questions if "tx" in question)
    assert understood(bytes.fromhex(sent)) == wallet.filled_purses(bytes.fromhex(COINBASE))
    assert len(owners(node)) == 1


def test_nothing_is_done_twice(node, client, recorded):
    height, block, found = recorded["begin again"]
    for reply in (height, block, found):
        node.says(reply)
    client.begin()
    assert owners(node) == []
    assert node.paths == ["/"] * 3


@pytest.mark.parametrize("height", range(6))
def test_a_beginning_that_was_broken_off_is_taken_up(node, client, wallet, height):
    node.says(answer(height))
    for _ in range(6 - height):
        node.says(answer([]))
    for reply in (answer({"tx": [COINBASE]}), answer({"confirmations": 0}), answer([])):
        node.says(reply)
    client.begin()
    assert owners(node)[:-1] == [wallet.fees, *[wallet.treasury.address] * 5][height:]
    assert "/broadcast" not in node.paths, "it waits already"


def test_an_error_is_nonsense(node, client):
    node.says({"id": 0, "result": None, "error": {"message": "Invalid address.", "code": -5}})
    with pytest.raises(Nonsense, match="Invalid address"):
        client.begin()
