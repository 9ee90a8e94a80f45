"""One node of the network, asked and paid through over its HTTP port alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from support.domain import (
    BlockId,
    Blocks,
    Coins,
    Confirmed,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refusal,
    Refused,
)
from support.implementations.contract import (
    Account,
    SignedPayment,
    Standing,
    Submission,
    Taken,
)
from support.implementations.handshake.chain_view import ChainView, Moment
from support.implementations.handshake.coins import (
    COIN,
    FEES_BLOCK,
    REWARD,
    TREASURY_BLOCKS,
    created_by,
)
from support.implementations.handshake.first_blocks import depth_of, make_first_blocks
from support.implementations.handshake.keys import unowned_address
from support.implementations.handshake.refusals import refused, refused_silently, why_left_out
from support.implementations.handshake.rpc import Denied, Question, Rpc
from support.implementations.handshake.transactions import understood
from support.implementations.handshake.unspent import Unspent, as_standing
from support.implementations.handshake.wallet import HandshakeWallet
from support.implementations.http import Answer

#: How hsd calls the network that all of ours are.
_NETWORK = "regtest"
_NOT_IN_MAIN_CHAIN = -1


class HandshakeClient:
    """Talks to the node behind ``endpoint`` (``host:port``) of the network that ``wallet`` pays in.

    A payment is confirmed when ``confirmations`` blocks, its own included, have it.
    Raises what :class:`support.implementations.contract.NodeClient` promises.
    """

    def __init__(self, endpoint: str, wallet: HandshakeWallet, confirmations: Blocks) -> None:
        self._rpc = Rpc(endpoint)
        self._view = ChainView(self._rpc)
        self._wallet = wallet
        self._confirmations = confirmations
        self._nobody = unowned_address()
        self._shown = 0

    def status(self) -> NodeStatus:
        """One request, 2 ms. The tip is that of the block before the first one until there is one.

        A node is catching up while one of its peers has told it of a greater height.
        """
        with self._answering():
            chain, peers = self._rpc.ask_all(
                [Question("getblockchaininfo"), Question("getpeerinfo")]
            )
        if chain.text("chain") != _NETWORK:
            raise chain.nonsense(f"it is a node of {chain.text('chain')}, not of {_NETWORK}")
        height = chain.number("blocks")
        self._shown = max(self._shown, height)
        told = [
            max(peer.number("startingheight"), peer.number("bestheight")) for peer in peers.parts()
        ]
        return NodeStatus(
            height=Height(height),
            tip=BlockId(chain.text("bestblockhash")),
            catching_up=max(told, default=0) > height,
        )

    def time(self) -> NodeTime:
        """Both in whole seconds. A block has the date that its maker's clock showed."""
        with self._answering():
            told = self._rpc.get("/")
            newest = self._rpc.ask("getblockheader", told.text("chain", "tip"))
        return NodeTime(float(told.number("time", "system")), float(newest.number("time")))

    def peers(self) -> frozenset[NodeName]:
        """The names that peers introduced themselves with; two connections to one count once."""
        with self._answering():
            return _names(self._rpc.ask("getpeerinfo"))

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        """Hashes of the main chain, oldest first, all of them as one newest block has them.

        None at all when the node has shown the last of them and does not have it any more: it is
        just giving a history up for a longer one.
        """
        if last < first:
            return ()
        asked = [Question("getblockhash", (height,)) for height in range(first, last + 1)]
        try:
            told = self._view.while_no_block_came(lambda: self._rpc.ask_all(asked))
        except Denied as denied:
            if last <= self._shown:
                return ()
            raise Answer(denied.source, denied.words).nonsense(
                f"asked for blocks {first} to {last}"
            ) from None
        return tuple(BlockId(block.text()) for block in told)

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        """As of the node's newest block; payments that wait neither add nor take. 5 ms."""

        def read(moment: Moment) -> int:
            return self._view.confirmed(account.address, moment)

        with self._answering():
            held = self._view.while_untouched([account.address], read)
        coins, rest = divmod(held, COIN)
        if rest:
            raise Answer(self._rpc.endpoint, held).nonsense("it is no whole number of coins")
        return Coins(coins)

    def supply(self) -> Coins:
        """As of the node's newest block: what is unspent, less what blocks made for nobody."""
        with self._answering():
            told = self._rpc.get("/").at("chain")
        height = told.number("height")
        missing = created_by(height) - told.number("state", "value")
        to_treasury = min(max(height - FEES_BLOCK, 0), TREASURY_BLOCKS) * REWARD
        if missing > to_treasury:
            raise told.nonsense(f"{missing} of what blocks have made is missing")
        return Coins((to_treasury - missing) // COIN)

    def standing(self, account: Account, *, since: Height | None = None) -> Standing:
        """Outputs that the account can spend, and those of its purse.

        What waiting payments spend is not among them, and of what they bring only what the account
        gave back to itself: somebody else's payment may yet be lost. An account that the node has
        never seen has none.
        """
        return as_standing(self._spendable(account))

    def submit(self, payment: SignedPayment) -> Submission:
        """Hand the payment in, and see whether the node has it afterwards.

        hsd 8.0.0 says that all is well also when it has left a payment out, for a reason that it
        does not hold against the sender: made already, spent already, dust. Why is then found out
        from what it knows. It tells its peers of such a payment all the same, for a minute.
        """
        receipt = payment.receipt
        with self._answering():
            if depth_of(self._rpc, receipt) is not None:
                return refused_silently(payment, Refusal.ALREADY_MADE, "it has this payment")
            try:
                self._rpc.post("/broadcast", {"tx": payment.wire.hex()})
            except Denied as denied:
                return refused(payment, denied.words)
            if depth_of(self._rpc, receipt) is not None:
                return Taken(receipt)
            return self._left_out(payment)

    def outcome(self, receipt: Receipt, *, at: Height | None = None) -> Outcome | Pending:
        """Confirmed once enough blocks of the main chain have it, and pending again if one leaves.

        A node never knows that a payment will not be made. Its index is written together with each
        block, so ``at`` is not needed.
        """
        with self._answering():
            try:
                found = self._rpc.ask("getrawtransaction", receipt, True)
                if found.number("confirmations") < self._confirmations.count:
                    return Pending()
                block = self._rpc.ask("getblockheader", found.text("blockhash"))
            except Denied as denied:
                if "not found" in denied.words:
                    return Pending()
                raise
        if block.number("confirmations") == _NOT_IN_MAIN_CHAIN:
            return Pending()
        return Confirmed(receipt, Height(block.number("height")))

    def waiting(self, receipts: Iterable[Receipt]) -> frozenset[Receipt]:
        """One request for all that wait. hsd adds a block to its chain before it empties that."""
        with self._answering():
            told = self._rpc.ask("getrawmempool")
        return frozenset(receipts) & {Receipt(payment.text()) for payment in told.parts()}

    def payments_in(self, first: Height, last: Height) -> Sequence[Sequence[Receipt]]:
        """As the main chain has them; what a block pays its maker is no payment."""
        with self._answering():
            blocks = [self._rpc.ask("getblock", block) for block in self._hashes(first, last)]
        return tuple(
            tuple(Receipt(payment.text()) for payment in block.parts("tx")[1:]) for block in blocks
        )

    def block_dates(self, first: Height, last: Height) -> Sequence[float]:
        """In whole seconds, by the clock of the maker."""
        with self._answering():
            blocks = [self._rpc.ask("getblockheader", block) for block in self._hashes(first, last)]
        return tuple(float(block.number("time")) for block in blocks)

    def make_block(self) -> None:
        """One block on the node's own tip, with what waits in it; its reward is nobody's."""
        with self._answering():
            self._rpc.ask("generatetoaddress", 1, self._nobody)

    def begin(self) -> None:
        """Give the network its first blocks, and with them the treasury its coins."""
        with self._answering():
            make_first_blocks(self._rpc, self._wallet, self._nobody)

    def _hashes(self, first: Height, last: Height) -> Sequence[str]:
        asked = [Question("getblockhash", (height,)) for height in range(first, last + 1)]
        return [told.text() for told in self._rpc.ask_all(asked)] if asked else []

    def _spendable(self, account: Account) -> list[Unspent]:
        purse = self._wallet.purse_of(account)
        addresses = [account.address] + ([purse] if purse else [])

        def read(_: Moment) -> list[Unspent]:
            coins, *for_fees = (self._view.spendable(address) for address in addresses)
            usable = self._wallet.usable(account, coins)
            return usable + [output.for_fees() for outputs in for_fees for output in outputs]

        with self._answering():
            return self._view.while_untouched(addresses, read)

    def _left_out(self, payment: SignedPayment) -> Refused:
        """Why the node has left a payment out, by its own knowledge of the coins that it spends."""
        wanted = payment.payment
        return refused_silently(
            payment, *why_left_out(understood(payment.wire), wanted, self._spendable(wanted.payer))
        )

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """An error where an answer should be is nonsense."""
        try:
            yield
        except Denied as denied:
            raise Answer(denied.source, denied.words).nonsense("an error") from None


def _names(peers: Answer) -> frozenset[NodeName]:
    agents = (peer.at("subver").content for peer in peers.parts())
    return frozenset(name for agent in agents if agent and (name := _name(str(agent))))


def _name(agent: str) -> NodeName | None:
    """``node-3`` for ``/hsd:8.0.0/node-3/``; None for a node that has not told its name."""
    _, _, name = agent.strip("/").partition("/")
    return NodeName(name) if name else None
