"""Every exit code means one thing, whether Behave runs the features or a parallel run does."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.exit_codes import ExitCode, code_of_summary, code_of_verdict, weightiest
from tests.running.started import BEHAVE, LEAK, LEAKS, PASSES, RUN, Left, read_until, run, start

SICK = ("-Dengine=tests.running.ailing", "-Dimplementation=tests.fake.implementation")


@dataclass(frozen=True)
class Case:
    """A call, what it must end with, what it must say, and the verdict that it leaves."""

    code: ExitCode
    words: tuple[str, ...]
    says: str
    verdict: str | None
    environment: Mapping[str, str] = field(default_factory=dict)
    fake: bool = True


CASES = {
    "all passed": Case(ExitCode.PASSED, (PASSES,), "passed: 1 of 1 examples", "passed"),
    "a broken promise": Case(
        ExitCode.BROKEN_PROMISE,
        (PASSES, LEAKS),
        "100 fewer coins are in circulation",
        "failed",
        LEAK,
    ),
    "an option with a typo": Case(
        ExitCode.WRONG_CALL, (PASSES, "-Dpateince=3"), "did you mean -D patience?", None
    ),
    "a word that behave does not know": Case(
        ExitCode.WRONG_CALL, (PASSES, "--nonsense"), "unrecognized arguments: --nonsense", None
    ),
    "a path that leads nowhere": Case(
        ExitCode.WRONG_CALL, ("features/nowhere.feature",), "features/nowhere.feature", None
    ),
    "no network starts": Case(
        ExitCode.ENVIRONMENT,
        (PASSES, *SICK),
        "ENVIRONMENT: no room is left on this machine",
        "environment",
        {"ACCORD_FAKE_AILMENT": "no room"},
        fake=False,
    ),
    "no engine": Case(
        ExitCode.ENVIRONMENT,
        (PASSES, *SICK),
        "no such engine answers here: start one",
        "environment",
        {"ACCORD_FAKE_AILMENT": "absent"},
        fake=False,
    ),
    "nothing selected": Case(
        ExitCode.NOTHING_SELECTED,
        ("features/payments", "--tags=@membership"),
        "nothing was selected: no example has these tags",
        "environment",
    ),
    "slower than promised": Case(
        ExitCode.SLOW,
        (PASSES, "-Dsoft_deadline=0.001"),
        "slower than the 0.001 s that were promised:\n'Bob makes his first deposit' took",
        "passed",
    ),
    "as fast as promised": Case(
        ExitCode.PASSED, (PASSES, "-Dsoft_deadline=60"), "passed: 1 of 1 examples", "passed"
    ),
}
WAYS = {"behave": BEHAVE, "run": RUN}


@pytest.fixture(scope="module")
def runs(
    threads: ThreadPoolExecutor, tmp_path_factory: Path
) -> Mapping[tuple[str, str], Future[Left]]:
    return {
        (way, name): threads.submit(
            run,
            WAYS[way],
            tmp_path_factory.mktemp("run"),
            *case.words,
            fake=case.fake,
            **case.environment,
        )
        for way in WAYS
        for name, case in CASES.items()
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CASES)
def test_what_a_call_ends_with(
    way: str, name: str, runs: Mapping[tuple[str, str], Future[Left]]
) -> None:
    case, left = CASES[name], runs[way, name].result()
    assert left.code == case.code, left.printed
    assert case.says in left.printed
    assert "Traceback" not in left.printed
    if case.verdict is not None:
        assert left.summary["verdict"] == case.verdict


@pytest.mark.parametrize("way", WAYS)
def test_everything_is_written_before_the_end(
    way: str, runs: Mapping[tuple[str, str], Future[Left]]
) -> None:
    left = runs[way, "a broken promise"].result()
    for name in ("index.html", "junit.xml", "cucumber.json", "summary.md"):
        written = (left.folder / name).read_text()
        assert "Bob makes his first deposit" in written or name == "summary.md", name
        assert "Everything that Alice withdraws is missing from circulation" in written, name


def test_behave_has_printed_everything_before_the_end(
    runs: Mapping[tuple[str, str], Future[Left]],
) -> None:
    left = runs["behave", "a broken promise"].result()
    assert "1 scenario passed, 1 failed" in left.printed.replace("scenarios", "scenario")


def test_a_tag_expression_that_is_none(tmp_path: Path) -> None:
    left = run(RUN, tmp_path / "report", PASSES, "--tags=(")
    assert left.code == ExitCode.WRONG_CALL
    assert "behave says: TagExpressionError" in left.printed


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_is_told_to_end(way: str, ending: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    with start(WAYS[way], folder, "features/payments", "-Dblock_time=3", "-Dpatience=9") as process:
        read_until(process, "a network of" if way == "behave" else ": started")
        process.send_signal(ending)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, printed
    assert Left(process.returncode, printed, folder).summary["verdict"] == "interrupted"


# -- several verdicts in one


def test_what_outweighs_what() -> None:
    code = ExitCode
    assert weightiest([]) is code.PASSED
    assert weightiest([code.PASSED, code.SLOW]) is code.SLOW
    assert weightiest([code.SLOW, code.ENVIRONMENT]) is code.ENVIRONMENT
    assert weightiest([code.ENVIRONMENT, code.BROKEN_PROMISE]) is code.BROKEN_PROMISE
    assert weightiest([code.BROKEN_PROMISE, code.INTERRUPTED]) is code.INTERRUPTED
    assert all(weightiest([each]) is each for each in code)


def test_a_verdict_that_nobody_knows_is_no_success() -> None:
    assert code_of_verdict("splendid") is ExitCode.ENVIRONMENT


@pytest.mark.parametrize(
    ("verdict", "status", "code"),
    [
        ("passed", "passed", ExitCode.SLOW),
        ("passed", "skipped", ExitCode.PASSED),
        ("failed", "passed", ExitCode.BROKEN_PROMISE),
        ("interrupted", "passed", ExitCode.INTERRUPTED),
    ],
)
def test_slow_is_only_what_has_passed(verdict: str, status: str, code: ExitCode) -> None:
    example = {"example": "A", "location": "a:1", "status": status, "seconds": 3.0}
    summary = {"verdict": verdict, "examples": [example]}
    assert code_of_summary(summary, 2.0) is code
    assert code_of_summary(summary, 3.0) is code_of_verdict(verdict)
    assert code_of_summary(summary, None) is code_of_verdict(verdict)
