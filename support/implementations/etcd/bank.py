"""The bank that etcd keeps: which keys there are, and the transactions that move coins.

Every account is a key with its balance, every payment a key with what was paid. A payment is one
transaction: it compares that the payment is not there yet and that neither account has changed
since it was read, and then writes all three keys. So it happens once or not at all, also when it
is sent again because an answer was lost.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.implementations.contract import Nonsense

#: All coins that will ever exist; the treasury holds them at the start.
SUPPLY = 10**15
TREASURY = "treasury"

#: The key that holds the name of the network.
NETWORK = "bank/network"
ACCOUNTS = "bank/account/"
_PAYMENTS = "bank/payment/"
#: What nodes write now and then, so that the store has a pulse when nobody pays.
_PULSES = "pulse/"

Body = Mapping[str, object]


@dataclass(frozen=True)
class Entry:
    """A key as a node shows it: its text, and the revisions that made and last changed it."""

    key: str
    value: str
    created: int
    modified: int
    version: int


@dataclass(frozen=True)
class Transfer:
    """One payment as it goes to a node; ``identity`` is the customer's own, made up once."""

    identity: str
    payer: str
    payee: str
    amount: int

    def to_wire(self) -> bytes:
        """JSON."""
        return json.dumps(vars(self), sort_keys=True).encode()

    @classmethod
    def from_wire(cls, wire: bytes) -> Transfer:
        """What :meth:`to_wire` wrote."""
        return cls(**json.loads(wire))


def account(address: str) -> str:
    """The key of an account."""
    return ACCOUNTS + address


def payment(identity: str) -> str:
    """The key of a payment."""
    return _PAYMENTS + identity


def pulse(node: str) -> str:
    """The key that one node writes when its turn to make a block has come."""
    return _PULSES + node


# -- requests to the JSON gateway


def one(key: str, *, stale: bool = False) -> Body:
    """A range of one key; ``stale`` asks this node alone."""
    return {"key": encoded(key), "serializable": stale}


def every(prefix: str) -> Body:
    """A range of all keys that begin with ``prefix``."""
    return {"key": encoded(prefix), "range_end": encoded(_after(prefix))}


def opening(network: str) -> Body:
    """Gives the treasury all coins, unless it has ever had any."""
    return {
        "compare": [_is_absent(NETWORK)],
        "success": [_put(NETWORK, network), _put(account(TREASURY), str(SUPPLY))],
    }


def reading(transfer: Transfer) -> Body:
    """Reads payment, payer and payee at one moment."""
    keys = (payment(transfer.identity), account(transfer.payer), account(transfer.payee))
    return {"success": [{"request_range": one(key)} for key in keys]}


def moving(transfer: Transfer, payer: Entry, payee: Entry | None) -> Body:
    """Moves the coins, if nothing has changed since ``payer`` and ``payee`` were read."""
    compare = [_is_absent(payment(transfer.identity)), _is_unchanged(payer)]
    success = [_put(payment(transfer.identity), transfer.to_wire().decode())]
    if transfer.payer != transfer.payee:
        to = account(transfer.payee)
        compare.append(_is_unchanged(payee) if payee else _is_absent(to))
        success.append(_put(payer.key, str(held(payer) - transfer.amount)))
        success.append(_put(to, str(held(payee) + transfer.amount)))
    return {"compare": compare, "success": success}


# -- answers


def held(entry: Entry | None) -> int:
    """The coins of an account; of one that is not there, none."""
    if entry is None:
        return 0
    if not entry.value.isdecimal():
        raise Nonsense(f"{entry.key} holds {entry.value!r}, which is no number of coins")
    return int(entry.value)


def entries(kvs: Sequence[Mapping[str, object]]) -> list[Entry]:
    """Keys out of an answer. Raises KeyError, TypeError or ValueError for what are none."""
    return [
        Entry(
            key=decoded(str(kv["key"])),
            value=decoded(str(kv.get("value", ""))),
            created=int(str(kv.get("create_revision", 0))),
            modified=int(str(kv["mod_revision"])),
            version=int(str(kv.get("version", 0))),
        )
        for kv in kvs
    ]


def encoded(text: str) -> str:
    """As the gateway wants keys and values."""
    return base64.b64encode(text.encode()).decode()


def decoded(text: str) -> str:
    """What :func:`encoded` made. Raises ValueError for what it did not make."""
    return base64.b64decode(text, validate=True).decode()


def _after(prefix: str) -> str:
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _put(key: str, value: str) -> dict[str, object]:
    return {"request_put": {"key": encoded(key), "value": encoded(value)}}


def _is_absent(key: str) -> dict[str, object]:
    return {"key": encoded(key), "target": "CREATE", "result": "EQUAL", "create_revision": "0"}


def _is_unchanged(entry: Entry) -> dict[str, object]:
    return {
        "key": encoded(entry.key),
        "target": "MOD",
        "result": "EQUAL",
        "mod_revision": str(entry.modified),
    }
