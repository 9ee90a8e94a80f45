"""Nodes that give themselves the name of a network, and are not what they seem.

CometBFT turns a peer away that names another network. Nothing in its greeting says more than the
name, so what such a node is worth shows only in what it tells, and in what it takes for true.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from support.domain import NodeName
from support.engines.contract import Blueprint, NodeAddress, NodeBlueprint
from support.implementations.contract import Lie
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.configuration import consensus_times
from support.implementations.cosmos.genesis import Validator, entry
from support.implementations.cosmos.keys import CustomerKey
from support.implementations.cosmos.money import Money
from support.implementations.cosmos.node_files import (
    CONFIG_FILE,
    GENESIS_FILE,
    NodeKeys,
    alike,
    peer_address_of,
    with_settings,
)
from support.implementations.cosmos.pace import pace
from support.implementations.cosmos.placeholders import HOME, IDENTITY, filled_in

#: Seconds between the blocks of a made-up past, so that it is soon longer than the true one.
_HURRY = 0.05


def impostor(
    chain: Chain, name: NodeName, host: Blueprint, address: NodeAddress, lie: Lie
) -> NodeBlueprint:
    """See :class:`~support.implementations.contract.KnowsImpostors`."""
    keys = NodeKeys()
    node = alike(name, address, host.nodes[0], keys)
    known = ",".join(map(peer_address_of, host.nodes))
    node = with_settings(node, CONFIG_FILE, {"p2p": {"persistent_peers": known, "pex": False}})
    genesis = json.loads(node.files[GENESIS_FILE])
    if lie is Lie.ANOTHER_BEGINNING:
        _rob_the_treasury(genesis["app_state"]["bank"], chain.money)
    else:
        _rule_alone(genesis, Validator(name, CustomerKey(chain.prefixes), keys.votes), chain.money)
        facts = {HOME: address.home, IDENTITY: genesis["chain_id"], **pace(_HURRY)}
        node = replace(node, command=(chain.program, *filled_in(chain.start, facts)))
        node = with_settings(node, CONFIG_FILE, {"consensus": consensus_times(chain, _HURRY)})
    return replace(node, files={**node.files, GENESIS_FILE: json.dumps(genesis).encode()})


def _rob_the_treasury(bank: dict[str, Any], money: Money) -> None:
    """Somebody else has one of its coins; there are as many as before."""
    held = {each["address"]: each["coins"] for each in bank["balances"]}
    rich = next(
        coin for coins in held.values() for coin in coins if coin["denom"] == money.customers
    )
    poor = next(
        coins for coins in held.values() if all(c["denom"] != money.customers for c in coins)
    )
    rich["amount"] = str(int(rich["amount"]) - 1)
    poor.append({"denom": money.customers, "amount": "1"})
    poor.sort(key=lambda coin: str(coin["denom"]))


def _rule_alone(genesis: dict[str, Any], validator: Validator, money: Money) -> None:
    """One validator, in the place of all others, has a stake of its own."""
    state = genesis["app_state"]
    funds, owner = money.validator_funds, validator.operator.address
    last = state["auth"]["accounts"][-1]
    number = str(len(state["auth"]["accounts"]))
    state["auth"]["accounts"].append({**last, "address": owner, "account_number": number})
    coins = [{"denom": money.stake, "amount": str(funds)}]
    state["bank"]["balances"].append({"address": owner, "coins": coins})
    supply = next(coin for coin in state["bank"]["supply"] if coin["denom"] == money.stake)
    supply["amount"] = str(int(supply["amount"]) + funds)
    state["genutil"]["gen_txs"] = [entry(money, validator, genesis["chain_id"])]
