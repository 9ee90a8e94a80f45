"""Links between real network namespaces are made slow, lossy and untidy, and it is measured."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.domain import EnvironmentProblem
from support.engines.contract import Software
from support.engines.process import namespaces
from support.engines.process.engine import ProcessEngine
from support.engines.runs import Run
from support.faults.grudges import between
from support.faults.link_shaping import LinkShaping
from support.faults.packet_filter import FaultHadNoEffect, PacketFilter
from support.faults.treatment import Treatment, both_ways
from support.journal import Journal
from tests.unit.played import journalled
from tests.unit.process.conftest import unpack
from tests.unit.process.test_deployment import ONE, THREE, TWO, deploy

WHY_NOT = namespaces.why_impossible()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))

LINK = [(ONE, TWO)]
EVERY_LINK = [(ONE, TWO), (ONE, THREE), (TWO, THREE)]

TREATMENTS = {
    "delay": Treatment(delay=0.05),
    "jitter": Treatment(delay=0.05, jitter=0.03),
    "loss": Treatment(lost=0.2),
    "little loss": Treatment(lost=0.01),
    "duplication": Treatment(repeated=0.2),
    "reordering": Treatment(reordered=0.2),
    "narrowness": Treatment(rate=1_000_000),
    "everything": Treatment(0.03, 0.01, lost=0.1, repeated=0.1, reordered=0.1, rate=2_000_000),
}


class Links:
    """Three small servers, and what can be done to the links between them."""

    def __init__(self, engine: ProcessEngine, journal: Journal) -> None:
        self.deployment = deploy(engine, Software("server", "1", unpack), ONE, TWO, THREE)
        self.cuts = PacketFilter(self.deployment, journal)
        self.shaping = LinkShaping(self.deployment, journal, lambda: self.cuts.grudge)


@pytest.fixture
def links(run: Run, journal: Journal) -> Iterator[Links]:
    engine = ProcessEngine(run, print)
    yield Links(engine, journal)
    engine.close()


@pytest.mark.parametrize("treatment", TREATMENTS.values(), ids=TREATMENTS)
def test_a_treatment_is_measured_and_so_is_its_end(
    links: Links, journal: Journal, treatment: Treatment
) -> None:
    links.shaping.treat(both_ways(LINK, treatment))
    links.shaping.undo()
    kinds = [record["kind"] for record in journalled(journal.path) if "fault" in record["kind"]]
    assert kinds == ["fault asked for", "fault applied", "fault measured", "fault undone"]
    assert not links.shaping.shape


@pytest.mark.parametrize(
    ("treatment", "way"),
    [
        (Treatment(delay=0.02), "NFQUEUE"),
        (Treatment(lost=0.3), "iptables"),
        (Treatment(delay=0.02, lost=0.3), "NFQUEUE and iptables"),
    ],
)
def test_the_way_that_was_taken_is_told(
    links: Links, journal: Journal, treatment: Treatment, way: str
) -> None:
    links.shaping.treat(both_ways(LINK, treatment))
    (applied,) = [r for r in journalled(journal.path) if r["kind"] == "fault applied"]
    assert applied["way"] == way


@pytest.mark.parametrize("treatment", TREATMENTS.values(), ids=TREATMENTS)
def test_a_treatment_that_does_nothing_is_found_out(
    links: Links, monkeypatch: pytest.MonkeyPatch, treatment: Treatment
) -> None:
    monkeypatch.setattr(LinkShaping, "_replace", lambda self, node, shape: None)
    with pytest.raises(FaultHadNoEffect, match="the links do not do what they were told"):
        links.shaping.treat(both_ways(LINK, treatment))
    assert not links.shaping.shape


def test_a_treatment_that_is_not_taken_back_is_found_out(
    links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    links.shaping.treat(both_ways(LINK, TREATMENTS["delay"]))
    monkeypatch.setattr(LinkShaping, "_replace", lambda self, node, shape: None)
    with pytest.raises(FaultHadNoEffect, match="as usual"):
        links.shaping.undo()


def test_an_undo_that_failed_can_be_tried_again(
    links: Links, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: LinkShaping, node: object, shape: object) -> None:
        raise EnvironmentProblem("the fault helper is gone")

    links.shaping.treat(both_ways(LINK, TREATMENTS["delay"]))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(LinkShaping, "_replace", gone)
        with pytest.raises(EnvironmentProblem, match="is gone"):
            links.shaping.undo()
    assert set(links.shaping.shape) == {(ONE, TWO), (TWO, ONE)}
    links.shaping.undo()
    assert not links.shaping.shape
    assert journalled(journal.path)[-1]["kind"] == "fault undone"


def test_several_treatments_add_up_and_are_taken_back_one_by_one(links: Links) -> None:
    slow = links.shaping.treat(both_ways(EVERY_LINK, Treatment(delay=0.02)))
    links.shaping.treat(both_ways(LINK, Treatment(delay=0.03, lost=0.1)))
    both = links.shaping.shape[ONE, TWO]
    assert (both.delay, both.lost) == pytest.approx((0.05, 0.1))
    assert links.shaping.shape[ONE, THREE] == Treatment(delay=0.02)
    links.shaping.undo(slow)
    assert set(links.shaping.shape) == {(ONE, TWO), (TWO, ONE)}
    links.shaping.undo()


def test_one_direction_can_be_treated_alone(links: Links) -> None:
    links.shaping.treat({(ONE, TWO): Treatment(delay=0.05, lost=0.2)})
    links.shaping.undo()


def test_a_link_that_is_cut_as_well_is_not_measured_and_keeps_its_treatment(links: Links) -> None:
    links.cuts.cut(between([ONE], [TWO, THREE]))
    links.shaping.treat(both_ways(EVERY_LINK, Treatment(delay=0.05)))
    links.cuts.heal()
    links.shaping.undo()


def test_a_lossy_link_can_be_cut_and_healed(links: Links) -> None:
    links.shaping.treat(both_ways(EVERY_LINK, Treatment(lost=0.3)))
    links.cuts.cut(between([ONE], [TWO, THREE]))
    links.cuts.heal()
    links.shaping.undo()


def test_a_node_that_was_started_anew_is_treated_again(links: Links) -> None:
    links.shaping.treat(both_ways(LINK, Treatment(delay=0.05)))
    links.deployment.kill(TWO)
    links.deployment.start(TWO)
    links.shaping.renew(TWO)
    links.shaping._prove({(ONE, TWO), (TWO, ONE)})
    links.shaping.undo()


def test_a_node_that_is_down_does_not_stand_in_the_way_of_undoing(links: Links) -> None:
    links.shaping.treat(both_ways(EVERY_LINK, Treatment(delay=0.05)))
    links.deployment.kill(TWO)
    links.shaping.undo()
    assert not links.shaping.shape
