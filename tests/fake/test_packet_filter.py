"""The simulated packet filter understands what cuts need, and says no to the rest."""

from __future__ import annotations

import pytest

from tests.fake.packet_filter import NotUnderstood, PacketFilter

ONE, TWO = "10.64.1.11", "10.64.1.12"


def test_a_new_one_lets_everything_in() -> None:
    assert PacketFilter().lets_in(ONE)


def test_a_rule_drops_what_its_source_sends() -> None:
    packets = PacketFilter()
    packets.iptables(["-A", "INPUT", "-s", ONE, "-j", "DROP"])
    assert not packets.lets_in(ONE)
    assert packets.lets_in(TWO)


def test_a_chain_of_its_own_counts_only_when_it_is_jumped_to() -> None:
    packets = PacketFilter()
    packets.iptables(["-N", "ACCORD"])
    packets.iptables(["-A", "ACCORD", "-s", f"{ONE}/32", "-j", "DROP"])
    assert packets.lets_in(ONE)
    packets.iptables(["-w", "5", "-I", "INPUT", "1", "-j", "ACCORD"])
    assert not packets.lets_in(ONE)
    packets.iptables(["-F", "ACCORD"])
    assert packets.lets_in(ONE)


def test_a_script_adds_to_what_is_there_unless_it_flushes() -> None:
    packets = PacketFilter()
    packets.iptables(["-A", "INPUT", "-s", ONE, "-j", "DROP"])
    script = f"*filter\n:ACCORD - [0:0]\n-A ACCORD -s {TWO} -j DROP\n-A INPUT -j ACCORD\nCOMMIT\n"
    packets.restore(script, flush=False)
    assert not packets.lets_in(ONE)
    assert not packets.lets_in(TWO)
    packets.restore("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", flush=True)
    assert packets.lets_in(ONE)
    assert packets.lets_in(TWO)


def test_a_script_with_a_wrong_line_changes_nothing() -> None:
    packets = PacketFilter()
    script = f"*filter\n-A INPUT -s {ONE} -j DROP\n-A NOWHERE -s {TWO} -j DROP\nCOMMIT\n"
    with pytest.raises(NotUnderstood):
        packets.restore(script, flush=False)
    assert packets.lets_in(ONE)


def test_only_packets_that_arrive_are_counted() -> None:
    packets = PacketFilter()
    packets.iptables(["-A", "INPUT", "-s", ONE, "-j", "DROP"])
    packets.lets_in(ONE)
    assert "-c 0 0" in packets.iptables(["-S", "INPUT", "-v"])
    assert not packets.receive(ONE)
    assert packets.iptables(["-v", "-S", "INPUT"]).splitlines() == [
        "-P INPUT ACCEPT",
        f"-A INPUT -s {ONE}/32 -c 1 60 -j DROP",
    ]


def test_a_rule_is_taken_back_by_naming_it() -> None:
    packets = PacketFilter()
    rule = ["INPUT", "-s", ONE, "-j", "DROP"]
    packets.iptables(["-A", *rule])
    packets.iptables(["-C", *rule])
    packets.iptables(["-D", *rule])
    assert packets.lets_in(ONE)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-A", "INPUT"],
        ["-A", "INPUT", "-s"],
        ["-A", "INPUT", "-j", "REJECT"],
        ["-A", "INPUT", "-p", "tcp", "-j", "DROP"],
        ["-C", "INPUT", "-s", ONE, "-j", "DROP"],
        ["-D", "INPUT", "-s", ONE, "-j", "DROP"],
        ["-F", "ACCORD"],
        ["-N", "INPUT"],
        ["-X", "INPUT"],
        ["-t", "nat", "-F", "INPUT"],
    ],
    ids=" ".join,
)
def test_what_it_cannot_do_is_refused(words: list[str]) -> None:
    with pytest.raises(NotUnderstood):
        PacketFilter().iptables(words)
