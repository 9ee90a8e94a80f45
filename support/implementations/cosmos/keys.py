"""The keys of one network: made for it, kept in memory, never shown."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cosmpy.crypto.address import Address
from cosmpy.crypto.hashfuncs import ripemd160
from cosmpy.crypto.keypairs import PrivateKey
from ecdsa import SECP256k1
from nacl.signing import SigningKey

from support.implementations.cosmos.chain import Prefixes


class CustomerKey:
    """A secp256k1 key that signs for one account of a chain with these ``prefixes``."""

    def __init__(self, prefixes: Prefixes, key: PrivateKey | None = None) -> None:
        self._prefixes = prefixes
        self._key = key or PrivateKey()
        self.public = bytes(self._key.public_key.public_key_bytes)
        self._digest = _account_digest(self.public)

    @property
    def address(self) -> str:
        """The account's address, ``cosmos1…``."""
        return encoded(self._prefixes.account, self._digest)

    @property
    def operator_address(self) -> str:
        """The same key's address as a validator, ``cosmosvaloper1…``."""
        return encoded(self._prefixes.validator, self._digest)

    def sign(self, document: bytes) -> bytes:
        """64 bytes, r and s; the node refuses the larger of the two possible s."""
        return bytes(self._key.sign(document))


class NodeKey:
    """An ed25519 key: what a node shows to its peers, or what a validator signs votes with."""

    def __init__(self) -> None:
        self._key = SigningKey.generate()
        self.public = bytes(self._key.verify_key)

    @property
    def id(self) -> str:
        """40 hexadecimal digits in lower case, CometBFT's name for the owner of the key."""
        return node_id(self.public)

    def written(self) -> str:
        """Private and public half, in base64, as the node's own files hold them."""
        return base64.b64encode(bytes(self._key) + self.public).decode()


class PurseKeys:
    """Keys for accounts that are in the genesis and that nobody uses yet.

    Making a key takes 0.45 ms, which hundreds of accounts cannot afford. So the keys are
    neighbours: the secret of each is that of the one before plus one, its public half one point
    addition further (0.05 ms). Who knows one knows all, and they all belong to one network of
    one run.
    """

    def __init__(self, prefixes: Prefixes, count: int) -> None:
        self._prefixes = prefixes
        self._first = 1 + secrets.randbelow(SECP256k1.order - count - 1)
        self.addresses = tuple(self._addresses(count))

    def key(self, index: int) -> CustomerKey:
        """The key behind ``addresses[index]``."""
        return CustomerKey(self._prefixes, PrivateKey((self._first + index).to_bytes(32, "big")))

    def _addresses(self, count: int) -> list[str]:
        point = SECP256k1.generator * self._first
        addresses = []
        for _ in range(count):
            digest = _account_digest(bytes(point.to_bytes("compressed")))
            addresses.append(encoded(self._prefixes.account, digest))
            point = point + SECP256k1.generator
        return addresses


def node_id(public: bytes) -> str:
    """The first 20 bytes of the hash of an ed25519 public key, as CometBFT writes ids."""
    return hashlib.sha256(public).hexdigest()[:40]


def unowned_address(prefixes: Prefixes) -> str:
    """An address that no key belongs to: 20 random bytes."""
    return encoded(prefixes.account, secrets.token_bytes(20))


def module_address(prefixes: Prefixes, module: str) -> str:
    """The account of a part of the chain itself, which Cosmos SDK names after the part."""
    return encoded(prefixes.account, hashlib.sha256(module.encode()).digest()[:20])


def encoded(prefix: str, digest: bytes) -> str:
    """Bech32, the way Cosmos chains write addresses."""
    return str(Address(digest, prefix))


def _account_digest(public: bytes) -> bytes:
    return bytes(ripemd160(hashlib.sha256(public).digest()))
