"""The observer looks at every node in the background, and looks away when told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from support.domain import BlockId, EnvironmentProblem, Height, NodeName, NodeStatus
from support.implementations.contract import NodeClient, Nonsense, Unreachable
from support.journal import Journal
from support.observer import Observer
from tests.unit.played import NODE_1, NODE_2, NODE_3, journalled

#: Seconds after which a test gives up; never how long something is supposed to take.
PATIENCE = 30


class Watched:
    """A node that counts how often it is looked at; ``status`` says or raises what it is told."""

    def __init__(self, height: int = 1) -> None:
        self.looks = threading.Semaphore(0)
        self.connected = frozenset({NODE_1, NODE_2})
        self.says: NodeStatus | Exception = NodeStatus(
            Height(height), BlockId("0123456789abcdef"), False
        )

    def status(self) -> NodeStatus:
        self.looks.release()
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def peers(self) -> frozenset[NodeName]:
        return self.connected

    def looked_at(self, times: int = 1) -> None:
        """Wait for so many looks that begin after this was called."""
        while self.looks.acquire(blocking=False):
            pass
        for _ in range(times):
            assert self.looks.acquire(timeout=PATIENCE), "nobody looks"


Watch = Callable[[dict[NodeName, Watched]], Observer]


@pytest.fixture
def watch(journal: Journal) -> Iterator[Watch]:
    """Starts an observer that looks as often as it can."""
    started: list[Observer] = []

    def watch(nodes: dict[NodeName, Watched]) -> Observer:
        clients = cast(dict[NodeName, NodeClient], nodes)
        observer = Observer("network-1", clients, journal, every=0.001)
        started.append(observer)
        observer.start()
        return observer

    yield watch
    for observer in started:
        observer.stop()


def observers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "accord-observer"]


def heights(observer: Observer, node: NodeName) -> list[int | None]:
    samples = observer.history.since(0).get(node, ())
    return [sample.status.height if sample.status else None for sample in samples]


def test_all_nodes_are_looked_at_again_and_again(watch: Watch) -> None:
    nodes = {NODE_1: Watched(5), NODE_2: Watched(6)}
    observer = watch(nodes)
    for node in nodes.values():
        node.looked_at(5)
    observer.stop()
    assert set(heights(observer, NODE_1)) == {5}
    assert len(heights(observer, NODE_1)) == len(heights(observer, NODE_2)) >= 4


@pytest.mark.parametrize("silence", [Unreachable("connection refused"), Nonsense("<html>")])
def test_a_node_that_does_not_answer_has_no_status(watch: Watch, silence: Exception) -> None:
    nodes = {NODE_1: Watched(5), NODE_2: Watched(5)}
    nodes[NODE_2].says = silence
    observer = watch(nodes)
    nodes[NODE_2].looked_at(3)
    nodes[NODE_2].says = nodes[NODE_1].says
    nodes[NODE_2].looked_at(3)
    observer.stop()
    assert heights(observer, NODE_2)[0] is None
    assert heights(observer, NODE_2)[-1] == 5
    assert None not in heights(observer, NODE_1)


def test_a_sample_stands_in_the_journal(watch: Watch, journal: Journal) -> None:
    nodes = {NODE_1: Watched(5), NODE_3: Watched()}
    nodes[NODE_3].says = Unreachable("connection refused")
    observer = watch(nodes)
    nodes[NODE_1].looked_at(2)
    observer.stop()
    sample = next(r for r in journalled(journal.path) if r["kind"] == "sample")
    assert sample["network"] == "network-1"
    seen = {"height": 5, "tip": "0123456789ab", "peers": 2, "ready": True}
    assert sample["nodes"] == {"node-1": seen, "node-3": None}


def test_a_node_that_does_not_answer_keeps_nobody_waiting(watch: Watch, journal: Journal) -> None:
    thaw = threading.Event()

    class Frozen(Watched):
        def status(self) -> NodeStatus:
            assert thaw.wait(PATIENCE)
            return super().status()

    nodes = {NODE_1: Watched(5), NODE_2: Frozen(3)}
    observer = watch(nodes)
    nodes[NODE_1].looked_at(5)
    assert heights(observer, NODE_2) == []
    thaw.set()
    nodes[NODE_2].looked_at()
    observer.stop()
    assert set(heights(observer, NODE_2)) == {3}
    told = [set(r["nodes"]) for r in journalled(journal.path) if r["kind"] == "sample"]
    assert told[0] == {"node-1"}
    assert told[-1] == {"node-1", "node-2"}


def test_a_stopped_observer_leaves_no_thread_and_asks_nobody(watch: Watch) -> None:
    before = len(observers())
    node = Watched()
    observer = watch({NODE_1: node})
    assert len(observers()) == before + 1
    node.looked_at(2)
    observer.stop()
    assert len(observers()) == before
    count = len(heights(observer, NODE_1))
    observer.stop()
    assert len(heights(observer, NODE_1)) == count


def test_no_request_is_under_way_when_stop_returns(watch: Watch) -> None:
    entered, leave, finished = threading.Event(), threading.Event(), threading.Event()
    status = NodeStatus(Height(1), BlockId("b"), False)

    class Slow(Watched):
        def status(self) -> NodeStatus:
            entered.set()
            assert leave.wait(PATIENCE)
            finished.set()
            return status

    observer = watch({NODE_1: Slow()})
    assert entered.wait(PATIENCE)
    stopper = threading.Thread(target=observer.stop)
    stopper.start()
    stopper.join(0.05)
    assert stopper.is_alive(), "stop does not wait for the request that is under way"
    leave.set()
    stopper.join(PATIENCE)
    assert not stopper.is_alive()
    assert finished.is_set()


def test_it_goes_on_after_a_stop_and_forgets_the_pace(watch: Watch) -> None:
    class Climbing(Watched):
        height = 0

        def status(self) -> NodeStatus:
            super().status()
            self.height += 1
            return NodeStatus(Height(self.height), BlockId("b"), False)

    node = Climbing()
    observer = watch({NODE_1: node})
    node.looked_at(10)
    assert observer.history.block_time() is not None
    observer.stop()
    assert observer.history.block_time() is None
    before = len(heights(observer, NODE_1))
    observer.start()
    node.looked_at(3)
    observer.stop()
    assert len(heights(observer, NODE_1)) > before


def test_starting_twice_starts_one(watch: Watch) -> None:
    before = len(observers())
    observer = watch({NODE_1: Watched()})
    observer.start()
    assert len(observers()) == before + 1


def test_a_node_that_joins_is_looked_at(watch: Watch) -> None:
    nodes = {NODE_1: Watched()}
    observer = watch(nodes)
    nodes[NODE_1].looked_at()
    joined = nodes[NODE_2] = Watched(9)
    joined.looked_at(2)
    observer.stop()
    assert set(heights(observer, NODE_2)) == {9}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_full_disk_does_not_blind_the_observer(
    watch: Watch, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the next wait says that the network has stalled, and the example *fails*."""
    monkeypatch.setattr(journal, "write", cannot_write)
    node = Watched()
    observer = watch({NODE_1: node})
    assert node.looks.acquire(timeout=PATIENCE)
    while not node.looks.acquire(timeout=0.02):
        assert observers(), "the observer has died"
    observer.stop()


def cannot_write(kind: str, **facts: object) -> None:
    raise EnvironmentProblem("the journal cannot be written (No space left on device)")
