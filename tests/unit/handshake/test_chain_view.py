"""What takes several questions is read at one moment, or read again."""

from __future__ import annotations

import pytest

from support.implementations.contract import Nonsense, Unreachable
from support.implementations.handshake.chain_view import ChainView, Moment
from support.implementations.handshake.rpc import Rpc

ADDRESS = "rs1qalice"
OURS, OTHERS = "aa" * 32, "bb" * 32


def moment(tip, *waiting):
    return [
        {"id": 0, "result": tip, "error": None},
        {"id": 1, "result": list(waiting), "error": None},
    ]


def coin(number, value, height=5):
    return {"hash": f"{number:02x}" * 32, "index": 0, "height": height, "value": value}


def spending(number, value, address=ADDRESS):
    prevout = {"hash": f"{number:02x}" * 32, "index": 0}
    return {"inputs": [{"prevout": prevout, "coin": {"address": address, "value": value}}]}


UNSPENT_IN_BLOCKS = {"id": 0, "result": {"value": 1}, "error": None}
SPENT_IN_BLOCKS = {"id": 0, "result": None, "error": None}


@pytest.fixture
def view(node):
    return ChainView(Rpc(node.endpoint, patience=0.5))


@pytest.fixture
def held(view):
    def read():
        return view.while_untouched([ADDRESS], lambda now: view.confirmed(ADDRESS, now))

    return read


@pytest.fixture
def plays(node):
    def replies(*each):
        for reply in each:
            node.says(reply)

    return replies


def test_what_a_block_has_torn_is_read_again(plays, held):
    plays(
        moment("tip 1"), [coin(1, 100)], moment("tip 2"), [coin(1, 100), coin(2, 5)],
        moment("tip 2"),
    )  # fmt: skip
    assert held() == 105


def test_what_a_payment_has_torn_is_read_again(plays, held):
    plays(
        moment("tip"), [], moment("tip", OURS), spending(1, 100),
        [], UNSPENT_IN_BLOCKS, moment("tip", OURS),
    )  # fmt: skip
    assert held() == 100


def test_a_payment_of_others_tears_nothing(node, plays, held):
    plays(
        moment("tip"), [coin(1, 100)], moment("tip", OTHERS), spending(2, 50, "rs1qbob"),
    )  # fmt: skip
    assert held() == 100
    assert len(node.questions) == 4


def test_a_payment_that_comes_and_goes_may_have_torn_anything(node, plays, held):
    plays(moment("tip"), [], moment("tip", OTHERS))
    node.sends(b"", code=404)
    plays([coin(1, 100)])
    node.sends(b"", code=404)
    plays(moment("tip"), [coin(1, 100)], moment("tip"))
    assert held() == 100


def test_blocks_are_told_of_while_one_is_the_newest(view, plays):
    tips = [{"id": 0, "result": tip, "error": None} for tip in ("one", "two", "two")]
    plays(*tips)
    readings = iter(["torn", "whole"])
    assert view.while_no_block_came(lambda: next(readings)) == "whole"


def test_an_error_in_a_torn_reading_is_none(plays, held):
    plays(
        moment("tip 1"), {"error": {"message": "Assertion failed."}}, moment("tip 2"),
        [coin(2, 5)], moment("tip 2"),
    )  # fmt: skip
    assert held() == 5


def test_an_answer_that_is_not_there_in_a_torn_reading_is_none(node, plays, held):
    plays(moment("tip", OURS), [coin(1, 100)])
    node.sends(b"", code=404)
    plays(moment("tip 2"), [coin(2, 30)], moment("tip 2"))
    assert held() == 30


def test_an_error_at_rest_is_one(node, plays, held):
    plays(moment("tip", OURS), [coin(1, 100)])
    node.sends(b"", code=404)
    plays(moment("tip", OURS))
    with pytest.raises(Nonsense, match="HTTP 404"):
        held()


def test_a_node_that_never_rests_cannot_be_read(view, monkeypatch):
    tips = map(str, range(10**9))
    monkeypatch.setattr(view, "_moment", lambda: Moment(next(tips), frozenset()))
    with pytest.raises(Unreachable, match="did not rest long enough to be read"):
        view.while_untouched([ADDRESS], lambda _: None)


def test_coins_of_waiting_payments_do_not_count(plays, held):
    plays(moment("tip"), [coin(1, 100), coin(2, 7, height=-1)], moment("tip"))
    assert held() == 100


def test_what_others_spend_is_not_ours(plays, held):
    plays(moment("tip", OTHERS), [coin(1, 100)], spending(2, 50, "rs1qbob"), moment("tip", OTHERS))
    assert held() == 100


def test_what_only_waits_itself_is_in_no_block(plays, held):
    """A payment that spends what another waiting payment gives back."""
    first, second = "01" * 32, "02" * 32
    now = moment("tip", first, second)
    replies = {first: spending(9, 100), second: spending(1, 70)}
    order = frozenset({first, second})
    plays(now, [], *(replies[payment] for payment in order), UNSPENT_IN_BLOCKS, now)
    assert held() == 100


def test_a_payment_that_a_block_has_just_taken_in_hides_nothing(plays, held):
    """A node's payments go on waiting for a moment after the block is its newest."""
    now = moment("tip", OURS)
    plays(now, [coin(1, 70), coin(1, 70, height=-1)], spending(9, 100), SPENT_IN_BLOCKS, now)
    assert held() == 70


def test_a_waiting_payment_is_looked_up_once(node, plays, held):
    now = moment("tip", OURS)
    plays(now, [], spending(9, 100), UNSPENT_IN_BLOCKS, now)
    plays(now, [], UNSPENT_IN_BLOCKS, now)
    assert [held(), held()] == [100, 100]
    assert node.paths.count(f"/tx/{OURS}") == 1
