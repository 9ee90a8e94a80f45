"""Handshake with a defect in its adapter or its miner: each is an implementation like any other."""

from __future__ import annotations

from support.domain import Blocks, NodeName
from support.engines.contract import API, Blueprint, Endpoints
from support.implementations.handshake.client import HandshakeClient
from support.implementations.handshake.implementation import HandshakeImplementation

#: Blocks that the stubborn miner makes on its own before it takes over what the others have.
_ON_ITS_OWN = 6


class ConfirmsAtOnce(HandshakeImplementation):
    """Takes a payment for confirmed as soon as one block has it, whatever becomes of that block."""

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> HandshakeClient:
        """A client that does not wait."""
        return HandshakeClient(endpoints[API], self.wallet(blueprint), Blocks(1))


class StubbornMiner(HandshakeClient):
    """Mines on its own last block, and not on the newest one, several times in a row."""

    own: str = ""
    left = 0
    refused: list[str]

    def make_block(self) -> None:
        """A block on what is stale; now and then it gives in and takes over the longer history."""
        if not self.left:
            for block in getattr(self, "refused", []):
                self._rpc.ask("reconsiderblock", block)
            self.refused, self.left = [], _ON_ITS_OWN
            self.own = self._rpc.ask("getbestblockhash").text()
        after = self._rpc.ask("getblock", self.own).content
        assert isinstance(after, dict)
        theirs = after.get("nextblockhash")
        if theirs:
            self._rpc.ask("invalidateblock", theirs)
            self.refused.append(theirs)
        super().make_block()
        self.own = self._rpc.ask("getbestblockhash").text()
        self.left -= 1


class MinesOnAStaleTip(HandshakeImplementation):
    """Node 4 is stubborn."""

    def client(self, blueprint: Blueprint, node: NodeName, endpoints: Endpoints) -> HandshakeClient:
        """A client whose node mines on what is stale."""
        kind = StubbornMiner if node == "node-4" else HandshakeClient
        return kind(endpoints[API], self.wallet(blueprint), self.confirmations)
