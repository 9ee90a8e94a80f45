"""The keys of one network's customers, and addresses as Handshake writes them."""

from __future__ import annotations

import hashlib
import secrets

import bech32
from cosmpy.crypto.keypairs import PrivateKey
from ecdsa import SECP256k1

#: What addresses on regtest begin with, before the 1.
_PREFIX = "rs"
#: The kind of address that belongs to one key: its hash of 20 bytes.
_VERSION = 0
_HASH_SIZE = 20


class CustomerKey:
    """A secp256k1 key that signs for one address."""

    def __init__(self, key: PrivateKey | None = None) -> None:
        self._key = key or PrivateKey()
        self.public = bytes(self._key.public_key.public_key_bytes)

    @property
    def address(self) -> str:
        """The key's address on regtest, ``rs1q…``."""
        return written(address_hash(self.public))

    def sign(self, digest: bytes) -> bytes:
        """64 bytes, r and s, over a digest of 32 bytes; takes 0.5 ms.

        A node refuses the larger of the two possible s.
        """
        return bytes(self._key.sign_digest(digest))


class PurseKeys:
    """Keys for the purses that customers pay their fees from.

    Making a key takes 0.45 ms, which hundreds of purses cannot afford. So the keys are
    neighbours: the secret of each is that of the one before plus one, its public half one point
    addition further (0.05 ms). Who knows one knows all, and they all belong to one network of
    one run.
    """

    def __init__(self, count: int) -> None:
        self._first = 1 + secrets.randbelow(SECP256k1.order - count - 1)
        self.addresses = tuple(self._addresses(count))

    def key(self, index: int) -> CustomerKey:
        """The key behind ``addresses[index]``."""
        return CustomerKey(PrivateKey((self._first + index).to_bytes(32, "big")))

    def _addresses(self, count: int) -> list[str]:
        point = SECP256k1.generator * self._first
        addresses = []
        for _ in range(count):
            addresses.append(written(address_hash(bytes(point.to_bytes("compressed")))))
            point = point + SECP256k1.generator
        return addresses


def address_hash(public: bytes) -> bytes:
    """BLAKE2b of 160 bits over a compressed public key: what an address says about its owner."""
    return hashlib.blake2b(public, digest_size=_HASH_SIZE).digest()


def written(digest: bytes) -> str:
    """The address of an owner's hash."""
    return str(bech32.encode(_PREFIX, _VERSION, digest))


def read(address: str) -> bytes:
    """The owner's hash in an address that :func:`written` made."""
    _, digest = bech32.decode(_PREFIX, address)
    assert digest is not None, f"{address} is no address of ours"
    return bytes(digest)


def unowned_address() -> str:
    """An address that no key belongs to: 20 random bytes."""
    return written(secrets.token_bytes(_HASH_SIZE))
