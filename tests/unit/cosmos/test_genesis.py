"""A network's first state adds up, is signed by its validators, and shares no key with another."""

from __future__ import annotations

import base64
import copy
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from cosmpy.crypto.keypairs import PublicKey
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import AuthInfo, SignDoc
from google.protobuf.json_format import ParseDict
from nacl.signing import SigningKey

from support.domain import NodeName
from support.engines.contract import AddressPlan, NodeAddress
from support.implementations.cosmos.genesis import Validator, entry_body, genesis
from support.implementations.cosmos.keys import CustomerKey, NodeKey, PurseKeys
from support.implementations.cosmos.money import SUPPLY
from support.implementations.cosmos.node_files import peer_address_of
from support.topology import Topology
from tests.unit.cosmos.conftest import TEMPLATE

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def validators(injective):
    return [
        Validator(NodeName(f"node-{n}"), CustomerKey(injective.prefixes), NodeKey())
        for n in (1, 2, 3, 4)
    ]


@pytest.fixture
def made(injective):
    return partial(genesis_of, injective)


def genesis_of(chain, validators, **changed):
    facts = {
        "identity": "accord-test-1",
        "start": START,
        "validators": validators,
        "treasury": "inj1treasury",
        "purses": ("inj1a", "inj1b"),
    }
    return genesis(chain, TEMPLATE, **{**facts, **changed})


def test_the_same_facts_make_the_same_bytes_and_leave_the_template_alone(made, validators):
    before = copy.deepcopy(TEMPLATE)
    assert made(validators) == made(validators)
    assert before == TEMPLATE


def test_supply_adds_up_and_the_treasury_has_all_coins(made, validators):
    bank = json.loads(made(validators))["app_state"]["bank"]
    total: Counter[str] = Counter()
    for holder in bank["balances"]:
        for coin in holder["coins"]:
            total[coin["denom"]] += int(coin["amount"])
    assert {coin["denom"]: int(coin["amount"]) for coin in bank["supply"]} == dict(total)
    assert total["coin"] == SUPPLY
    (rich,) = [
        holder["address"]
        for holder in bank["balances"]
        if any(coin["denom"] == "coin" for coin in holder["coins"])
    ]
    assert rich == "inj1treasury"


def test_every_holder_has_an_account_and_they_are_numbered(made, validators):
    state = json.loads(made(validators))["app_state"]
    accounts = state["auth"]["accounts"]
    assert [account["address"] for account in accounts] == [
        holder["address"] for holder in state["bank"]["balances"]
    ]
    assert [account["account_number"] for account in accounts] == [str(n) for n in range(7)]


def test_entries_of_validators_are_signed_by_them(injective, made, validators):
    entries = json.loads(made(validators))["app_state"]["genutil"]["gen_txs"]
    assert len(entries) == 4
    for entry, validator in zip(entries, validators, strict=True):
        message = entry["body"]["messages"][0]
        assert message["description"]["moniker"] == validator.name
        assert base64.b64decode(message["pubkey"]["key"]) == validator.votes.public
        assert message["commission"]["rate"] == "0.1"
        auth = signed_part(entry)
        document = SignDoc(
            body_bytes=entry_body(injective.money, validator).SerializeToString(),
            auth_info_bytes=auth,
            chain_id="accord-test-1",
        )
        signature = base64.b64decode(entry["signatures"][0])
        assert PublicKey(validator.operator.public).verify(document.SerializeToString(), signature)


def signed_part(entry):
    return ParseDict(entry["auth_info"], AuthInfo()).SerializeToString()


def test_rules_that_let_a_cut_off_validator_stay(made, validators):
    state = json.loads(made(validators))["app_state"]
    assert state["slashing"]["params"]["signed_blocks_window"] == "10000"
    assert state["slashing"]["params"]["min_signed_per_window"] == "0.050000000000000000"
    assert state["gov"]["params"]["expedited_voting_period"] == "10s"
    assert state["staking"]["params"]["unbonding_time"] == "60s"


def test_time_is_written_in_utc_and_a_network_never_starts_in_the_future(
    made, validators, implementation, program, plan
):
    elsewhere = START.astimezone(tz=None)
    assert json.loads(made(validators, start=elsewhere))["genesis_time"] == "2026-01-02T03:04:05Z"
    node = implementation.blueprint(Topology(4), plan, program).nodes[0]
    written = json.loads(node.files["config/genesis.json"])["genesis_time"]
    age = datetime.now(UTC) - datetime.fromisoformat(written)
    assert timedelta(0) < age < timedelta(seconds=10)


def test_purses_are_accounts_of_their_keys(injective):
    purses = PurseKeys(injective.prefixes, 5)
    assert len(set(purses.addresses)) == 5
    assert [purses.key(index).address for index in range(5)] == list(purses.addresses)


def test_a_blueprint_has_what_each_node_needs(implementation, program, plan):
    blueprint = implementation.blueprint(Topology(4), plan, program)
    assert len({node.files["config/genesis.json"] for node in blueprint.nodes}) == 1
    document = json.loads(blueprint.nodes[0].files["config/genesis.json"])
    assert document["chain_id"] == blueprint.identity
    for node in blueprint.nodes:
        config = node.files["config/config.toml"].decode()
        assert f'moniker = "{node.name}"' in config
        others = [peer_address_of(other) for other in blueprint.nodes if other is not node]
        assert f'persistent_peers = "{",".join(others)}"' in config
        assert peer_address_of(node) not in config
        assert peer_address_of(node).endswith(f"@host-{node.name}:1")
        assert node.command[:4] == ("injectived", "start", "--home", "/home/node")
        assert blueprint.identity in node.command


def test_the_keys_in_the_files_are_whole(implementation, program, plan):
    node = implementation.blueprint(Topology(4), plan, program).nodes[0]
    for path in ("config/node_key.json", "config/priv_validator_key.json"):
        both = base64.b64decode(json.loads(node.files[path])["priv_key"]["value"])
        assert bytes(SigningKey(both[:32]).verify_key) == both[32:]
    votes = json.loads(node.files["config/priv_validator_key.json"])
    assert base64.b64decode(votes["pub_key"]["value"]) == both[32:]
    assert votes["address"] == votes["address"].upper()


def test_two_networks_share_nothing(implementation, program, plan):
    one, other = (implementation.blueprint(Topology(4), plan, program) for _ in range(2))
    assert one.identity != other.identity
    assert implementation.wallet(one).treasury != implementation.wallet(other).treasury
    keys = [
        node.files[path]
        for network in (one, other)
        for node in network.nodes
        for path in ("config/node_key.json", "config/priv_validator_key.json")
    ]
    assert len(set(keys)) == 16


@pytest.mark.parametrize(
    ("block_time", "times"),
    [(0.05, ("12ms", "550ms")), (0.2, ("150ms", "700ms")), (1, ("950ms", "1500ms"))],
)
def test_block_time_becomes_consensus_times(implementation, program, plan, block_time, times):
    topology = Topology(1, block_time=block_time)
    command = implementation.blueprint(topology, plan, program).nodes[0].command
    said = dict(pairwise(command))
    assert times == (
        said["--unsafe-consensus-timeout-commit"],
        said["--unsafe-consensus-timeout-propose"],
    )


def test_a_stranger_calls_the_nodes_of_the_network_and_has_its_own(implementation, program, plan):
    host = implementation.blueprint(Topology(4), plan, program)
    name = NodeName("node-9")
    stranger = implementation.stranger(name, host, plan[name], program)
    document = json.loads(stranger.files["config/genesis.json"])
    assert document["chain_id"] != host.identity
    assert document["chain_id"] in stranger.command
    assert len(document["app_state"]["genutil"]["gen_txs"]) == 1
    config = stranger.files["config/config.toml"].decode()
    assert all(peer_address_of(node) in config for node in host.nodes)


def test_a_replacement_votes_as_the_old_node_and_is_somebody_else_to_its_peers(
    implementation, program, plan
):
    blueprint = implementation.blueprint(Topology(4), plan, program)
    old = blueprint.nodes[1]
    fresh = implementation.replacement(old.name, blueprint, None)
    changed = {path for path in old.files if old.files[path] != fresh.files[path]}
    assert changed == {"config/node_key.json"}
    assert fresh.files.keys() == old.files.keys()
    assert peer_address_of(fresh) != peer_address_of(old)
    assert (fresh.name, fresh.command, fresh.address) == (old.name, old.command, old.address)


def test_a_replacement_calls_other_fresh_nodes_by_their_own_ids(implementation, program, plan):
    blueprint = implementation.blueprint(Topology(4), plan, program)
    one, two = (node.name for node in blueprint.nodes[:2])
    blueprint = blueprint.with_replaced(implementation.replacement(one, blueprint, None))
    second = implementation.replacement(two, blueprint, None)
    config = second.files["config/config.toml"].decode()
    others = [node for node in blueprint.nodes if node.name != two]
    assert all(peer_address_of(node) in config for node in others)
    assert config.count("@") == 3


def test_a_home_with_another_port_is_followed(implementation, program):
    address = NodeAddress("10.0.0.7", "127.0.0.1", "/home/x", {"peers": 5001, "api": 5002})
    plan = AddressPlan({NodeName("node-1"): address})
    node = implementation.blueprint(Topology(1), plan, program).nodes[0]
    config = node.files["config/config.toml"].decode()
    assert 'laddr = "tcp://127.0.0.1:5001"' in config
    assert 'laddr = "tcp://127.0.0.1:5002"' in config
    assert peer_address_of(node).endswith("@10.0.0.7:5001")
