"""An ordinary chain of Cosmos SDK needs no more than its names."""

from __future__ import annotations

import base64
import json
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from cosmpy.protos.cosmos.bank.v1beta1.tx_pb2 import MsgSend
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import AuthInfo, TxBody, TxRaw

from support.domain import AccountName, Amount, Capability
from support.engines.contract import API, PEERS
from support.implementations.contract import Payment, Standing
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.settings_file import read_chain
from support.topology import Topology

SETTINGS = Path(__file__).with_name("simd.toml")


@pytest.fixture
def simd(tmp_path, monkeypatch):
    """``simd`` as it would be found on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    shutil.copy("/bin/true", folder / "simd")
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return read_chain(SETTINGS)


@pytest.fixture
def ordinary(simd, tmp_path):
    return CosmosImplementation(simd, cache=tmp_path / "cache", purses=2)


@pytest.fixture
def blueprint(ordinary, program, plan):
    return ordinary.blueprint(Topology(4, block_time=1), plan, program)


def first_state(blueprint):
    return json.loads(blueprint.nodes[0].files["config/genesis.json"])["app_state"]


def test_its_facts(ordinary):
    assert ordinary.name == "simchain"
    assert ordinary.version.startswith("0.50.9-")
    assert ordinary.software.recipe == "cosmos"
    assert dict(ordinary.ports) == {PEERS: 26656, API: 26657}
    assert Capability.DATED_BLOCKS in ordinary.capabilities
    assert (
        ordinary.lacks[Capability.LONGEST_CHAIN] == "simchain never takes back what was confirmed"
    )
    assert not ordinary.lacks.keys() & ordinary.capabilities


def test_the_template_is_in_its_own_coin(blueprint, program):
    ((*command,),) = program.commands
    assert command == [
        "simd", "init", "template",
        "--chain-id", "accord-template-1",
        "--default-denom", "stake",
        "--home", "template",
    ]  # fmt: skip


def test_it_is_started_without_what_only_others_understand(blueprint):
    assert blueprint.nodes[0].command == (
        "simd", "start", "--home", "/home/node",
        "--log_level", "p2p:info,consensus:info,*:error", "--log_format", "plain", "--log_no_color",
    )  # fmt: skip


def test_its_block_time_is_in_its_configuration(blueprint):
    config = tomllib.loads(blueprint.nodes[0].files["config/config.toml"].decode())
    assert config["moniker"] == "node-1"
    assert config["consensus"] == {
        "peer_gossip_sleep_duration": "10ms",
        "timeout_commit": "950ms",
        "timeout_propose": "1500ms",
    }
    assert len(config["p2p"]["persistent_peers"].split(",")) == 3


def test_its_least_gas_price_is_in_its_configuration(blueprint):
    app = tomllib.loads(blueprint.nodes[0].files["config/app.toml"].decode())
    closed = {"enable": False}
    assert app == {
        "minimum-gas-prices": "0stake",
        "api": closed,
        "grpc": closed,
        "grpc-web": closed,
    }


def test_its_addresses_begin_with_its_own_words(ordinary, blueprint):
    addresses = [account["address"] for account in first_state(blueprint)["auth"]["accounts"]]
    assert len(addresses) == 7
    assert all(address.startswith("cosmos1") for address in addresses)
    wallet = ordinary.wallet(blueprint)
    assert wallet.unheard_of_account(AccountName("Ghost")).address.startswith("cosmos1")
    assert wallet.treasury.address in addresses


def test_its_validators_enter_with_its_own_coin(blueprint):
    for entry in first_state(blueprint)["genutil"]["gen_txs"]:
        (message,) = entry["body"]["messages"]
        assert message["@type"] == "/cosmos.staking.v1beta1.MsgCreateValidator"
        assert message["validator_address"].startswith("cosmosvaloper1")
        assert message["value"] == {"denom": "stake", "amount": str(10**5 * 10**6)}
        assert len(base64.b64decode(message["pubkey"]["key"])) == 32
        assert entry["auth_info"]["fee"] == {"gas_limit": "200000"}


def test_where_nothing_is_paid_nothing_is_held_for_it(ordinary, blueprint):
    balances = first_state(blueprint)["bank"]["balances"]
    treasury = ordinary.wallet(blueprint).treasury.address
    held = {holder["address"]: holder["coins"] for holder in balances}
    assert held.pop(treasury) == [{"denom": "coin", "amount": str(10**15)}]
    assert list(held.values()) == [[{"denom": "stake", "amount": str(10**12)}]] * 4


def test_a_payment_costs_what_its_nodes_ask_for(ordinary, blueprint, simd, tmp_path, program, plan):
    dear = replace(simd, money=replace(simd.money, gas_price="0.0251", customers="crown"))
    for chain, fees in ((simd, []), (dear, [("stake", "5020")])):
        ordinary = CosmosImplementation(chain, cache=tmp_path / "cache", purses=2)
        wallet = ordinary.wallet(ordinary.blueprint(Topology(1), plan, program))
        alice = wallet.open_account(AccountName("Alice"))
        raw = TxRaw.FromString(wallet.sign(Payment(alice, alice, Amount(1)), Standing((0, 0))).wire)
        fee = AuthInfo.FromString(raw.auth_info_bytes).fee
        assert [(coin.denom, coin.amount) for coin in fee.amount] == fees
        message = MsgSend.FromString(TxBody.FromString(raw.body_bytes).messages[0].value)
        assert message.amount[0].denom == chain.money.customers


def test_a_rule_that_it_does_not_know_is_not_made_up(simd, tmp_path, plan, program):
    other = json.loads(program((), collect=""))
    del other["app_state"]["slashing"], other["app_state"]["gov"]["params"]
    ordinary = CosmosImplementation(simd, cache=tmp_path / "other", purses=2)
    blueprint = ordinary.blueprint(
        Topology(1), plan, lambda argv, *, collect: json.dumps(other).encode()
    )
    state = first_state(blueprint)
    assert "slashing" not in state
    assert state["gov"] == {}
    assert state["staking"]["params"]["unbonding_time"] == "60s"
