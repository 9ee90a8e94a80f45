"""The first state of a network: who validates, who holds what, and by which rules."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import AuthInfo, Fee, Tx, TxBody
from google.protobuf.json_format import MessageToDict

from support.domain import BadRequest, NodeName, Trait, Votes
from support.implementations.cosmos.candidacy import COMMISSION, candidacy
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.keys import CustomerKey, NodeKey
from support.implementations.cosmos.money import SUPPLY, Money
from support.implementations.cosmos.transactions import packed, signed

#: Clocks of hosts differ a little, and a genesis from the future makes nodes wait for it.
_SAFELY_PAST = timedelta(seconds=1)

#: Dotted paths that are not for settings: they are what one network is made of.
FIXED_GENESIS = (
    "chain_id",
    "genesis_time",
    "app_state.auth.accounts",
    "app_state.bank.balances",
    "app_state.bank.supply",
    "app_state.genutil.gen_txs",
)

#: What faults and features need on every chain that knows these rules; a settings file may say
#: otherwise.
_RULES = {
    # With the nodes' own window a validator that is cut off for a minute is jailed, and a split
    # into equal halves is no longer a tie.
    "app_state.slashing.params.signed_blocks_window": "10000",
    "app_state.slashing.params.min_signed_per_window": "0.050000000000000000",
    # The expedited vote has to be the shorter one.
    "app_state.gov.params.voting_period": "20s",
    "app_state.gov.params.max_deposit_period": "10s",
    "app_state.gov.params.expedited_voting_period": "10s",
    "app_state.staking.params.unbonding_time": "60s",
}

#: What a trait of a network means for its rules; it says more than the settings file does.
_TRAITS: Mapping[Trait, Mapping[str, str]] = {
    Trait.STRICT_ATTENDANCE: {
        # Jailed after 10 blocks without a vote among the last 20, for the shortest time there is.
        "app_state.slashing.params.signed_blocks_window": "20",
        "app_state.slashing.params.min_signed_per_window": "0.500000000000000000",
        "app_state.slashing.params.downtime_jail_duration": "5s",
        "app_state.slashing.params.slash_fraction_downtime": "0.010000000000000000",
    },
    Trait.QUICK_DECISIONS: {
        "app_state.gov.params.voting_period": "8s",
        "app_state.gov.params.expedited_voting_period": "4s",
        "app_state.gov.params.max_deposit_period": "4s",
    },
    Trait.QUICK_RETURN: {"app_state.staking.params.unbonding_time": "6s"},
}


@dataclass(frozen=True)
class Validator:
    """One node's part in the genesis: its name, and the keys that it owns and votes with.

    ``stake`` is what makes its weight; None for as much as every other without one.
    """

    name: NodeName
    operator: CustomerKey = field(repr=False)
    votes: NodeKey = field(repr=False)
    stake: Votes | None = None


def genesis(
    chain: Chain,
    template: Mapping[str, Any],
    *,
    identity: str,
    start: datetime,
    validators: Sequence[Validator],
    treasury: str,
    purses: Sequence[str],
    traits: frozenset[Trait] = frozenset(),
) -> bytes:
    """The genesis file, the same bytes for the same arguments.

    ``template`` is what the chain's own ``init`` writes; ``treasury`` and ``purses`` are addresses.
    The treasury owns all coins; a purse holds what its owner pays fees with, and no coins.
    Raises :class:`BadRequest` when the settings change what is not there.
    """
    document = copy.deepcopy(dict(template))
    document["chain_id"] = identity
    document["genesis_time"] = start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for path, value in _RULES.items():
        _set(document, path, value)
    for path, value in chain.genesis.items():
        if not _set(document, path, value):
            raise BadRequest(
                f"{chain.settings}: genesis.{path} cannot be set, because the genesis that "
                f"{chain.program} makes has nothing there"
            )
    for trait in sorted(traits, key=lambda trait: trait.value):
        for path, value in _TRAITS.get(trait, {}).items():
            if not _set(document, path, value):
                raise BadRequest(
                    f"{chain.name} has no network {trait.value}: its genesis has no {path}"
                )
    state = document["app_state"]
    holdings = _holdings(chain.money, validators, treasury, purses)
    state["auth"]["accounts"] = [
        _account(address, number) for number, address in enumerate(holdings)
    ]
    state["bank"]["balances"] = [
        {"address": address, "coins": _coins(held)} for address, held in holdings.items() if held
    ]
    state["bank"]["supply"] = _coins(_added_up(holdings))
    state["genutil"]["gen_txs"] = [
        _entry(chain.money, validator, identity) for validator in validators
    ]
    return json.dumps(document, separators=(",", ":")).encode()


def safe_start() -> datetime:
    """A moment just past, in whole seconds."""
    return (datetime.now(UTC) - _SAFELY_PAST).replace(microsecond=0)


def _set(document: dict[str, Any], path: str, value: object) -> bool:
    """Whether there was something to be set at the end of a dotted path."""
    *above, last = path.split(".")
    table: Any = document
    for key in above:
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict) or last not in table:
        return False
    table[last] = value
    return True


def _holdings(
    money: Money, validators: Sequence[Validator], treasury: str, purses: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Address -> denomination -> how much of it, without what is nothing."""
    holdings = {
        validator.operator.address: {money.stake: money.validator_funds} for validator in validators
    }
    holdings[treasury] = {money.customers: SUPPLY, money.stake: money.treasury_stake}
    holdings[treasury] |= {money.fees: money.treasury_fees}
    holdings |= {purse: {money.fees: money.purse_fees} for purse in purses}
    return {
        address: {denom: amount for denom, amount in held.items() if amount}
        for address, held in holdings.items()
    }


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


def _entry(money: Money, validator: Validator, identity: str) -> dict[str, Any]:
    """The signed transaction by which a validator enters the first set, in its JSON form."""
    body = entry_body(money, validator)
    # Entries are signed before the chain exists: every account has number 0 there.
    fee = Fee(gas_limit=money.gas)
    raw = signed(body, fee, validator.operator, network=identity, number=0, sequence=0)
    entry = Tx(
        body=body, auth_info=AuthInfo.FromString(raw.auth_info_bytes), signatures=raw.signatures
    )
    written: dict[str, Any] = MessageToDict(entry, preserving_proto_field_name=True)
    written["body"]["messages"][0]["commission"] = dict(COMMISSION)
    return written


def entry_body(money: Money, validator: Validator) -> TxBody:
    """What a validator's entry says: its stake, its share and the key it votes with."""
    staked = money.validator_stake
    if validator.stake is not None:
        staked = int(validator.stake.value * money.power_reduction)
    message = candidacy(
        validator.name,
        validator=validator.operator.operator_address,
        voting_key=validator.votes.public,
        stake=Coin(denom=money.stake, amount=str(staked)),
    )
    return TxBody(messages=[packed(message)])
