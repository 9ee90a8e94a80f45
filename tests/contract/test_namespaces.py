"""Commands in a node's network namespace cut and measure links, in the direction they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from support.domain import NodeName, NodeState
from support.engines.contract import CommandFailed
from support.faults.connections import Connection, Connections
from tests.contract.started import Started, eventually

pytestmark = pytest.mark.engine

ONE, TWO, THREE = (NodeName(f"node-{number}") for number in (1, 2, 3))


@pytest.fixture
def cuttable(shared: Started) -> Iterator[Started]:
    """All links are open before and after."""
    shared.deployment.prepare_faults()
    shared.await_open(ONE, TWO)
    yield shared
    shared.heal()
    shared.await_new_blocks()


def test_a_rule_makes_a_link_silent_in_both_directions_and_no_other(cuttable: Started) -> None:
    cuttable.drop(ONE, [TWO])
    assert cuttable.probe(ONE, TWO) == "silent"  # the answer is dropped
    assert cuttable.probe(TWO, ONE) == "silent"  # the question is dropped
    assert cuttable.probe(ONE, THREE) == "open"
    assert cuttable.probe(TWO, THREE) == "open"


def test_a_link_is_open_again_when_the_rule_is_gone(cuttable: Started) -> None:
    cuttable.drop(ONE, [TWO])
    assert cuttable.probe(TWO, ONE) == "silent"
    cuttable.drop(ONE, [])
    cuttable.await_open(TWO, ONE)
    cuttable.await_open(ONE, TWO)


def test_the_rule_that_drops_counts_and_only_where_it_is(cuttable: Started) -> None:
    cuttable.drop(ONE, [TWO])
    cuttable.probe(TWO, ONE)
    host = re.escape(cuttable.deployment.address(TWO).host)
    rule = rf"^\s*([1-9]\d*)\s+\d+\s+DROP\s.*{host}\s"
    listings = {
        node: cuttable.deployment.in_network_namespace(node).run(
            ["iptables", "-L", "INPUT", "-v", "-n", "-x"]
        )
        for node in (ONE, THREE)
    }
    assert re.search(rule, listings[ONE], re.MULTILINE)
    assert "DROP" not in listings[THREE]


def test_the_suite_can_still_talk_to_a_node_that_is_cut_off(cuttable: Started) -> None:
    cuttable.cut([ONE], [node for node in cuttable.nodes if node != ONE])
    assert cuttable.client(ONE).status().height >= 1


def test_the_connections_of_one_link_can_be_reset_and_those_of_others_stay(
    cuttable: Started,
) -> None:
    connections = Connections(cuttable.deployment)

    def all_open() -> dict[NodeName, set[Connection]] | None:
        found = {node: set(connections.between(ONE, [node])) for node in (TWO, THREE)}
        return found if all(found.values()) else None

    before = eventually(all_open, f"{ONE} having a connection with everybody")
    connections.reset(ONE, before[TWO])
    after = eventually(all_open, f"{ONE} having a connection with everybody again")
    assert not after[TWO] & before[TWO]
    assert after[THREE] >= before[THREE]


def test_a_command_that_does_not_exist_fails(cuttable: Started) -> None:
    with pytest.raises(CommandFailed):
        cuttable.deployment.in_network_namespace(ONE).run(["no-such-command"])


def test_a_rule_that_makes_no_sense_fails(cuttable: Started) -> None:
    with pytest.raises(CommandFailed):
        cuttable.deployment.in_network_namespace(ONE).run(
            ["iptables", "-A", "NO-SUCH-CHAIN", "-j", "DROP"]
        )


def test_a_node_that_was_started_anew_has_no_rules(network: Started) -> None:
    network.drop(TWO, [ONE])
    network.deployment.kill(TWO)
    network.deployment.start(TWO)
    assert network.deployment.state(TWO) is NodeState.RUNNING
    network.await_open(ONE, TWO)
