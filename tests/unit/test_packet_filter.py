"""Cuts are rules in the nodes' own packet filters, and are believed only when measured."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from support.domain import EnvironmentProblem, NodeName, NodeState
from support.engines.contract import CommandFailed
from support.faults.grudges import Grudge, between, deaf, groups, union
from support.faults.packet_filter import FaultHadNoEffect, PacketFilter
from support.journal import Journal
from tests.unit.played import (
    NODE_1,
    NODE_2,
    NODE_3,
    NODE_4,
    PlayedDeployment,
    PlayedTime,
    journalled,
)

ALL = (NODE_1, NODE_2, NODE_3, NODE_4)
NODE_4_ALONE = between([NODE_4], [NODE_1, NODE_2, NODE_3])
NOTHING_DROPPED: Mapping[NodeName, set[str]] = {node: set() for node in ALL}


@pytest.fixture
def host(clock: PlayedTime) -> PlayedDeployment:
    return PlayedDeployment(ALL)


@pytest.fixture
def cuts(host: PlayedDeployment, journal: Journal) -> PacketFilter:
    return PacketFilter(host, journal)


def in_force(host: PlayedDeployment) -> dict[NodeName, set[str]]:
    """The addresses that each node's filter drops at the moment."""
    return {node: set(host.namespaces[node].dropped) for node in host.nodes}


def rules_of(grudge: Grudge) -> dict[NodeName, set[str]]:
    return {node: {ip(other) for other in grudge.get(node, ())} for node in ALL}


def ip(node: NodeName) -> str:
    return f"10.0.0.{node[-1]}"


def asked_of_connections(host: PlayedDeployment, node: NodeName) -> list[tuple[str, ...]]:
    return [command for command in host.namespaces[node].commands if command[0] == "ss"]


def kinds(journal: Journal) -> list[str]:
    return [record["kind"] for record in journalled(journal.path)[1:]]


# -- what is applied


@pytest.mark.parametrize(
    "grudge",
    [
        NODE_4_ALONE,
        between([NODE_1, NODE_2], [NODE_3, NODE_4]),
        between([NODE_1], [NODE_2]),
        deaf(NODE_2, [NODE_1, NODE_3, NODE_4]),
        union(*(deaf(node, [NODE_4]) for node in (NODE_1, NODE_2, NODE_3))),
        groups([NODE_1], [NODE_2], [NODE_3, NODE_4]),
    ],
)
def test_every_node_drops_what_the_grudge_says_and_nothing_else(
    host: PlayedDeployment, cuts: PacketFilter, grudge: Grudge
) -> None:
    cuts.cut(grudge)
    assert in_force(host) == rules_of(grudge)
    cuts.heal()
    assert in_force(host) == NOTHING_DROPPED


def test_the_rules_of_a_node_are_replaced_in_one_go(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(deaf(NODE_2, [NODE_3, NODE_1]))
    assert host.namespaces[NODE_2].scripts == [
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        "-A INPUT -s 10.0.0.1 -j DROP\n-A INPUT -s 10.0.0.3 -j DROP\nCOMMIT\n"
    ]


def test_nodes_without_a_part_in_the_cut_are_left_alone(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(between([NODE_1], [NODE_2]))
    assert host.namespaces[NODE_3].scripts == []
    cuts.heal()
    assert host.namespaces[NODE_3].scripts == []


def test_no_rule_is_about_the_port_of_customers(host: PlayedDeployment, cuts: PacketFilter) -> None:
    """The suite's own way in comes from the bridge's address, which no rule names."""
    cuts.cut(NODE_4_ALONE)
    dropped = {address for addresses in in_force(host).values() for address in addresses}
    assert dropped <= {ip(node) for node in ALL}


# -- what is measured


def test_every_pair_is_tried_in_both_directions(host: PlayedDeployment, cuts: PacketFilter) -> None:
    cuts.cut(NODE_4_ALONE)
    for node in ALL:
        others = {f"{ip(other)}:26656" for other in ALL if other != node}
        assert host.namespaces[node].probed() == others


def test_silence_is_waited_for_briefly_and_an_open_link_patiently(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(NODE_4_ALONE)
    probed = host.namespaces[NODE_1].probed
    assert probed("0.15") == {"10.0.0.4:26656"}
    assert probed("1.0") == {"10.0.0.2:26656", "10.0.0.3:26656"}


def test_a_measured_cut_stands_in_the_journal(cuts: PacketFilter, journal: Journal) -> None:
    number = cuts.cut(NODE_4_ALONE)
    cuts.heal(number)
    assert kinds(journal) == ["fault asked for", "fault applied", "fault measured", "fault undone"]
    asked, _, measured, undone = journalled(journal.path)[1:]
    assert asked["words"] == measured["words"]
    assert "node-4 drops what node-1, node-2, node-3 send" in asked["words"]
    assert asked["fault"] == measured["fault"] == number
    assert undone["faults"] == [number]


def test_a_cut_that_does_not_cut_is_no_cut(
    host: PlayedDeployment, cuts: PacketFilter, journal: Journal
) -> None:
    for node in ALL:
        host.namespaces[node].stuck = True
    with pytest.raises(FaultHadNoEffect) as raised:
        cuts.cut(NODE_4_ALONE)
    assert "node-4 reached node-1" in str(raised.value)
    assert "node-1 reached node-4" in str(raised.value)
    assert "node-1 reached node-2" not in str(raised.value)
    assert cuts.grudge == {}
    assert "fault measured" not in kinds(journal)


def test_a_cut_that_does_not_cut_is_taken_back(host: PlayedDeployment, cuts: PacketFilter) -> None:
    host.namespaces[NODE_3].stuck = True  # so node-3 and node-4 still talk: 4 -> 3 is let in
    host.namespaces[NODE_4].dropped = []
    with pytest.raises(FaultHadNoEffect, match="node-3"):
        cuts.cut(between([NODE_3], [NODE_1, NODE_4]))
    assert cuts.grudge == {}
    assert in_force(host) == NOTHING_DROPPED


def test_a_cut_that_cuts_too_much_is_no_cut(host: PlayedDeployment, cuts: PacketFilter) -> None:
    node_2 = host.namespaces[NODE_2]
    node_2.also_drops = {ip(NODE_1)}
    with pytest.raises(FaultHadNoEffect) as raised:
        cuts.cut(NODE_4_ALONE)
    assert "node-1 did not reach node-2" in str(raised.value)
    assert cuts.grudge == {}
    assert in_force(host) == NOTHING_DROPPED


def test_a_one_way_cut_in_the_wrong_direction_is_noticed(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    """The connection is as dead as it should be; only the counters tell who dropped."""
    host.namespaces[NODE_1].stuck = True
    host.namespaces[NODE_2].also_drops = {ip(NODE_1)}
    with pytest.raises(FaultHadNoEffect) as raised:
        cuts.cut(deaf(NODE_1, [NODE_2]))
    chain = f"{raised.value} {raised.value.__context__}"
    assert "node-1 was told to drop what node-2 send" in chain
    assert "its packet filter has counted nothing" in chain


def test_rules_that_count_nothing_prove_nothing(host: PlayedDeployment, cuts: PacketFilter) -> None:
    host.namespaces[NODE_4].counts = False
    with pytest.raises(FaultHadNoEffect, match=r"^node-4 was told to drop what node-1, node-2"):
        cuts.cut(NODE_4_ALONE)
    assert cuts.grudge == {}
    assert in_force(host) == NOTHING_DROPPED


def test_a_fault_without_effect_is_the_fault_of_the_host() -> None:
    assert issubclass(FaultHadNoEffect, EnvironmentProblem)
    assert not issubclass(FaultHadNoEffect, AssertionError)


def test_a_heal_that_does_not_open_the_links_is_noticed(
    host: PlayedDeployment, cuts: PacketFilter, journal: Journal
) -> None:
    cuts.cut(NODE_4_ALONE)
    host.namespaces[NODE_4].stuck = True
    with pytest.raises(FaultHadNoEffect) as raised:
        cuts.heal()
    assert "node-1 did not reach node-4" in str(raised.value)
    assert "node-4 did not reach node-1" in str(raised.value)
    assert "fault undone" not in kinds(journal)


def test_a_heal_resets_the_connections_that_were_cut_and_no_others(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(union(between([NODE_1], [NODE_2]), deaf(NODE_4, [NODE_1])))
    host.namespaces[NODE_1].connections = [
        ("10.0.0.1:26656", "10.0.0.2:40001"),
        ("10.0.0.1:40003", "10.0.0.3:26656"),
        ("[::ffff:10.0.0.1]:26656", "[::ffff:10.0.0.4]:40004"),
    ]
    host.namespaces[NODE_2].connections = [("10.0.0.2:40001", "10.0.0.1:26656")]
    assert not asked_of_connections(host, NODE_1)
    cuts.heal()
    assert [command[1] for command in asked_of_connections(host, NODE_1)] == ["-tnH", "-K"]
    assert asked_of_connections(host, NODE_1)[-1][2] == (
        "( sport = :26656 and dst 10.0.0.2 and dport = :40001 ) or "
        "( sport = :26656 and dst 10.0.0.4 and dport = :40004 )"
    )
    assert asked_of_connections(host, NODE_2)[-1][2] == (
        "( sport = :40001 and dst 10.0.0.1 and dport = :26656 )"
    )
    assert not asked_of_connections(host, NODE_3)
    assert [command[1] for command in asked_of_connections(host, NODE_4)] == ["-tnH"]


def test_what_is_dialled_when_the_links_are_open_again_is_not_reset(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    """CometBFT never dials again whom it loses in the moment in which it has found it."""
    cuts.cut(between([NODE_1], [NODE_2]))
    cuts.heal()
    last = [command[0] for command in host.namespaces[NODE_1].commands if command[0] != "probe"]
    assert last[-2:] == ["ss", "iptables-restore"], "known before the rules are gone"


def test_a_node_that_does_not_listen_yet_is_no_reason_to_complain(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    host.namespaces[NODE_2].listens = False
    cuts.cut(NODE_4_ALONE)
    cuts.heal()


def test_a_refused_connection_across_a_cut_means_that_there_is_none(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    """A refusal is an answer, so packets went both ways."""
    for node in (NODE_1, NODE_2):
        host.namespaces[node].listens = False
        host.namespaces[node].stuck = True
    with pytest.raises(FaultHadNoEffect):
        cuts.cut(between([NODE_1], [NODE_2]))


def test_an_error_while_rules_are_applied_takes_the_cut_back(
    host: PlayedDeployment, cuts: PacketFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = host.namespaces[NODE_3]
    failing = iter([True])
    real = broken.run

    def run(argv: list[str], *, stdin: str = "", timeout: float = 10.0) -> str:
        if next(failing, False):
            raise CommandFailed("the fault helper is gone")
        return real(argv, stdin=stdin, timeout=timeout)

    monkeypatch.setattr(broken, "run", run)
    with pytest.raises(CommandFailed, match="the fault helper is gone"):
        cuts.cut(NODE_4_ALONE)
    assert cuts.grudge == {}
    assert in_force(host) == NOTHING_DROPPED


# -- several cuts


def test_two_cuts_add_up_and_heal_one_by_one(host: PlayedDeployment, cuts: PacketFilter) -> None:
    first = NODE_4_ALONE
    second = deaf(NODE_1, [NODE_2, NODE_4])
    one, other = cuts.cut(first), cuts.cut(second)
    assert one != other
    assert in_force(host) == rules_of(union(first, second))
    cuts.heal(one)
    assert in_force(host) == rules_of(second)
    assert cuts.grudge == second
    cuts.heal(other)
    assert in_force(host) == NOTHING_DROPPED


def test_the_second_of_two_cuts_can_heal_first(host: PlayedDeployment, cuts: PacketFilter) -> None:
    first, second = NODE_4_ALONE, between([NODE_1], [NODE_2, NODE_4])
    cuts.cut(first)
    number = cuts.cut(second)
    cuts.heal(number)
    assert in_force(host) == rules_of(first)


def test_one_heal_takes_all_cuts_back(
    host: PlayedDeployment, cuts: PacketFilter, journal: Journal
) -> None:
    numbers = [cuts.cut(NODE_4_ALONE), cuts.cut(between([NODE_1], [NODE_2]))]
    cuts.heal()
    assert in_force(host) == NOTHING_DROPPED
    assert journalled(journal.path)[-1]["faults"] == numbers


def test_a_second_cut_that_fails_leaves_the_first_in_force(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(NODE_4_ALONE)
    host.namespaces[NODE_1].counts = False
    with pytest.raises(FaultHadNoEffect):
        cuts.cut(between([NODE_1], [NODE_2]))
    assert cuts.grudge == NODE_4_ALONE
    assert in_force(host) == rules_of(NODE_4_ALONE)


def test_a_heal_of_nothing_does_nothing(
    host: PlayedDeployment, cuts: PacketFilter, journal: Journal
) -> None:
    cuts.heal()
    assert kinds(journal) == []
    assert all(not namespace.commands for namespace in host.namespaces.values())


# -- nodes that are down


def test_a_node_that_is_down_is_neither_cut_nor_asked(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    host.stop(NODE_4)
    cuts.cut(NODE_4_ALONE)
    assert host.namespaces[NODE_4].commands == []
    assert "10.0.0.4:26656" not in host.namespaces[NODE_1].probed()
    assert in_force(host)[NODE_1] == {"10.0.0.4"}
    cuts.heal()
    assert host.namespaces[NODE_4].commands == []


def test_a_node_that_starts_anew_gets_its_rules_again(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(NODE_4_ALONE)
    host.kill(NODE_4)
    host.start(NODE_4)
    assert in_force(host)[NODE_4] == set(), "rules end with the namespace"
    cuts.renew(NODE_4)
    assert in_force(host) == rules_of(NODE_4_ALONE)


def test_a_node_that_drops_nothing_needs_no_rules_again(
    host: PlayedDeployment, cuts: PacketFilter
) -> None:
    cuts.cut(deaf(NODE_4, [NODE_1]))
    host.kill(NODE_1)
    host.start(NODE_1)
    cuts.renew(NODE_1)
    assert host.namespaces[NODE_1].commands == []


def test_a_frozen_node_can_be_cut(host: PlayedDeployment, cuts: PacketFilter) -> None:
    host.pause(NODE_4)
    assert host.state(NODE_4) is NodeState.PAUSED
    cuts.cut(NODE_4_ALONE)
    assert in_force(host) == rules_of(NODE_4_ALONE)
