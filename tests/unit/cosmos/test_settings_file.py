"""A settings file becomes a chain, and whatever is wrong with one becomes one sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from support.domain import BadRequest, Capability
from support.engines.contract import API, PEERS, Platform
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.cosmos.settings_file import read_chain
from support.implementations.registry import CHAINS, implementation_named
from support.topology import Topology

ROOT = CHAINS.parent
SIMD = Path(__file__).with_name("simd.toml").read_text()
EXAMPLE = ROOT / "docs/examples/another-chain.toml"


@pytest.fixture
def written(tmp_path):
    def write(text):
        settings = tmp_path / "ours.toml"
        settings.write_text(text)
        return settings

    return write


def with_more(more, table=""):
    return SIMD.replace(table, f"{table}\n{more}") if table else f"{SIMD}\n{more}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "name = 1 2",
            "is not TOML: Expected newline or end of document after a statement",
        ),
        ("", ": name is missing: it is what people call the chain"),
        ("name = 7", ": name must be a text, not 7"),
        ('name = "our chain"', ": name cannot be 'our chain': it is what people call"),
        ('name = "a"\nsoftware = "simd"', ": software must be a table, not 'simd'"),
        ('name = "a"\n[software]', ": software.program is missing: it is the name of the node's"),
        ("nam = 1\n" + SIMD, ": nam is no setting of a chain: did you mean name?"),
        ("colour = 1\n" + SIMD, ": colour is no setting of a chain: choose from addresses, app,"),
        (
            with_more('costumers = "x"', "[coins]"),
            ": coins.costumers is no setting of coins: did you mean coins.customers?",
        ),
        (SIMD.replace('fees = "stake"', ""), ": coins.fees is missing: it is a denomination"),
        (SIMD.replace('"stake"', '"1x"'), ": coins.fees cannot be '1x': it is a denomination"),
        (SIMD.replace('"cosmos"', '"Cosmos"'), ": addresses.account cannot be 'Cosmos'"),
        (with_more('customers = "stake"'), ": coins.customers cannot be 'stake', which fees or"),
        (with_more("gas_price = 0.025"), ": coins.gas_price must be a text, not 0.025"),
        (with_more('gas_price = "cheap"'), 'it is a decimal number as text, like "0.025"'),
        (with_more("gas = true"), ": coins.gas must be a whole number, not True"),
        (with_more("gas = 0"), ": coins.gas must be from 1 to 1000000000000, not 0"),
        ("block_time = 0.001\n" + SIMD, ": block_time must be from 0.05 to 60, not 0.001"),
        ('block_time = "fast"\n' + SIMD, ": block_time must be a number, not 'fast'"),
        (with_more("[ports]\napi = 80"), ": ports.api must be from 1024 to 65535, not 80"),
        (with_more("[ports]\napi = 26656"), ": ports.api cannot be 26656, which ports.peers is"),
        (with_more('[start]\narguments = "start"'), ": start.arguments must be a list of texts"),
        (with_more("[start]\narguments = [1]"), ": start.arguments must be a list of texts"),
        (
            with_more('[start]\narguments = ["{home}", "{hmoe}"]'),
            ": start.arguments cannot have {hmoe} in it: there are {home}, {identity},",
        ),
        (with_more('[start]\narguments = ["start"]'), ": start.arguments must have {home} in it"),
        (with_more('[init]\narguments = ["{commit}"]'), "there are {home}, {identity}, {stake}"),
        (with_more("[config.p2p]\nladdr = ''"), ": config.p2p.laddr is not for settings"),
        (with_more("[config]\np2p = 7"), ": config.p2p is not for settings"),
        (with_more("[config]\nday = 2026-01-02"), ": config.day cannot be a date or infinite"),
        (with_more("[app]\nx = [inf]"), ": app.x cannot be a date or infinite"),
        (
            with_more("[genesis]\napp_state.bank.supply = []"),
            ": genesis.app_state.bank.supply is not for settings",
        ),
        (
            with_more("[lacks]\ndated_block = 'x'"),
            ": lacks.dated_block is no capability that such a chain has: did you mean "
            "lacks.dated_blocks?",
        ),
        (with_more("[lacks]\ndated_blocks = ''"), ": lacks.dated_blocks cannot be ''"),
        (with_more("[log]\nturned_away = ''"), ": log.turned_away cannot be ''"),
        (
            with_more('[upgrade]\nfrom = "1"\nplan = "v2"'),
            ": upgrade.from needs a program that comes in a wheel: software.wheel",
        ),
        (with_more("[upgrade]\nto = 1"), ": upgrade.to is no setting of an upgrade"),
        (
            with_more('path = "simd"\nfolder = "x"', "[software]"),
            ": software.folder cannot be there beside software.path",
        ),
        (
            with_more('folder = "x"\nlibraries = []', "[software]"),
            ": software.libraries belongs beside software.path only",
        ),
        (
            with_more('[software.wheel]\npackage = "p"\narchive = "a"'),
            ": software.wheel.builds is missing",
        ),
        (
            with_more('[software.wheel.builds]\n"Linux on x86-64" = {}'),
            ": software.wheel.builds.Linux on x86-64 is no platform: did you mean "
            "software.wheel.builds.Linux on x86_64?",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(written, text, words):
    settings = written(text)
    with pytest.raises(BadRequest) as problem:
        read_chain(settings)
    assert words in str(problem.value)
    assert str(settings) in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_file_that_is_not_there(tmp_path):
    for name in (tmp_path / "none.toml", "chains/none.toml"):
        with pytest.raises(BadRequest, match=r"there is no settings file .*none\.toml"):
            implementation_named(str(name))


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(BadRequest, match="cannot be read: Is a directory"):
        read_chain(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(BadRequest, match="is not TOML"):
        read_chain(binary)


def test_what_a_file_adds_is_in_the_files_of_every_node(
    written, injective, tmp_path, program, plan
):
    more = """
[config]
log_format = "plain"
[config.p2p]
max_num_inbound_peers = 7
allow_duplicate_ip = false
[app.telemetry]
enabled = true
global-labels = [["chain", "ours"]]
[genesis]
app_state.staking.params.unbonding_time = "5s"
"app_state.gov.params.voting_period" = "30s"
chains_own = 1
"""
    chain = replace(read_chain(written(with_more(more))), source=injective.source)
    ordinary = CosmosImplementation(chain, tmp_path / "cache", 1)
    template = json.loads(program((), collect="")) | {"chains_own": None}
    blueprint = ordinary.blueprint(
        Topology(1), plan, lambda argv, *, collect: json.dumps(template).encode()
    )
    files = {path: content.decode() for path, content in blueprint.nodes[0].files.items()}
    assert files["config/config.toml"].startswith('moniker = "node-1"\nlog_format = "plain"\n\n[')
    assert "max_num_inbound_peers = 7\n" in files["config/config.toml"]
    assert "allow_duplicate_ip = false\n" in files["config/config.toml"]
    assert files["config/app.toml"].endswith(
        '[telemetry]\nenabled = true\nglobal-labels = [["chain", "ours"]]\n'
    )
    document = json.loads(files["config/genesis.json"])
    assert document["chains_own"] == 1
    assert document["app_state"]["staking"]["params"]["unbonding_time"] == "5s"
    assert document["app_state"]["gov"]["params"]["voting_period"] == "30s"
    assert document["app_state"]["gov"]["params"]["max_deposit_period"] == "10s"


def test_a_genesis_that_has_no_such_place(written, injective, tmp_path, program, plan):
    settings = written(with_more("[genesis]\napp_state.staking.params.unbounding_time = '5s'"))
    chain = replace(read_chain(settings), source=injective.source)
    implementation = CosmosImplementation(chain, tmp_path / "cache", 1)
    with pytest.raises(BadRequest, match=r"ours\.toml: genesis\.app_state\.staking\.params\.unbou"):
        implementation.blueprint(Topology(1), plan, program)


def test_what_a_chain_lacks_is_told(written, injective):
    settings = written(with_more("[lacks]\ndated_blocks = 'nobody has looked'"))
    chain = replace(read_chain(settings), source=injective.source)
    implementation = CosmosImplementation(chain)
    assert implementation.lacks[Capability.DATED_BLOCKS] == "nobody has looked"
    assert Capability.DATED_BLOCKS not in implementation.capabilities


def test_injective_is_a_settings_file_like_any_other():
    by_file = implementation_named(str(CHAINS / "injective.toml"))
    by_name = implementation_named("injective")
    assert by_file.software == by_name.software
    assert by_file.capabilities == by_name.capabilities


def test_a_file_is_found_from_where_one_is(monkeypatch):
    monkeypatch.chdir(CHAINS)
    assert implementation_named("injective.toml").name == "injective"


def test_the_worked_example_is_another_chain(tmp_path, program, plan):
    chain = read_chain(EXAMPLE)
    assert chain.source.builds.keys() >= {Platform("Linux", "x86_64")}
    example = implementation_named(str(EXAMPLE))
    assert (example.name, example.block_time) == ("moonlight", 0.3)
    assert dict(example.ports) == {PEERS: 36656, API: 36657}
    template = json.loads(program((), collect=""))
    template["app_state"]["mint"] = {"params": {"inflation_max": "0.2"}}
    example = CosmosImplementation(chain, tmp_path / "cache", 1)
    (node,) = example.blueprint(
        Topology(1), plan, lambda argv, *, collect: json.dumps(template).encode()
    ).nodes
    assert node.command[0] == "injectived"
    state = json.loads(node.files["config/genesis.json"])["app_state"]
    assert state["mint"]["params"]["inflation_max"] == "0.100000000000000000"
    held = {coin["denom"]: coin["amount"] for coin in state["bank"]["supply"]}
    assert held.keys() == {"crown", "glim", "stake"}
    assert b'minimum-gas-prices = "0.25stake"' in node.files["config/app.toml"]
    assert b"timeout_commit" not in node.files["config/config.toml"]


@pytest.mark.parametrize("settings", [*CHAINS.glob("*.toml"), EXAMPLE], ids=lambda file: file.name)
def test_every_file_that_comes_with_the_project_can_be_read(settings):
    assert read_chain(settings).settings == str(settings)
