"""What goes over the wire: transactions, what is signed of them, and the names they go by."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from support.implementations.handshake.keys import CustomerKey, read

#: Sign all inputs and all outputs.
_ALL = 1
_FINAL = 0xFFFFFFFF
#: What stands before a number that needs two bytes instead of one.
_TWO_BYTES = 0xFD
#: Numbers have 64 bits on the wire, and hsd is written in JavaScript, which keeps 53 of them.
_BEYOND = 2**64
_LARGEST_READ = 2**53 - 1


@dataclass(frozen=True)
class Outpoint:
    """An output of a transaction, as those that spend it name it; ``transaction`` is its hash."""

    transaction: bytes
    index: int

    def written(self) -> bytes:
        return self.transaction + struct.pack("<I", self.index)


@dataclass(frozen=True)
class Output:
    """An amount in dollarydoos and whose it is from now on; a plain payment, no bid for a name."""

    value: int
    owner: bytes

    def written(self) -> bytes:
        address = bytes([0, len(self.owner)]) + self.owner
        return struct.pack("<Q", self.value) + address + b"\0\0"


@dataclass(frozen=True)
class Transaction:
    """Inputs in order, outputs in order, and a witness (signature and public key) to each input."""

    inputs: tuple[Outpoint, ...]
    outputs: tuple[Output, ...]
    witnesses: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def hash(self) -> bytes:
        """32 bytes by which it is known; signatures are not part of it."""
        return _blake2b(self._unsigned())

    def written(self) -> bytes:
        """All of it, as nodes exchange it."""
        witnesses = [
            _count(2) + _count(len(signature)) + signature + _count(len(key)) + key
            for signature, key in self.witnesses
        ]
        return self._unsigned() + b"".join(witnesses)

    def signed(self, spent: Sequence[tuple[int, bytes, CustomerKey]]) -> Transaction:
        """With a witness to each input: its value, its owner, and the key that signs for it.

        The key may be another one than the owner's; a node will say what it thinks of that.
        """
        witnesses = [
            (key.sign(self._digest(index, value, owner)) + bytes([_ALL]), key.public)
            for index, (value, owner, key) in enumerate(spent)
        ]
        return replace(self, witnesses=tuple(witnesses))

    def paying(self, index: int, address: str) -> Transaction:
        """The same with another owner of one output, its witnesses as they are."""
        outputs = list(self.outputs)
        outputs[index] = Output(outputs[index].value, read(address))
        return replace(self, outputs=tuple(outputs))

    def _unsigned(self) -> bytes:
        inputs = [spent.written() + struct.pack("<I", _FINAL) for spent in self.inputs]
        outputs = [output.written() for output in self.outputs]
        return b"".join(
            [
                struct.pack("<I", 0),
                _count(len(inputs)),
                *inputs,
                _count(len(outputs)),
                *outputs,
                struct.pack("<I", 0),
            ]
        )

    def _digest(self, index: int, value: int, owner: bytes) -> bytes:
        """What the signature of one input is over: BIP 143's list of fields, by BLAKE2b."""
        script = _pays_to_hash(owner)
        return _blake2b(
            b"".join(
                [
                    struct.pack("<I", 0),
                    _blake2b(b"".join(spent.written() for spent in self.inputs)),
                    _blake2b(struct.pack("<I", _FINAL) * len(self.inputs)),
                    self.inputs[index].written(),
                    _count(len(script)) + script,
                    struct.pack("<Q", value),
                    struct.pack("<I", _FINAL),
                    _blake2b(b"".join(output.written() for output in self.outputs)),
                    struct.pack("<I", 0),
                    struct.pack("<I", _ALL),
                ]
            )
        )


def writable(amount: int) -> int:
    """The amount, or where it cannot be written the nearest that can.

    For a negative one that is what a computer takes it for that knows no signs (2**64 - 5 for -5),
    for one that is too large the largest that hsd reads.
    """
    return min(amount, _LARGEST_READ) % _BEYOND


def understood(wire: bytes) -> Transaction:
    """A transaction that :meth:`Transaction.written` wrote."""
    reader = _Reader(wire)
    reader.take(4)
    inputs = [reader.outpoint() for _ in range(reader.count())]
    outputs = [reader.output() for _ in range(reader.count())]
    reader.take(4)
    witnesses = [reader.witness() for _ in inputs]
    return Transaction(tuple(inputs), tuple(outputs), tuple(witnesses))


class _Reader:
    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._at = 0

    def take(self, size: int) -> bytes:
        self._at += size
        return self._wire[self._at - size : self._at]

    def count(self) -> int:
        first = self.take(1)[0]
        return first if first < _TWO_BYTES else int.from_bytes(self.take(2), "little")

    def outpoint(self) -> Outpoint:
        spent = Outpoint(self.take(32), int.from_bytes(self.take(4), "little"))
        self.take(4)
        return spent

    def output(self) -> Output:
        value = int.from_bytes(self.take(8), "little")
        owner = self.take(self.take(2)[1])
        self.take(2)
        return Output(value, owner)

    def witness(self) -> tuple[bytes, bytes]:
        self.count()
        return self.take(self.count()), self.take(self.count())


def _pays_to_hash(owner: bytes) -> bytes:
    """The script of an address of one key: DUP BLAKE160 (its hash) EQUALVERIFY CHECKSIG."""
    return bytes([0x76, 0xC0, len(owner)]) + owner + bytes([0x88, 0xAC])


def _count(number: int) -> bytes:
    if number < _TWO_BYTES:
        return bytes([number])
    return bytes([_TWO_BYTES]) + struct.pack("<H", number)


def _blake2b(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=32).digest()
