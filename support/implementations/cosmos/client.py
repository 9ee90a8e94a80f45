"""One node of the network, asked and paid through over its RPC port alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cosmpy.protos.cosmos.auth.v1beta1.query_pb2 import (
    QueryAccountInfoRequest,
    QueryAccountInfoResponse,
)
from cosmpy.protos.cosmos.bank.v1beta1.query_pb2 import (
    QueryBalanceRequest,
    QueryBalanceResponse,
    QuerySupplyOfRequest,
    QuerySupplyOfResponse,
)
from google.protobuf.message import DecodeError

from support.domain import (
    BlockId,
    Coins,
    Computed,
    Confirmed,
    Forgotten,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refused,
    StateId,
)
from support.implementations.contract import (
    Account,
    Signed,
    Standing,
    Submission,
    Taken,
    Unreachable,
)
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.governance import CosmosGovernance
from support.implementations.cosmos.refusals import refused_at_the_door, refused_in_block
from support.implementations.cosmos.rpc import Denied, Question, Rpc
from support.implementations.cosmos.stakes import CosmosStakes
from support.implementations.http import Answer

#: Headers in one answer of ``blockchain``, and calls in one request: the node's own limits.
_HEADERS_PER_CALL = 20
_CALLS_PER_REQUEST = 10

_NO_BLOCK_YET = "please wait for first block"
#: Cosmos SDK's code for an account that it has never seen (gRPC's NotFound).
_NOT_FOUND = 22
#: And the way in which its module for sharing out says that somebody has delegated nothing.
_UNKNOWN_REQUEST, _NO_DELEGATION = 6, "no delegation for"
#: What Cosmos SDK says of a block whose balances it has forgotten, or never had because it began
#: with a copy of the ledger, and the code for it. Of the future it says something else (26).
_NO_STATE, _NO_STATE_CODE = "failed to load state at height", 18
_NOT_YET_CODE = 26


class CosmosClient:
    """Talks to the node of network ``identity`` behind ``endpoint`` (``host:port``).

    ``validator`` knows the address of a node as a validator. Raises what
    :class:`support.implementations.contract.NodeClient` promises.
    """

    def __init__(
        self, identity: str, endpoint: str, chain: Chain, validator: Callable[[NodeName], str]
    ) -> None:
        self._identity = identity
        self._coin = chain.money.customers
        self._rpc = Rpc(endpoint)
        #: See :class:`support.implementations.stakes.StakeTeller`.
        self.stakes = CosmosStakes(self, chain.money, validator, chain.fees_go_to)
        #: See :class:`support.implementations.governance.GovernanceTeller`.
        self.governance = CosmosGovernance(self, chain.money)

    def status(self) -> NodeStatus:
        """One request, 1 ms. The tip is empty until the node has a block.

        It is empty as well when the node could not write its newest block (injective 1.20.1 with
        a full disk): it counts that one, and knows no more than the one before.
        """
        status = self.ask("status")
        self._insist_on_network(status)
        counted = status.number("sync_info", "latest_block_height")
        tip = BlockId(status.text("sync_info", "latest_block_hash"))
        return NodeStatus(
            height=Height(counted if tip else max(0, counted - 1)),
            tip=tip,
            catching_up=status.flag("sync_info", "catching_up"),
        )

    def time(self) -> NodeTime:
        """The node's own time is cut to whole seconds."""
        try:
            answer, own = self._rpc.ask_for_the_time("status")
        except Denied as denied:
            raise self._unexpected("status", denied) from None
        self._insist_on_network(answer)
        return NodeTime(own, _date(answer, "sync_info", "latest_block_time"))

    def peers(self) -> frozenset[NodeName]:
        """The monikers that peers introduced themselves with."""
        peers = self.ask("net_info").parts("peers")
        return frozenset(NodeName(peer.text("node_info", "moniker")) for peer in peers)

    def block_ids(self, first: Height, last: Height) -> Sequence[BlockId]:
        """Hashes of the blocks, oldest first; one request for 200 of them."""
        told = self.headers(first, last)
        return tuple(BlockId(block.text("block_id", "hash")) for block in told)

    def headers(self, first: Height, last: Height) -> Sequence[Answer]:
        """What the node says of each block from ``first`` to ``last``, oldest first."""
        starts = range(first, last + 1, _HEADERS_PER_CALL)
        ranges = [_range(start, min(start + _HEADERS_PER_CALL - 1, last)) for start in starts]
        told: dict[int, Answer] = {}
        for answer in self.ask_each("blockchain", ranges):
            for block in answer.parts("block_metas"):
                told[block.number("header", "height")] = block
        missing = [height for height in range(first, last + 1) if height not in told]
        if missing:
            raise Answer(f"{self._rpc.endpoint} (blockchain)", sorted(told)).nonsense(
                f"asked for blocks {first} to {last}, no block {missing[0]}"
            )
        return tuple(told[height] for height in range(first, last + 1))

    def balance(self, account: Account, *, stale: bool = False) -> Coins:
        """As of the node's newest block."""
        request = QueryBalanceRequest(address=account.address, denom=self._coin)
        return self._coins("bank.v1beta1.Query/Balance", request, QueryBalanceResponse, "balance")

    def supply(self) -> Coins:
        """As of the node's newest block."""
        request = QuerySupplyOfRequest(denom=self._coin)
        return self._coins("bank.v1beta1.Query/SupplyOf", request, QuerySupplyOfResponse, "amount")

    def first_block(self) -> Height:
        """The node's own word; 0 while it has no block."""
        return Height(self.ask("status").number("sync_info", "earliest_block_height"))

    def past_balance(self, account: Account, at: Height) -> Coins | Forgotten:
        """As of a block that the node had executed before."""
        request = QueryBalanceRequest(address=account.address, denom=self._coin)
        path = "bank.v1beta1.Query/Balance"
        return self._past(path, request, QueryBalanceResponse, "balance", at)

    def past_supply(self, at: Height) -> Coins | Forgotten:
        """As of a block that the node had executed before."""
        request = QuerySupplyOfRequest(denom=self._coin)
        return self._past(
            "bank.v1beta1.Query/SupplyOf", request, QuerySupplyOfResponse, "amount", at
        )

    def computed(self) -> Computed:
        """The digest that the ledger itself has, whatever any block says.

        A ledger that is still as it was before the first block tells no height at all.
        """
        told = self.ask("abci_info").at("response")
        if isinstance(told.content, dict) and "last_block_height" not in told.content:
            raise Unreachable(f"{self._rpc.endpoint} has executed no block yet")
        digest = told.text("last_block_app_hash")
        try:
            state = base64.b64decode(digest, validate=True).hex().upper()
        except binascii.Error as problem:
            raise told.nonsense(str(problem)) from None
        return Computed(Height(told.number("last_block_height")), StateId(state))

    def agreed_state(self, at: Height) -> StateId:
        """A block has the digest of the ledger before it."""
        block = self.ask("header", height=str(at + 1)).at("header")
        return StateId(block.text("app_hash"))

    def standing(self, account: Account, *, since: Height | None = None) -> Standing:
        """Account number and sequence of the next payment, as of the newest block executed.

        A node shows a block a moment before it has executed it, and on a busy machine that is long
        enough to sign with a number that is used up. Payments that wait in the node are not
        counted. For an account that the node has never seen both are 0, and nothing signed with
        them will be taken.
        """
        request = QueryAccountInfoRequest(address=account.address)
        answer = self._query("auth.v1beta1.Query/AccountInfo", request)
        if since is not None and answer.number("height") < since:
            raise Unreachable(f"{self._rpc.endpoint} has not executed block {since} yet")
        if _is_nothing(answer):
            return Standing((0, 0))
        told = _decoded(answer, QueryAccountInfoResponse)
        return Standing((int(told.info.account_number), int(told.info.sequence)))

    def submit(self, payment: Signed) -> Submission:
        """Hand the payment in at the door; what happens in a block is told by :meth:`outcome`."""
        wire = base64.b64encode(payment.wire).decode()
        try:
            answer = self._rpc.ask("broadcast_tx_sync", tx=wire)
        except Denied as denied:
            return refused_at_the_door(denied.words, payment.receipt)
        return _refused(answer, payment.receipt) or Taken(payment.receipt)

    def outcome(self, receipt: Receipt, *, at: Height | None = None) -> Outcome | Pending:
        """What the block that holds the payment did with it.

        The node indexes a block after it has committed it, so a balance that is read after this
        answer, from the same node, shows the payment. A block that it was executing when it was
        stopped or killed is executed when it starts again, and never indexed (injective 1.20.1).
        """
        try:
            answer = self._rpc.ask("tx", hash=_in_base64(receipt), prove=False)
        except Denied as denied:
            if "not found" in denied.words:
                return Pending() if at is None else self._outcome_in(at, receipt)
            raise self._unexpected("tx", denied) from None
        height = Height(answer.number("height"))
        return _refused(answer.at("tx_result"), receipt) or Confirmed(receipt, height)

    def waiting(self, receipts: Iterable[Receipt]) -> frozenset[Receipt]:
        """Asked one by one, ten in a request: a list of all that wait is cut off at 100.

        A node puts a block into its store before it takes the block's payments out of its mempool.
        """
        asked = list(receipts)
        known = []
        for begin in range(0, len(asked), _CALLS_PER_REQUEST):
            some = asked[begin : begin + _CALLS_PER_REQUEST]
            questions = [Question("unconfirmed_tx", {"hash": _in_base64(r)}) for r in some]
            for receipt, answer in zip(some, self._ask_all(questions), strict=True):
                if answer.at("tx").content is not None:
                    known.append(receipt)
        return frozenset(known)

    def payments_in(self, first: Height, last: Height) -> Sequence[Sequence[Receipt]]:
        """Ten blocks in a request, whether the node has executed them or not."""
        heights = range(first, last + 1)
        calls = [Question("block", {"height": str(height)}) for height in heights]
        return tuple(
            tuple(_receipt_of(payment) for payment in answer.at("block", "data").parts("txs"))
            for begin in range(0, len(calls), _CALLS_PER_REQUEST)
            for answer in self._ask_all(calls[begin : begin + _CALLS_PER_REQUEST])
        )

    def block_dates(self, first: Height, last: Height) -> Sequence[float]:
        """The date in a block's header: when its voters have seen the block before it."""
        return tuple(_date(block, "header", "time") for block in self.headers(first, last))

    def _outcome_in(self, height: Height, receipt: Receipt) -> Outcome | Pending:
        try:
            block, results = self._rpc.ask_all(
                [
                    Question("block", {"height": str(height)}),
                    Question("block_results", {"height": str(height)}),
                ]
            )
        except Denied:  # it does not have that block, or has not executed it yet
            return Pending()
        payments = block.at("block", "data").parts("txs")
        for position, payment in enumerate(payments):
            if _receipt_of(payment) == receipt:
                result = results.parts("txs_results")[position]
                return _refused(result, receipt) or Confirmed(receipt, height)
        return Pending()

    def _insist_on_network(self, status: Answer) -> None:
        network = status.text("node_info", "network")
        if network != self._identity:
            raise status.nonsense(f"it is a node of {network}, not of {self._identity}")

    def _coins(self, path: str, request: Any, response: Any, field: str) -> Coins:
        return self._coins_in(self._query(path, request), response, field)

    def _coins_in(self, answer: Answer, response: Any, field: str) -> Coins:
        coin = getattr(_decoded(answer, response), field)
        if coin.denom != self._coin or not coin.amount.isdecimal():
            raise answer.nonsense(f"it speaks of {coin.amount!r} {coin.denom!r}")
        return Coins(int(coin.amount))

    def query(
        self, path: str, request: Any, response: Any, *, at: Height | None = None
    ) -> Any | None:
        """The decoded answer of the application; None where it has nothing of the kind.

        ``at`` is the block after which it is asked for; the newest without it.
        """
        answer = self._query(path, request, at)
        return None if _is_nothing(answer) else _decoded(answer, response)

    def _past(
        self, path: str, request: Any, response: Any, field: str, at: Height
    ) -> Coins | Forgotten:
        answer = self._asked(path, request, at)
        words = str(answer.at("log").content)
        if answer.number("code") == _NO_STATE_CODE and _NO_STATE in words:
            return Forgotten(words)
        if answer.number("code") == _NOT_YET_CODE:
            raise Unreachable(f"{self._rpc.endpoint} has not executed block {at} yet")
        return self._coins_in(_understood(path, answer), response, field)

    def _query(self, path: str, request: Any, at: Height | None = None) -> Answer:
        return _understood(path, self._asked(path, request, at))

    def _asked(self, path: str, request: Any, at: Height | None = None) -> Answer:
        answer = self.ask(
            "abci_query",
            path=f"/cosmos.{path}",
            data=request.SerializeToString().hex(),
            **({} if at is None else {"height": str(at)}),
        ).at("response")
        if _NO_BLOCK_YET in str(answer.content):
            raise Unreachable(f"{self._rpc.endpoint} has no first block yet")
        return answer

    def ask(self, method: str, **parameters: object) -> Answer:
        """One question of CometBFT's own, to which there is no error for an answer."""
        try:
            return self._rpc.ask(method, **parameters)
        except Denied as denied:
            raise self._unexpected(method, denied) from None

    def ask_each(self, method: str, parameters: Sequence[Mapping[str, object]]) -> Sequence[Answer]:
        """The same question about many things, in as few requests as the node allows."""
        answers: list[Answer] = []
        for begin in range(0, len(parameters), _CALLS_PER_REQUEST):
            some = parameters[begin : begin + _CALLS_PER_REQUEST]
            answers += self._ask_all([Question(method, each) for each in some])
        return answers

    def _ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        try:
            return self._rpc.ask_all(questions)
        except Denied as denied:
            raise self._unexpected(questions[0].method, denied) from None

    def _unexpected(self, method: str, denied: Denied) -> Exception:
        return Answer(f"{self._rpc.endpoint} ({method})", denied.words).nonsense("an error")


def _understood(path: str, answer: Answer) -> Answer:
    if answer.number("code") != 0 and not _is_nothing(answer):
        raise answer.nonsense(f"it could not answer {path}")
    return answer


def _is_nothing(answer: Answer) -> bool:
    """Whether the application says that what it was asked for does not exist."""
    code = answer.number("code")
    no_delegation = code == _UNKNOWN_REQUEST and answer.text("log").startswith(_NO_DELEGATION)
    return code == _NOT_FOUND or no_delegation


def _range(first: int, last: int) -> Mapping[str, object]:
    return {"minHeight": str(first), "maxHeight": str(last)}


def _date(part: Answer, *path: str) -> float:
    """Seconds since 1970."""
    dated = part.text(*path)
    try:
        return datetime.fromisoformat(dated).timestamp()
    except ValueError:
        raise part.nonsense(f"{dated!r} is no date") from None


def _in_base64(receipt: Receipt) -> str:
    return base64.b64encode(bytes.fromhex(receipt)).decode()


def _receipt_of(payment: Answer) -> Receipt:
    """By which a payment in a block is known: the hash of its bytes."""
    try:
        wire = base64.b64decode(payment.text(), validate=True)
    except binascii.Error as problem:
        raise payment.nonsense(str(problem)) from None
    return Receipt(hashlib.sha256(wire).hexdigest().upper())


def _refused(answer: Answer, receipt: Receipt) -> Refused | None:
    code = answer.number("code")
    if code == 0:
        return None
    return refused_in_block(answer.text("codespace"), code, answer.text("log"), receipt)


def _decoded(answer: Answer, response: Any) -> Any:
    try:
        return response.FromString(base64.b64decode(answer.text("value"), validate=True))
    except (binascii.Error, DecodeError) as problem:
        raise answer.nonsense(str(problem)) from None
