"""The page: what it says first, that everything is escaped, that odd runs are told as well."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from support.domain import EnvironmentProblem
from support.evidence.report import report_trouble, write_report
from tests.report.synthetic import SyntheticRun, feature_text, long_run

#: HTML, quotes, an emoji, and Arabic behind a mark that turns the direction of all that follows.
EVIL = (
    "<script>alert(1)</script> \"quoted\" 'so' & \N{FOX FACE} \N{RIGHT-TO-LEFT OVERRIDE}"
    "\u0645\u0631\u062d\u0628\u0627"
)


class Outline(HTMLParser):
    """Ids, links and scripts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if "id" in facts:
            self.ids.append(facts["id"])
        self.scripts += tag == "script"
        if facts.get("href", "").startswith("#"):
            self.links.append(facts["href"][1:])
        self.outside += [
            value
            for name, value in facts.items()
            if name in ("src", "href") and re.match(r"(https?:)?//", value)
        ]


def page_of(run: SyntheticRun, folder: Path) -> str:
    write_report([run.save(folder / "runs" / "one" / "journal.jsonl")], folder / "report")
    return (folder / "report" / "index.html").read_text()


def run_of(
    *, status: str = "passed", words: str = "", ended: bool = True, **text: object
) -> SyntheticRun:
    run = SyntheticRun()
    feature = feature_text("features/odd/one.feature", **text)  # type: ignore[arg-type]
    run.write("feature selected", feature=feature)
    for rule in feature["rules"]:
        for example in rule["examples"]:
            run.example(example, status=status, words=words or "Expected: a\n     but: b")
    if ended:
        run.write("run finished", interrupted=False)
    return run


@pytest.mark.parametrize("nodes", [4, 7, 10])
def test_two_hundred_examples_are_small_enough_to_send(tmp_path: Path, nodes: int) -> None:
    page = page_of(long_run(nodes=nodes), tmp_path)
    assert len(page.encode()) < 2 * 1024 * 1024
    assert page.count('class="timeline"') == 200


def test_every_link_within_the_page_leads_somewhere_and_every_id_is_there_once(
    tmp_path: Path,
) -> None:
    outline = Outline(page_of(long_run(40), tmp_path))
    assert [i for i in outline.ids if outline.ids.count(i) > 1] == []
    assert set(outline.links) - set(outline.ids) == set()
    for anchor in ("feature-made-up-feature-0", "rule-made-up-feature-0-5"):
        assert anchor in outline.ids
    assert "example-made-up-feature-0-6" in outline.ids


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    page = page_of(long_run(10), tmp_path)
    assert Outline(page).outside == []
    assert "@import" not in page
    assert "url(http" not in page


def test_what_people_write_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    run = run_of(
        status="failed",
        words=EVIL,
        name=EVIL,
        rules=(EVIL,),
        of_step=EVIL,
        table=((EVIL, "b"), ("<b>", EVIL)),
    )
    page = page_of(run, tmp_path)
    assert Outline(page).scripts == 1  # ours
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\N{FOX FACE}" in page
    assert "\u0645\u0631\u062d\u0628\u0627" in page
    assert '<td dir="auto">&lt;b&gt;</td>' in page


def test_markdown_and_xml_are_not_obeyed_either(tmp_path: Path) -> None:
    words = "[click](http://x) `code` | table \x00\x1b[31m <img>"
    page_of(run_of(status="failed", words=words, name=words, rules=(words,)), tmp_path)
    told = (tmp_path / "report" / "summary.md").read_text()
    assert "[click]" not in told.replace("\\[", "")
    assert "<img>" not in told
    assert "\x00" not in (tmp_path / "report" / "junit.xml").read_text()


def test_ten_thousand_steps_are_told(tmp_path: Path) -> None:
    page = page_of(run_of(steps=10_000), tmp_path)
    assert "something is so 9999" in page
    assert page.count('class="step ') < 300


def test_a_killed_run_is_told_and_says_so(tmp_path: Path) -> None:
    run = run_of(examples=3, ended=False)
    run.lines = run.lines[:-40]
    page = page_of(run, tmp_path)
    assert "The run was killed: 2 of its examples had passed." in page
    assert "ends in the middle, so the run was killed" in page
    assert 'class="badge interrupted"' in page


def test_evidence_that_could_not_be_written_is_told(tmp_path: Path) -> None:
    run = run_of(status="failed")
    trouble = "the evidence could not be written to /evidence: Permission denied"
    for line in run.lines:
        if line["kind"] == "step went wrong":
            line["evidence_trouble"] = trouble
    assert trouble in page_of(run, tmp_path)


def test_payments_that_kept_flowing_are_told_with_the_picture(tmp_path: Path) -> None:
    run = SyntheticRun()
    text = feature_text("features/odd/one.feature")
    run.write("feature selected", feature=text)
    run.example(text["rules"][0]["examples"][0])
    began = next(n for n, line in enumerate(run.lines) if line["kind"] == "network leased")
    run.lines.insert(began + 1, {**run.lines[began], "kind": "load started", "rate": 10})
    run.write("run finished", interrupted=False)
    assert re.search(r"kept flowing</span> confirmed .*/s .* the faults", page_of(run, tmp_path))


def test_attempts_at_one_example_are_counted(tmp_path: Path) -> None:
    journals = [
        run_of(status=status).save(tmp_path / "runs" / str(number) / "journal.jsonl")
        for number, status in enumerate(("passed", "failed", "passed"))
    ]
    summary = write_report(journals, tmp_path / "report")
    assert summary["counts"]["failed"] == 1
    assert [a["status"] for a in summary["examples"][0]["attempts"]] == [
        "passed",
        "failed",
        "passed",
    ]
    page = (tmp_path / "report" / "index.html").read_text()
    assert "2 of 3 passed, 66.7% (95 % confidence: 20.8% to 93.9%)" in page


def test_a_run_that_never_began_has_a_page(tmp_path: Path) -> None:
    report_trouble("no <Docker> Engine answers", tmp_path, "environment")
    page = (tmp_path / "index.html").read_text()
    assert "no &lt;Docker&gt; Engine answers" in page
    assert "Nothing could run" in page


def test_where_nobody_may_write_it_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    journal = run_of().save(tmp_path / "runs" / "one" / "journal.jsonl")
    with pytest.raises(EnvironmentProblem, match="the report could not be written to"):
        write_report([journal], tmp_path / "report")


# -- the last runs


def test_earlier_runs_are_looked_back_on(tmp_path: Path) -> None:
    for number, status in enumerate(("passed", "failed", "passed", "failed", "passed")):
        run = run_of(status=status)
        for line in run.lines:
            line["at"] = line["at"].replace("2026-11-25", f"2026-11-{10 + number}")
        write_report(
            [run.save(tmp_path / "runs" / f"run-{number}" / "journal.jsonl")], tmp_path / "report"
        )
    page = (tmp_path / "report" / "index.html").read_text()
    part = page[page.index('<section id="trends"') : page.index('<section id="features"')]
    assert "5 runs of the same software" in part
    assert "3 of 5" in part
    assert "wavers" in part


def test_a_first_run_looks_back_on_nothing(tmp_path: Path) -> None:
    assert '<section id="trends"' not in page_of(run_of(), tmp_path)


def test_parts_of_a_run_are_no_runs_of_their_own(tmp_path: Path) -> None:
    parts = [run_of().save(tmp_path / "runs" / name / "journal.jsonl") for name in ("one", "two")]
    for part in parts:
        write_report([part], tmp_path / "report")
    write_report(parts, tmp_path / "report")
    assert '<section id="trends"' not in (tmp_path / "report" / "index.html").read_text()


def test_a_kept_run_json_that_is_broken_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "runs" / "old").mkdir(parents=True)
    (tmp_path / "runs" / "old" / "run.json").write_text('{"began": ')
    assert '<section id="trends"' not in page_of(run_of(), tmp_path)
