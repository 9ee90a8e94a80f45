"""For `-D implementation=tests.planted.handshake_mines_on_a_stale_tip`."""

from tests.planted.handshake import MinesOnAStaleTip

IMPLEMENTATION = MinesOnAStaleTip
