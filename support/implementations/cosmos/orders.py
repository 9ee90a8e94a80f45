"""What is done with stakes, as Cosmos SDK's messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cosmpy.protos.cosmos.bank.v1beta1.tx_pb2 import MsgSend
from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.distribution.v1beta1.tx_pb2 import MsgWithdrawDelegatorReward
from cosmpy.protos.cosmos.slashing.v1beta1.tx_pb2 import MsgUnjail
from cosmpy.protos.cosmos.staking.v1beta1.tx_pb2 import (
    MsgBeginRedelegate,
    MsgDelegate,
    MsgUndelegate,
)
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import TxBody

from support.domain import NodeName, Votes
from support.implementations.cosmos.candidacy import candidacy
from support.implementations.cosmos.chain import Prefixes
from support.implementations.cosmos.governance import proposal_message, vote_message
from support.implementations.cosmos.money import Money
from support.implementations.cosmos.transactions import packed
from support.implementations.governance import CastVote, ProposeUpgrade
from support.implementations.stakes import (
    Candidacy,
    Collect,
    Delegate,
    Grant,
    Order,
    Redelegate,
    ReturnToDuty,
    Undelegate,
)

#: Moving a stake takes up to twice the work of a payment (injective 1.20.1: 130 000 to 330 000).
GAS_OF_AN_ORDER = 4


def order_body(
    order: Order,
    money: Money,
    *,
    prefixes: Prefixes,
    validator: Callable[[NodeName], str],
    voting_key: Callable[[NodeName], bytes],
) -> TxBody:
    """The message for an order, on a chain whose addresses have these ``prefixes``.

    ``validator`` knows the address of a node as a validator, ``voting_key`` the public half of the
    key that it votes with.
    """

    def worth(votes: Votes) -> Coin:
        return Coin(denom=money.stake, amount=str(int(votes.value * money.power_reduction)))

    message: Any
    match order:
        case Grant(by=by, to=to, votes=votes):
            message = MsgSend(from_address=by.address, to_address=to.address, amount=[worth(votes)])
        case Delegate(by=by, to=node, votes=votes):
            message = MsgDelegate(
                delegator_address=by.address,
                validator_address=validator(node),
                amount=worth(votes),
            )
        case Undelegate(by=by, node=node, votes=votes):
            message = MsgUndelegate(
                delegator_address=by.address,
                validator_address=validator(node),
                amount=worth(votes),
            )
        case Redelegate(by=by, node=node, to=target, votes=votes):
            message = MsgBeginRedelegate(
                delegator_address=by.address,
                validator_src_address=validator(node),
                validator_dst_address=validator(target),
                amount=worth(votes),
            )
        case Collect(by=by, node=node):
            message = MsgWithdrawDelegatorReward(
                delegator_address=by.address, validator_address=validator(node)
            )
        case ReturnToDuty(node=node):
            message = MsgUnjail(validator_addr=validator(node))
        case Candidacy(node=node, votes=votes):
            message = candidacy(
                node,
                validator=validator(node),
                voting_key=voting_key(node),
                stake=worth(votes),
            )
        case ProposeUpgrade():
            message = proposal_message(order, money, prefixes)
        case CastVote():
            message = vote_message(order)
    return TxBody(messages=[packed(message)])
