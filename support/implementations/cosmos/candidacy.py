"""The message by which a node asks for a part in agreeing."""

from __future__ import annotations

from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.crypto.ed25519.keys_pb2 import PubKey
from cosmpy.protos.cosmos.staking.v1beta1.staking_pb2 import CommissionRates, Description
from cosmpy.protos.cosmos.staking.v1beta1.tx_pb2 import MsgCreateValidator

from support.domain import NodeName
from support.implementations.cosmos.transactions import packed

#: Rates are written as whole numbers of 10**-18 in a message and as decimals in its JSON form.
_ATTO = 10**18
#: What a node keeps of the earnings of those who lend it votes.
COMMISSION = {"rate": "0.1", "max_rate": "0.2", "max_change_rate": "0.01"}


def candidacy(
    name: NodeName, *, validator: str, voting_key: bytes, stake: Coin
) -> MsgCreateValidator:
    """The stake of a node, its share and the key it votes with; ``validator`` is its address."""
    return MsgCreateValidator(
        description=Description(moniker=name),
        commission=CommissionRates(
            **{name: str(round(float(rate) * _ATTO)) for name, rate in COMMISSION.items()}
        ),
        min_self_delegation="1",
        validator_address=validator,
        pubkey=packed(PubKey(key=voting_key)),
        value=stake,
    )
