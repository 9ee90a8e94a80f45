"""For `-D implementation=tests.planted.handshake_confirms_at_once`."""

from tests.planted.handshake import ConfirmsAtOnce

IMPLEMENTATION = ConfirmsAtOnce
