"""Why a node said no: from the codes of Cosmos SDK and CometBFT to the words of the features."""

from __future__ import annotations

import re

from support.domain import Receipt, Refusal, Refused

#: The codes of Cosmos SDK's own codespace (its types/errors) that features have words for.
_SDK = {
    4: Refusal.SIGNATURE_DOES_NOT_FIT,
    5: Refusal.BALANCE_TOO_LOW,
    8: Refusal.NOT_THE_OWNER,
    10: Refusal.AMOUNT_NOT_VALID,
    19: Refusal.ALREADY_MADE,
    20: Refusal.NODE_OVERLOADED,
}
_WRONG_SEQUENCE = 32
_SEQUENCES = re.compile(r"expected (\d+), got (\d+)")

#: An amount of more than 256 bits is not even read, so it has no code of its own.
_TOO_LARGE_TO_READ = re.compile(r"integer out of range.*tx parse error", re.DOTALL)

#: CometBFT 1.0 has lanes in its mempool, and names the one that is full.
_NO_ROOM = re.compile(r"(?:mempool|lane \S+) is full: ")

#: How the RPC port of CometBFT 1.0 wraps what the application said at the door.
_AT_THE_DOOR = re.compile(
    r"is invalid: code=(?P<code>\d+), data=.*?, log='(?P<words>.*)', codespace='(?P<space>[^']*)'",
    re.DOTALL,
)


def refused_in_block(codespace: str, code: int, words: str, receipt: Receipt) -> Refused:
    """The refusal behind the code that a block keeps for a transaction."""
    return Refused(_reason(codespace, code, words), _printable(words), receipt)


def refused_at_the_door(words: str, receipt: Receipt) -> Refused:
    """The refusal behind an error of ``broadcast_tx_sync``; ``words`` are all the node says."""
    door = _AT_THE_DOOR.search(words)
    if door:
        return refused_in_block(door["space"], int(door["code"]), door["words"], receipt)
    return Refused(_reason_of_mempool(words), _printable(words), receipt)


def _reason(codespace: str, code: int, words: str) -> Refusal:
    if _TOO_LARGE_TO_READ.search(words):
        return Refusal.AMOUNT_NOT_VALID
    if codespace != "sdk":
        return Refusal.SOMETHING_ELSE
    if code == _WRONG_SEQUENCE:
        return _reason_of_sequence(words)
    return _SDK.get(code, Refusal.SOMETHING_ELSE)


def _reason_of_sequence(words: str) -> Refusal:
    # An account's payments are numbered. A number that is used up means a payment made before;
    # one that is yet to come means that others are missing.
    sequences = _SEQUENCES.search(words)
    if sequences and int(sequences[2]) < int(sequences[1]):
        return Refusal.ALREADY_MADE
    return Refusal.SOMETHING_ELSE


def _reason_of_mempool(words: str) -> Refusal:
    if "tx already exists in cache" in words:
        return Refusal.ALREADY_MADE
    if "node is catching up" in words:
        return Refusal.NODE_NOT_READY
    if _NO_ROOM.search(words):
        return Refusal.NODE_OVERLOADED
    return Refusal.SOMETHING_ELSE


def _printable(words: str) -> str:
    """The node quotes raw bytes of addresses, which no terminal should have to show."""
    return "".join(sign if sign.isprintable() and sign != "\ufffd" else "?" for sign in words)
