"""Leases running networks to scenarios, and cleans them in between."""

from __future__ import annotations

from collections.abc import Callable

from support.journal import Journal
from support.network import Network
from support.topology import Topology

#: Sleeping networks cost memory (about 250 MiB a node) and nothing else.
MOST_NODES_ASLEEP = 20

Starter = Callable[[Topology], Network]


class Pool:
    """Networks by topology. One is leased to one scenario at a time; the others sleep."""

    def __init__(self, start: Starter, journal: Journal) -> None:
        self._start = start
        self._journal = journal
        self._awake: list[Network] = []
        self._asleep: list[Network] = []

    def lease(self, topology: Topology, *, fresh: bool = False) -> Network:
        """A ready network of this topology; ``fresh`` means one that has never been used."""
        ready = None if fresh else self._take(topology)
        try:
            self._put_to_sleep()
            if ready is not None and ready.is_asleep:
                ready.wake()
        except BaseException:
            if ready is not None:
                self._awake.append(ready)  # so that it is removed with the others
            raise
        network = ready or self._start(topology)
        self._journal.write("network leased", network=network.name, fresh=ready is None)
        if ready is None:
            network.prepare_faults()
        return network

    def give_back(self, network: Network) -> None:
        """Take back a network that was proved to be healthy; somebody else may lease it."""
        self._journal.write("network returned", network=network.name)
        self._awake.append(network)

    def throw_away(self, network: Network, why: str) -> None:
        """Remove a network that nobody should use again."""
        self._journal.write("network thrown away", network=network.name, why=why)
        network.destroy()

    def hand_over_all(self) -> list[Network]:
        """Take all networks that are not leased out of the suite's hands, awake."""
        for network in self._asleep:
            network.wake()
        networks = [*self._awake, *self._asleep]
        self._awake.clear()
        self._asleep.clear()
        for network in networks:
            network.leave()
        return networks

    def close(self) -> None:
        """Remove all networks that are not leased."""
        for network in [*self._awake, *self._asleep]:
            self.throw_away(network, "the run is over")
        self._awake.clear()
        self._asleep.clear()

    def _take(self, topology: Topology) -> Network | None:
        for networks in (self._awake, self._asleep):
            for network in networks:
                if network.topology == topology:
                    networks.remove(network)
                    return network
        return None

    def _put_to_sleep(self) -> None:
        while self._awake:
            network = self._awake.pop(0)
            self._asleep.append(network)
            network.sleep()
        while sum(network.topology.nodes for network in self._asleep) > MOST_NODES_ASLEEP:
            self.throw_away(self._asleep.pop(0), "too many networks are asleep")
