"""A node's own log tells that its peers would not have it."""

from __future__ import annotations

#: From the log of a real node that was told to join four nodes of another network.
TURNED_AWAY = (
    "9:06PM INF Error reconnecting to peer. Trying again "
    "addr=8c838e7a753b2ccd67aa19460df78c7a10044310@127.0.0.1:48475 "
    'err="incompatible: peer is on a different network. Got accord-41e936b4-1, expected '
    'stranger-c383535a-1" module=p2p tries=0'
)
#: From the same log, before anybody had answered.
NOT_YET = (
    "9:06PM INF Reconnecting to peer "
    "addr=2e082a451781c63b0b2872f37b09174b4cf7d81f@127.0.0.1:56129 module=p2p"
)


def test_turned_away_for_being_of_another_network(implementation):
    assert implementation.turned_away(f"{NOT_YET}\n{TURNED_AWAY}\n")


def test_not_turned_away_yet(implementation):
    assert not implementation.turned_away(NOT_YET)
    assert not implementation.turned_away("")
