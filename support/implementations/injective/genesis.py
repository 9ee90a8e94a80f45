"""The first state of a network: who validates, who holds what, and by which rules."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.crypto.ed25519.keys_pb2 import PubKey
from cosmpy.protos.cosmos.staking.v1beta1.staking_pb2 import CommissionRates, Description
from cosmpy.protos.cosmos.staking.v1beta1.tx_pb2 import MsgCreateValidator
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import AuthInfo, Fee, Tx, TxBody
from google.protobuf.json_format import MessageToDict

from support.domain import NodeName
from support.implementations.injective import coins
from support.implementations.injective.keys import CustomerKey, NodeKey
from support.implementations.injective.transactions import GAS, packed, signed

#: Rates are written as whole numbers of 10**-18 in a message and as decimals in its JSON form.
_ATTO = 10**18
_COMMISSION = {"rate": "0.1", "max_rate": "0.2", "max_change_rate": "0.01"}

#: Clocks of hosts differ a little, and a genesis from the future makes nodes wait for it.
_SAFELY_PAST = timedelta(seconds=1)


@dataclass(frozen=True)
class Validator:
    """One node's part in the genesis: its name and the keys that it owns and votes with."""

    name: NodeName
    operator: CustomerKey = field(repr=False)
    votes: NodeKey = field(repr=False)


def genesis(
    template: Mapping[str, Any],
    *,
    identity: str,
    start: datetime,
    validators: Sequence[Validator],
    treasury: str,
    purses: Sequence[str],
) -> bytes:
    """The genesis file, the same bytes for the same arguments.

    ``template`` is what ``injectived init`` writes; ``treasury`` and ``purses`` are addresses.
    The treasury owns all coins; a purse holds ``inj`` for its owner's fees and no coins.
    """
    document = copy.deepcopy(dict(template))
    document["chain_id"] = identity
    document["genesis_time"] = start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    state = document["app_state"]
    _set_rules(state)
    holdings: dict[str, dict[str, int]] = {
        validator.operator.address: {coins.FEE_COIN: coins.VALIDATOR_FUNDS}
        for validator in validators
    }
    holdings[treasury] = {coins.COIN: coins.SUPPLY, coins.FEE_COIN: coins.TREASURY_FEES}
    holdings.update({purse: {coins.FEE_COIN: coins.PURSE_FEES} for purse in purses})
    state["auth"]["accounts"] = [
        _account(address, number) for number, address in enumerate(holdings)
    ]
    state["bank"]["balances"] = [
        {"address": address, "coins": _coins(held)} for address, held in holdings.items()
    ]
    state["bank"]["supply"] = _coins(_added_up(holdings))
    state["genutil"]["gen_txs"] = [_entry(validator, identity) for validator in validators]
    return json.dumps(document, separators=(",", ":")).encode()


def safe_start() -> datetime:
    """A moment just past, in whole seconds."""
    return (datetime.now(UTC) - _SAFELY_PAST).replace(microsecond=0)


def _set_rules(state: dict[str, Any]) -> None:
    # With the node's own window a validator that is cut off for a minute is jailed, and a split
    # into equal halves is no longer a tie.
    state["slashing"]["params"].update(
        signed_blocks_window="10000", min_signed_per_window="0.050000000000000000"
    )
    # The expedited vote has to be the shorter one.
    state["gov"]["params"].update(
        voting_period="20s", max_deposit_period="10s", expedited_voting_period="10s"
    )
    state["staking"]["params"].update(unbonding_time="60s")


def _account(address: str, number: int) -> dict[str, Any]:
    return {
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        "address": address,
        "pub_key": None,
        "account_number": str(number),
        "sequence": "0",
    }


def _coins(held: Mapping[str, int]) -> list[dict[str, str]]:
    # The node insists on denominations in alphabetical order.
    return [{"denom": denom, "amount": str(held[denom])} for denom in sorted(held)]


def _added_up(holdings: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for held in holdings.values():
        for denom, amount in held.items():
            total[denom] = total.get(denom, 0) + amount
    return total


def _entry(validator: Validator, identity: str) -> dict[str, Any]:
    """The signed transaction by which a validator enters the first set, in its JSON form."""
    body = entry_body(validator)
    # Entries are signed before the chain exists: every account has number 0 there.
    fee = Fee(gas_limit=GAS)
    raw = signed(body, fee, validator.operator, network=identity, number=0, sequence=0)
    entry = Tx(
        body=body, auth_info=AuthInfo.FromString(raw.auth_info_bytes), signatures=raw.signatures
    )
    written: dict[str, Any] = MessageToDict(entry, preserving_proto_field_name=True)
    written["body"]["messages"][0]["commission"] = dict(_COMMISSION)
    return written


def entry_body(validator: Validator) -> TxBody:
    """What a validator's entry says: its stake, its share and the key it votes with."""
    message = MsgCreateValidator(
        description=Description(moniker=validator.name),
        commission=CommissionRates(
            **{name: str(round(float(rate) * _ATTO)) for name, rate in _COMMISSION.items()}
        ),
        min_self_delegation="1",
        validator_address=validator.operator.operator_address,
        pubkey=packed(PubKey(key=validator.votes.public)),
        value=Coin(denom=coins.FEE_COIN, amount=str(coins.STAKE)),
    )
    return TxBody(messages=[packed(message)])
