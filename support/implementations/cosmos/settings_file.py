"""Reads a chain from its settings file; what the file leaves out is as on an ordinary chain.

An ordinary chain is one that Cosmos SDK's own commands and CometBFT's own configuration make, in
version 0.50 of the former.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from support.domain import Capability
from support.engines.contract import API, PEERS
from support.implementations.cosmos.chain import OFFERED, Chain, Earlier, Prefixes
from support.implementations.cosmos.configuration import FIXED_APP, FIXED_CONFIG
from support.implementations.cosmos.genesis import FIXED_GENESIS
from support.implementations.cosmos.keys import module_address
from support.implementations.cosmos.money import Money
from support.implementations.cosmos.placeholders import HOME, OF_INIT, OF_START, words_in
from support.implementations.cosmos.settings_table import Table, read_table
from support.implementations.cosmos.software_settings import (
    FILE_NAME,
    WrittenSoftware,
    read_earlier,
    read_software,
)
from support.implementations.cosmos.toml_text import flattened
from support.topology import DEFAULT_BLOCK_TIME

_INIT = (
    "init", "template",
    "--chain-id", "{identity}",
    "--default-denom", "{stake}",
    "--home", "{home}",
)  # fmt: skip
#: What is logged is what a person wants to read after a fault: who left and came back, proposals,
#: rounds that timed out. It costs nothing that could be measured on injective 1.20.1 (time to
#: block 1, blocks and CPU over 10 s).
_START = (
    "start",
    "--home", "{home}",
    "--log_level", "p2p:info,consensus:info,*:error",
    "--log_format", "plain",
    "--log_no_color",
)  # fmt: skip
#: CometBFT's own words, in the log of either side of the handshake.
_TURNED_AWAY = "peer is on a different network"

_DENOMINATION = r"[A-Za-z][A-Za-z0-9/:._-]{2,127}"
_DENOMINATION_IS = "a denomination, 3 to 128 letters and digits that begin with a letter"
_PREFIX = r"[a-z][a-z0-9]{0,40}"
_ADDRESS = r"[a-z][a-z0-9]*1[a-z0-9]{38,64}"


def read_chain(settings: Path) -> Chain:
    """The chain that the file describes. Raises :class:`~support.domain.BadRequest`."""
    top = read_table(settings)
    top.insist_on(
        (
            "name", "block_time", "software", "addresses", "coins", "ports", "init", "start",
            "config", "app", "genesis", "lacks", "log", "upgrade",
        ),
        "setting of a chain",
    )  # fmt: skip
    name = top.text("name", like=FILE_NAME, meaning="what people call the chain, in one word")
    software = read_software(top.table("software"), settings.parent)
    addresses = top.table("addresses")
    prefixes = _prefixes(addresses)
    start = _arguments(top.table("start"), _START, OF_START)
    earlier = _earlier(top.table("upgrade"), software, start) if "upgrade" in top else None
    return Chain(
        settings=str(settings),
        name=name,
        version=software.version,
        program=software.program,
        source=software.source,
        prefixes=prefixes,
        money=_money(top.table("coins")),
        ports=_ports(top.table("ports")),
        block_time=top.number("block_time", DEFAULT_BLOCK_TIME, least=0.05, most=60),
        init=_arguments(top.table("init"), _INIT, OF_INIT),
        start=start,
        config=_changes(top.table("config"), FIXED_CONFIG),
        app=_changes(top.table("app"), FIXED_APP),
        genesis=flattened(_changes(top.table("genesis"), FIXED_GENESIS)),
        lacks=_lacks(top.table("lacks")),
        turned_away=_turned_away(top.table("log")),
        fees_go_to=addresses.text(
            "fees",
            module_address(prefixes, "fee_collector"),
            like=_ADDRESS,
            meaning="the address into which fees are paid",
        ),
        earlier=earlier,
    )


def _prefixes(addresses: Table) -> Prefixes:
    addresses.insist_on(("account", "validator", "fees"), "kind of address")
    meaning = "what addresses begin with, in small letters and digits"
    account = addresses.text("account", like=_PREFIX, meaning=meaning)
    validator = addresses.text("validator", f"{account}valoper", like=_PREFIX, meaning=meaning)
    return Prefixes(account, validator)


def _money(coins: Table) -> Money:
    coins.insist_on(
        ("customers", "fees", "stake", "gas_price", "gas", "power_reduction"), "setting of coins"
    )
    fees = coins.text("fees", like=_DENOMINATION, meaning=_DENOMINATION_IS)
    money = Money(
        customers=coins.text("customers", "coin", like=_DENOMINATION, meaning=_DENOMINATION_IS),
        fees=fees,
        stake=coins.text("stake", fees, like=_DENOMINATION, meaning=_DENOMINATION_IS),
        gas_price=coins.text(
            "gas_price", "0", like=r"\d+(\.\d+)?", meaning='a decimal number as text, like "0.025"'
        ),
        gas=coins.whole_number("gas", 200_000, least=1, most=10**12),
        power_reduction=coins.whole_number("power_reduction", 10**6, least=1, most=10**30),
    )
    if money.customers in (money.fees, money.stake):
        raise coins.wrong(
            "customers",
            f"cannot be {money.customers!r}, which fees or stakes are paid with: customers' "
            "balances would not be exact",
        )
    return money


def _ports(ports: Table) -> Mapping[str, int]:
    usual = {PEERS: 26656, API: 26657}
    ports.insist_on(usual, "port of a node")
    chosen = {
        name: ports.whole_number(name, number, least=1024, most=65535)
        for name, number in usual.items()
    }
    if chosen[PEERS] == chosen[API]:
        raise ports.wrong(API, f"cannot be {chosen[API]}, which {ports.full(PEERS)} is")
    return chosen


def _earlier(upgrade: Table, software: WrittenSoftware, start: tuple[str, ...]) -> Earlier:
    upgrade.insist_on(("from", "plan", "hashes", "arguments"), "setting of an upgrade")
    meaning = "the version to upgrade from"
    return Earlier(
        version=upgrade.text("from", like=FILE_NAME, meaning=meaning),
        plan=upgrade.text("plan", meaning="what the current release calls itself in a proposal"),
        source=read_earlier(upgrade, software),
        start=_filled(upgrade, start, OF_START),
    )


def _arguments(table: Table, usual: tuple[str, ...], words: Collection[str]) -> tuple[str, ...]:
    table.insist_on(("arguments",), "setting of a command")
    return _filled(table, usual, words)


def _filled(table: Table, usual: tuple[str, ...], words: Collection[str]) -> tuple[str, ...]:
    arguments = table.texts("arguments", usual)
    for word in words_in(arguments):
        if word not in words:
            known = ", ".join(f"{{{known}}}" for known in words)
            raise table.wrong("arguments", f"cannot have {{{word}}} in it: there are {known}")
    if HOME not in words_in(arguments):
        raise table.wrong("arguments", "must have {home} in it, so that nodes do not share a home")
    return arguments


def _changes(table: Table, fixed: Collection[str]) -> Mapping[str, Any]:
    changes = table.anything()
    for path in flattened(changes):
        for taken in fixed:
            if f"{path}.".startswith(f"{taken}.") or f"{taken}.".startswith(f"{path}."):
                raise table.wrong(path, "is not for settings: it is made anew for each network")
    return changes


def _lacks(lacks: Table) -> Mapping[Capability, str]:
    offered = {capability.value: capability for capability in OFFERED}
    lacks.insist_on(offered, "capability that such a chain has")
    return {
        offered[name]: lacks.text(name, meaning="the reason, in words for people")
        for name in lacks.names()
    }


def _turned_away(log: Table) -> str:
    log.insist_on(("turned_away",), "setting of logs")
    meaning = "what a node logs when a peer is of another network"
    return log.text("turned_away", _TURNED_AWAY, meaning=meaning)
