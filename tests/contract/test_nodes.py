"""Nodes stop, crash, freeze, start again, join and leave, as deployments say."""

from __future__ import annotations

import pytest

from support.domain import Capability, EnvironmentProblem, NodeName, NodeState
from support.engines.contract import API
from support.implementations.contract import Unreachable
from tests.contract.started import Needs, Pair, Started, eventually

pytestmark = pytest.mark.engine

TWO = NodeName("node-2")


def _others(network: Started) -> list[NodeName]:
    return [node for node in network.nodes if node != TWO]


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_node_that_is_down_does_not_answer_and_the_others_go_on(
    network: Started, way: str
) -> None:
    client = network.client(TWO)
    getattr(network.deployment, way)(TWO)
    assert network.deployment.state(TWO) is NodeState.STOPPED
    with pytest.raises(Unreachable):
        client.status()
    with pytest.raises(EnvironmentProblem):
        network.deployment.endpoints(TWO)
    assert TWO in network.deployment.nodes
    network.await_new_blocks(_others(network))


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_node_that_starts_again_has_its_history_and_learns_what_it_missed(
    network: Started, way: str
) -> None:
    network.await_height(3)
    known = network.height(TWO)
    before = network.history(TWO, known)
    getattr(network.deployment, way)(TWO)
    network.await_new_blocks(_others(network))
    network.deployment.start(TWO)
    assert network.deployment.state(TWO) is NodeState.RUNNING
    assert eventually(lambda: network.history(TWO, known), "node-2 answers") == before
    network.await_new_blocks()


def test_the_endpoint_of_a_restarted_node_is_asked_for_anew(network: Started) -> None:
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    assert network.deployment.endpoints(TWO)[API]
    eventually(lambda: network.client(TWO).status(), "node-2 answers at its new endpoint")


def test_a_frozen_node_does_not_answer_until_it_is_woken(network: Started) -> None:
    network.deployment.pause(TWO)
    assert network.deployment.state(TWO) is NodeState.PAUSED
    with pytest.raises(Unreachable):
        network.client(TWO).status()
    network.await_new_blocks(_others(network))
    network.deployment.resume(TWO)
    assert network.deployment.state(TWO) is NodeState.RUNNING
    network.await_new_blocks()


def test_a_killed_node_may_have_been_frozen(network: Started) -> None:
    network.deployment.pause(TWO)
    network.deployment.kill(TWO)
    assert network.deployment.state(TWO) is NodeState.STOPPED
    network.deployment.start(TWO)
    network.await_new_blocks()


def test_a_wiped_node_learns_everything_again(network: Started, needs: Needs) -> None:
    needs(Capability.SELF_REBUILD)
    alice = network.account("Alice", holds=100)
    network.deployment.stop(TWO)
    assert network.deployment.logs(TWO)
    network.deployment.wipe(TWO)
    assert network.deployment.state(TWO) is NodeState.STOPPED
    assert network.deployment.logs(TWO) == ""
    network.deployment.start(TWO)
    network.await_new_blocks()
    network.await_balance(TWO, alice, 100)


def test_a_fresh_node_takes_the_place_of_another_one(network: Started) -> None:
    alice = network.account("Alice", holds=100)
    old = network.blueprint.node(TWO)
    member = network.client(_others(network)[0])
    network.deployment.kill(TWO)
    fresh = eventually(
        lambda: network.implementation.replacement(TWO, network.blueprint, member),
        "the members let a fresh node in",
    )
    assert (fresh.name, fresh.address) == (old.name, old.address)
    network.deployment.remove(TWO)
    assert TWO not in network.deployment.nodes
    network.deployment.add(fresh)
    network.blueprint = network.blueprint.with_replaced(fresh)
    assert tuple(network.deployment.nodes) == tuple(network.nodes)
    network.await_new_blocks()
    network.await_balance(TWO, alice, 100)
    others = frozenset(_others(network))
    eventually(lambda: network.client(TWO).peers() == others or None, "node-2 finds the others")


def test_a_sleeping_network_does_not_answer_and_goes_on_when_it_is_woken(network: Started) -> None:
    network.await_height(2)
    network.deployment.freeze()
    assert {network.deployment.state(node) for node in network.nodes} == {NodeState.PAUSED}
    with pytest.raises(Unreachable):
        network.client(TWO).status()
    network.deployment.thaw()
    assert {network.deployment.state(node) for node in network.nodes} == {NodeState.RUNNING}
    network.await_new_blocks()


def test_a_node_that_is_down_stays_down_over_a_sleep(network: Started) -> None:
    network.deployment.kill(TWO)
    network.deployment.freeze()
    network.deployment.thaw()
    assert network.deployment.state(TWO) is NodeState.STOPPED
    network.await_new_blocks(_others(network))


def test_a_node_of_another_network_is_turned_away(network: Started) -> None:
    name = NodeName("stranger-5")
    for node in network.nodes:
        assert not network.implementation.turned_away(network.deployment.logs(node))
    address = network.engine.further_address(network.plan, name)
    assert address.host not in {network.deployment.address(node).host for node in network.nodes}
    stranger = network.implementation.stranger(name, network.blueprint, address, network.tools)
    network.deployment.add(stranger)
    assert name in network.deployment.nodes
    eventually(
        lambda: network.implementation.turned_away(network.deployment.logs(name)) or None,
        "the stranger's log says that it was turned away",
    )
    for node in network.nodes:
        assert name not in network.client(node).peers()
    network.deployment.remove(name)
    assert tuple(network.deployment.nodes) == tuple(network.nodes)
    network.await_new_blocks()


def test_the_log_spans_all_starts_and_ends_where_it_is_cut(network: Started) -> None:
    lines = eventually(
        lambda: network.deployment.logs(TWO).splitlines() or None, "node-2 has written something"
    )
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    eventually(
        lambda: len(network.deployment.logs(TWO, tail=5000).splitlines()) > len(lines) or None,
        "node-2 has written more",
    )
    assert network.deployment.logs(TWO, tail=5000).splitlines()[0] == lines[0]
    assert len(network.deployment.logs(TWO, tail=1).splitlines()) == 1


def test_people_get_hints(network: Started) -> None:
    hints = network.deployment.hints()
    assert hints
    assert all(what and command for what, command in hints.items())


def test_a_network_can_be_destroyed_twice(pair: Pair) -> None:
    network = Started(pair)
    client = network.client(TWO)
    network.deployment.destroy()
    with pytest.raises(Unreachable):
        client.status()
    network.deployment.destroy()


def test_addresses_that_nobody_uses_can_be_given_up(pair: Pair) -> None:
    ports = pair.implementation.ports
    plan = pair.engine.address_plan([TWO], ports)
    assert plan[TWO].ports == ports
    pair.engine.release(plan)
    pair.engine.release(pair.engine.address_plan([TWO], ports))


def test_two_networks_do_not_meet(pair: Pair, network: Started) -> None:
    other = Started(pair)
    try:
        other.await_height(2)
        network.await_height(2)
        assert other.blueprint.identity != network.blueprint.identity
        assert other.client(TWO).block_ids(1, 1) != network.client(TWO).block_ids(1, 1)  # type: ignore[arg-type]
        assert {other.deployment.address(node).host for node in other.nodes}.isdisjoint(
            network.deployment.address(node).host for node in network.nodes
        )
    finally:
        other.end()
