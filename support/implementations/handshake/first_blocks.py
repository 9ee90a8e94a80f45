"""How a network comes by its first coins: blocks of the treasury, and purses filled for fees."""

from __future__ import annotations

from support.implementations.handshake.coins import FEES_BLOCK, TREASURY_BLOCKS
from support.implementations.handshake.rpc import Denied, Rpc
from support.implementations.handshake.wallet import HandshakeWallet

_NOT_FOUND = "Transaction not found"


def make_first_blocks(rpc: Rpc, wallet: HandshakeWallet, nobody: str) -> None:
    """Make what is missing of the first blocks; nothing where all of them are there.

    The first block is made to the wallet's address for fees, the next ones to the treasury, and
    one more to ``nobody``, by which time all that they created can be spent. That one also fills
    the purses. One request makes one block, so that an answer that comes too late leaves nothing
    half done. Takes 0.2 s.
    """
    height = rpc.ask("getblockcount").number()
    owners = [wallet.fees] * FEES_BLOCK + [wallet.treasury.address] * TREASURY_BLOCKS
    for owner in owners[height:]:
        rpc.ask("generatetoaddress", 1, owner)
    coinbase = rpc.ask("getblockbyheight", FEES_BLOCK, True, False).parts("tx")[0]
    filled = wallet.filled_purses(bytes.fromhex(coinbase.text()))
    depth = depth_of(rpc, filled.hash.hex())
    if depth is None:
        rpc.post("/broadcast", {"tx": filled.written().hex()})
    if not depth:
        rpc.ask("generatetoaddress", 1, nobody)


def depth_of(rpc: Rpc, transaction: str) -> int | None:
    """Blocks from the one that has a transaction to the newest, both counted.

    0 for one that waits; None for one that the node has never seen, or has left out.
    """
    try:
        return rpc.ask("getrawtransaction", transaction, True).number("confirmations")
    except Denied as denied:
        if _NOT_FOUND in denied.words:
            return None
        raise
