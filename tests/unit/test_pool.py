"""Networks are leased by topology, sleep while nobody uses them, and go when they must."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

from support.journal import Journal
from support.network import Network
from support.pool import MOST_NODES_ASLEEP, Pool
from support.topology import Topology
from tests.unit.played import journalled

FOUR, FIVE = Topology(4), Topology(5)


@dataclass
class Leased:
    """A network as the pool knows it: what was done to it, in order."""

    topology: Topology
    name: str
    done: list[str] = field(default_factory=list)
    is_asleep: bool = False

    def sleep(self) -> None:
        self.done.append("sleep")
        self.is_asleep = True

    def wake(self) -> None:
        self.done.append("wake")
        self.is_asleep = False

    def leave(self) -> None:
        self.done.append("leave")

    def destroy(self) -> None:
        self.done.append("destroy")

    def prepare_faults(self) -> None:
        self.done.append("prepare faults")


class Host:
    """Starts networks, and can be unable to."""

    def __init__(self) -> None:
        self.started: list[Leased] = []
        self.cannot: Exception | None = None

    def start(self, topology: Topology) -> Network:
        if self.cannot is not None:
            raise self.cannot
        self.started.append(Leased(topology, f"network-{len(self.started) + 1}"))
        return cast(Network, self.started[-1])


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def pool(host: Host, journal: Journal) -> Pool:
    return Pool(host.start, journal)


def done(network: Network) -> list[str]:
    return cast(Leased, network).done


def kinds(journal: Journal) -> list[str]:
    return [record["kind"] for record in journalled(journal.path)[1:]]


def test_a_returned_network_is_leased_again(pool: Pool, host: Host) -> None:
    first = pool.lease(FOUR)
    pool.give_back(first)
    assert pool.lease(FOUR) is first
    assert len(host.started) == 1


def test_a_network_is_leased_to_one_scenario_at_a_time(pool: Pool) -> None:
    assert pool.lease(FOUR) is not pool.lease(FOUR)


def test_a_network_of_another_topology_is_of_no_use(pool: Pool, host: Host) -> None:
    pool.give_back(pool.lease(FOUR))
    assert pool.lease(FIVE).topology == FIVE
    slower = Topology(4, 0.5)
    assert pool.lease(slower).topology == slower
    assert len(host.started) == 3


def test_the_network_that_was_used_last_needs_no_waking(pool: Pool) -> None:
    network = pool.lease(FOUR)
    pool.give_back(network)
    pool.lease(FOUR)
    assert done(network) == ["prepare faults"]


def test_the_others_sleep_while_one_is_used(pool: Pool) -> None:
    four = pool.lease(FOUR)
    pool.give_back(four)
    five = pool.lease(FIVE)
    assert done(four) == ["prepare faults", "sleep"]
    pool.give_back(five)
    assert pool.lease(FOUR) is four
    assert done(four) == ["prepare faults", "sleep", "wake"]
    assert done(five) == ["prepare faults", "sleep"]


def test_a_leased_network_is_never_put_to_sleep(pool: Pool) -> None:
    four = pool.lease(FOUR)
    pool.lease(FIVE)
    assert done(four) == ["prepare faults"]


def test_a_network_sleeps_before_another_one_starts(pool: Pool, host: Host) -> None:
    four = pool.lease(FOUR)
    pool.give_back(four)
    host.cannot = OSError("no memory")
    with pytest.raises(OSError, match="no memory"):
        pool.lease(FIVE)
    assert done(four)[-1] == "sleep"
    host.cannot = None
    assert pool.lease(FOUR) is four
    assert done(four)[-1] == "wake"


def test_a_fresh_network_has_never_been_used(pool: Pool, journal: Journal) -> None:
    used = pool.lease(FOUR)
    pool.give_back(used)
    fresh = pool.lease(FOUR, fresh=True)
    assert fresh is not used
    assert done(used)[-1] == "sleep"
    leased = [r["fresh"] for r in journalled(journal.path) if r["kind"] == "network leased"]
    assert leased == [True, True]


def test_faults_are_made_ready_once(pool: Pool) -> None:
    network = pool.lease(FOUR)
    pool.give_back(network)
    pool.lease(FOUR)
    assert done(network).count("prepare faults") == 1


def test_a_network_that_is_thrown_away_is_gone(pool: Pool, host: Host, journal: Journal) -> None:
    network = pool.lease(FOUR)
    pool.throw_away(network, "its scenario did not end well")
    assert done(network)[-1] == "destroy"
    assert pool.lease(FOUR) is not network
    thrown = next(r for r in journalled(journal.path) if r["kind"] == "network thrown away")
    assert (thrown["network"], thrown["why"]) == ("network-1", "its scenario did not end well")


def test_the_one_that_slept_longest_is_evicted_when_too_many_sleep(pool: Pool) -> None:
    sizes = [4, 5, 6, 7]
    assert sum(sizes) > MOST_NODES_ASLEEP >= sum(sizes[1:])
    networks = [pool.lease(Topology(size)) for size in sizes]
    for network in networks:
        pool.give_back(network)
    pool.lease(Topology(1))
    assert done(networks[0])[-1] == "destroy"
    assert [done(network)[-1] for network in networks[1:]] == ["sleep"] * 3


def test_networks_that_fit_are_not_evicted(pool: Pool) -> None:
    networks = [pool.lease(Topology(5)) for _ in range(MOST_NODES_ASLEEP // 5)]
    for network in networks:
        pool.give_back(network)
    pool.lease(Topology(1))
    assert [done(network)[-1] for network in networks] == ["sleep"] * len(networks)


def test_an_evicted_network_is_not_leased(pool: Pool) -> None:
    huge = pool.lease(Topology(MOST_NODES_ASLEEP + 1))
    pool.give_back(huge)
    pool.lease(FOUR)
    assert done(huge)[-1] == "destroy"
    assert pool.lease(huge.topology) is not huge


def test_at_the_end_all_go_that_are_not_leased(pool: Pool, journal: Journal) -> None:
    asleep, awake, leased = pool.lease(FOUR), pool.lease(FIVE), pool.lease(FOUR)
    pool.give_back(asleep)
    pool.lease(Topology(1))
    pool.give_back(awake)
    pool.close()
    assert done(asleep)[-1] == done(awake)[-1] == "destroy"
    assert "destroy" not in done(leased)
    pool.close()
    assert done(asleep).count("destroy") == 1
    assert kinds(journal).count("network thrown away") == 2


def test_networks_for_people_are_handed_over_awake(pool: Pool) -> None:
    asleep, awake = pool.lease(FOUR), pool.lease(FIVE)
    pool.give_back(asleep)
    pool.lease(Topology(1))
    pool.give_back(awake)
    assert set(map(id, pool.hand_over_all())) == {id(asleep), id(awake)}
    assert done(asleep)[-2:] == ["wake", "leave"]
    assert done(awake)[-1] == "leave"
    pool.close()
    assert "destroy" not in done(asleep) + done(awake)
