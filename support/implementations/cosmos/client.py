"""One node of the network, asked and paid through over its RPC port alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
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
    Confirmed,
    Height,
    NodeName,
    NodeStatus,
    NodeTime,
    Outcome,
    Pending,
    Receipt,
    Refused,
)
from support.implementations.contract import (
    Account,
    Signed,
    Standing,
    Submission,
    Taken,
    Unreachable,
)
from support.implementations.cosmos.governance import CosmosGovernance
from support.implementations.cosmos.money import Money
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


class CosmosClient:
    """Talks to the node of network ``identity`` behind ``endpoint`` (``host:port``).

    ``validator`` knows the address of a node as a validator. Raises what
    :class:`support.implementations.contract.NodeClient` promises.
    """

    def __init__(
        self, identity: str, endpoint: str, money: Money, validator: Callable[[NodeName], str]
    ) -> None:
        self._identity = identity
        self._coin = money.customers
        self._rpc = Rpc(endpoint)
        #: See :class:`support.implementations.stakes.StakeTeller`.
        self.stakes = CosmosStakes(self, money, validator)
        #: See :class:`support.implementations.governance.GovernanceTeller`.
        self.governance = CosmosGovernance(self, money)

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
        dated = answer.text("sync_info", "latest_block_time")
        try:
            return NodeTime(own, datetime.fromisoformat(dated).timestamp())
        except ValueError:
            raise answer.nonsense(f"{dated!r} is no date") from None

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
        calls = [_headers(start, min(start + _HEADERS_PER_CALL - 1, last)) for start in starts]
        told: dict[int, Answer] = {}
        for begin in range(0, len(calls), _CALLS_PER_REQUEST):
            for answer in self._ask_all(calls[begin : begin + _CALLS_PER_REQUEST]):
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

    def standing(self, account: Account) -> Standing:
        """Account number and sequence of the next payment, as of the node's newest block.

        Payments that wait in the node are not counted. For an account that the node has never
        seen both are 0, and nothing signed with them will be taken.
        """
        request = QueryAccountInfoRequest(address=account.address)
        told = self.query("auth.v1beta1.Query/AccountInfo", request, QueryAccountInfoResponse)
        if told is None:
            return Standing((0, 0))
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
        identity = base64.b64encode(bytes.fromhex(receipt)).decode()
        try:
            answer = self._rpc.ask("tx", hash=identity, prove=False)
        except Denied as denied:
            if "not found" in denied.words:
                return Pending() if at is None else self._outcome_in(at, receipt)
            raise self._unexpected("tx", denied) from None
        height = Height(answer.number("height"))
        return _refused(answer.at("tx_result"), receipt) or Confirmed(receipt, height)

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
        answer = self._query(path, request)
        coin = getattr(_decoded(answer, response), field)
        if coin.denom != self._coin or not coin.amount.isdecimal():
            raise answer.nonsense(f"it speaks of {coin.amount!r} {coin.denom!r}")
        return Coins(int(coin.amount))

    def query(self, path: str, request: Any, response: Any) -> Any | None:
        """The decoded answer of the application; None where it has nothing of the kind."""
        answer = self._query(path, request)
        return None if answer.number("code") == _NOT_FOUND else _decoded(answer, response)

    def _query(self, path: str, request: Any) -> Answer:
        answer = self.ask(
            "abci_query", path=f"/cosmos.{path}", data=request.SerializeToString().hex()
        ).at("response")
        if _NO_BLOCK_YET in str(answer.content):
            raise Unreachable(f"{self._rpc.endpoint} has no first block yet")
        if answer.number("code") not in (0, _NOT_FOUND):
            raise answer.nonsense(f"it could not answer {path}")
        return answer

    def ask(self, method: str, **parameters: object) -> Answer:
        """One question of CometBFT's own, to which there is no error for an answer."""
        try:
            return self._rpc.ask(method, **parameters)
        except Denied as denied:
            raise self._unexpected(method, denied) from None

    def _ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        try:
            return self._rpc.ask_all(questions)
        except Denied as denied:
            raise self._unexpected(questions[0].method, denied) from None

    def _unexpected(self, method: str, denied: Denied) -> Exception:
        return Answer(f"{self._rpc.endpoint} ({method})", denied.words).nonsense("an error")


def _headers(first: int, last: int) -> Question:
    return Question("blockchain", {"minHeight": str(first), "maxHeight": str(last)})


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
