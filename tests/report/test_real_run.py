"""Every output of a real run on simulated nodes whose minority confirms what it must not."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.evidence.reading import read_story
from support.evidence.report import write_report
from tests.report.conftest import FinishedRun

BROKEN = "The smaller side makes no promise it cannot keep"
RULE = "Only the side with a quorum confirms payments"


def summary_of(run: FinishedRun) -> dict[str, object]:
    return dict(json.loads((run.report / "run.json").read_text()))


def page_of(run: FinishedRun) -> str:
    return (run.report / "index.html").read_text()


def test_the_run_says_where_its_page_is(failed_run: FinishedRun) -> None:
    assert failed_run.code == 1
    assert f"see {failed_run.report}/index.html" in failed_run.said


def test_the_journal_alone_makes_the_same_report_again(
    failed_run: FinishedRun, tmp_path: Path
) -> None:
    journal = Path(str(summary_of(failed_run)["journal"]))
    again = write_report([journal], tmp_path)
    assert again == summary_of(failed_run)
    for name in ("junit.xml", "cucumber.json", "summary.md"):
        assert (tmp_path / name).read_text() == (failed_run.report / name).read_text()


def test_the_page_says_what_was_broken_and_how_to_see_it_again(failed_run: FinishedRun) -> None:
    page = page_of(failed_run)
    assert "A promise was broken in 3 of 7 examples." in page
    first = page[page.index('<section id="wrong"') :]
    told = first[: first.index("</article>")]
    assert BROKEN in told
    assert RULE in told
    assert "node 4 cut off from nodes 1, 2 and 3" in told
    assert "node-4 says that it was confirmed in block" in told
    assert "behave features/resilience/partition_heal.feature:24 -D engine=" in told
    assert "-D seed=7" in told
    assert "<svg class=" in told


def test_the_evidence_that_the_page_links_to_is_there(failed_run: FinishedRun) -> None:
    page = page_of(failed_run)
    link = page[page.index('href="../evidence/') + len('href="') :]
    assert (failed_run.report / link[: link.index('"')] / "what-happened.txt").is_file()


def test_what_was_skipped_stands_there_with_its_reason(failed_run: FinishedRun) -> None:
    page = page_of(failed_run)
    part = page[page.index('<section id="skipped"') : page.index('<section id="features"')]
    assert "simulated nodes have no disks" in part


def test_the_minority_stood_still_and_that_is_said(failed_run: FinishedRun) -> None:
    journal = Path(str(summary_of(failed_run)["journal"]))
    stories = {example.name: example.telling for example in read_story([journal]).examples}
    still = stories["The smaller side stands still"]
    (cut,) = still.faults
    assert cut.ended is not None
    during = [h for t, h, _ in still.heights["node-4"] if cut.began + 0.2 < t < cut.ended]
    ahead = [h for t, h, _ in still.heights["node-1"] if cut.began + 0.2 < t < cut.ended]
    assert len(set(during)) <= 1
    assert len(set(ahead)) > 5
    assert "Afterwards node 4 caught up." in page_of(failed_run)


def test_junit_has_the_rules_and_the_reason(failed_run: FinishedRun) -> None:
    suites = ElementTree.parse(failed_run.report / "junit.xml").getroot()
    assert suites.attrib["failures"] == "3"
    cases = {case.attrib["name"]: case for case in suites.iter("testcase")}
    case = cases[BROKEN]
    assert case.attrib["classname"] == f"Living through a network partition - {RULE}"
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("expected the payment is not confirmed, but")
    skipped = [case for case in suites.iter("testcase") if case.find("skipped") is not None]
    assert len(skipped) == int(suites.attrib["skipped"]) > 0


def test_cucumber_json_has_what_its_readers_need(failed_run: FinishedRun) -> None:
    features = json.loads((failed_run.report / "cucumber.json").read_text())
    (feature,) = [f for f in features if f["uri"].endswith("partition_heal.feature")]
    assert {"uri", "id", "keyword", "name", "line", "elements"} <= set(feature)
    (element,) = [e for e in feature["elements"] if e["name"] == BROKEN]
    assert (element["type"], element["rule"]) == ("scenario", RULE)
    statuses = [step["result"]["status"] for step in element["steps"]]
    assert statuses == ["passed"] * 4 + ["failed"]
    assert "node-4 says" in element["steps"][-1]["result"]["error_message"]
    assert isinstance(element["steps"][0]["result"]["duration"], int)


def test_a_job_of_continuous_integration_gets_the_summary(failed_run: FinishedRun) -> None:
    told = failed_run.job_summary.read_text()
    assert told == (failed_run.report / "summary.md").read_text()
    assert told.startswith("## ✕ A promise was broken in 3 of 7 examples.")
    assert f"**✕ {BROKEN}**" in told
    assert "simulated nodes have no disks" in told


@pytest.mark.parametrize("name", ["index.html", "run.json", "junit.xml", "summary.md"])
def test_no_report_has_a_key_in_it(failed_run: FinishedRun, name: str) -> None:
    told = (failed_run.report / name).read_text().lower()
    assert "private key" not in told
    assert "mnemonic" not in told
