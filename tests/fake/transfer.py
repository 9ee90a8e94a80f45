"""A payment as it travels through a simulated network, and whether its signature fits.

The signature is a digest that anybody could make: it tells an altered payment from an honest
one, as the features need it, and protects nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from support.domain import Receipt


@dataclass(frozen=True)
class Transfer:
    """``sequence`` is how many payments the payer had made when this one was signed."""

    payer: str
    payee: str
    amount: int
    sequence: int
    public_key: str
    signature: str

    def to_wire(self) -> bytes:
        """The bytes that are sent to a node."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def from_wire(cls, wire: bytes) -> Transfer:
        """What :meth:`to_wire` made; :class:`ValueError` when it is something else."""
        try:
            return cls(**json.loads(wire))
        except TypeError as error:
            raise ValueError(f"not a transfer: {error}") from error

    def is_signed_by_the_payer(self) -> bool:
        """Whether the key is the one that the payer's address was made from."""
        return self.payer.rpartition("-")[2] == _digest(self.public_key)

    def is_signed_for(self, network: str) -> bool:
        """Whether nothing was altered since it was signed for ``network``."""
        return self.signature == _signature(
            self.public_key, network, self.payer, self.payee, self.amount, self.sequence
        )


def signed_transfer(
    *, key: str, network: str, payer: str, payee: str, amount: int, sequence: int
) -> Transfer:
    """A transfer from ``payer``, signed with ``key``, valid in ``network`` only."""
    signature = _signature(key, network, payer, payee, amount, sequence)
    return Transfer(payer, payee, amount, sequence, key, signature)


def address_of(prefix: str, key: str) -> str:
    """The address that belongs to a key."""
    return f"{prefix}-{_digest(key)}"


def receipt_of(wire: bytes) -> Receipt:
    """The name by which every node knows a payment."""
    return Receipt(hashlib.sha256(wire).hexdigest())


def _signature(key: str, *signed: object) -> str:
    return _digest(json.dumps([key, *signed]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
