"""etcd with a bank that has a defect: each is an implementation like any other."""

from __future__ import annotations

from support.domain import Coins, NodeName
from support.engines.contract import API, Blueprint, Endpoints
from support.implementations.contract import Account
from support.implementations.etcd import bank
from support.implementations.etcd.bank import Entry, Transfer
from support.implementations.etcd.client import EtcdClient
from support.implementations.etcd.implementation import EtcdImplementation


class ComparesNothing(EtcdClient):
    """Writes the new balances, whatever has happened to the accounts since it read them."""

    def _moved(self, transfer: Transfer, payer: Entry, payee: Entry | None) -> bool:
        body = bank.moving(transfer, payer, payee)
        self._gateway.txn({"success": body["success"]})
        return True


class NeverAsksTheOthers(EtcdClient):
    """Tells as sure what it knows by itself."""

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        """As a node that lost touch remembers it."""
        return super().balance(account, stale=True)


class Defective(EtcdImplementation):
    """etcd, talked to by clients of another kind."""

    def __init__(self, kind: type[EtcdClient]) -> None:
        super().__init__()
        self._kind = kind

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> EtcdClient:
        """A client with the defect."""
        return self._kind(blueprint.identity, node, endpoints[API])
