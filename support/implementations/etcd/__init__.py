"""etcd: quorum finality by Raft. Its ledger is a bank that is kept in transactions."""

from __future__ import annotations

from collections.abc import Callable

from support.implementations.contract import Implementation
from support.implementations.etcd.implementation import EtcdImplementation

IMPLEMENTATION: Callable[[], Implementation] = EtcdImplementation
