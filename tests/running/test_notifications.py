"""People are told of a verdict through real servers, and the verdict survives whatever these do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.exit_codes import ExitCode
from support.notify.delivery import deliver
from support.notify.news import is_news
from support.settings import Notify
from tests.running.post_offices import (
    SECRET,
    http_office,
    mail_office,
    silent_office,
    text_of,
)
from tests.running.started import BEHAVE, LEAK, LEAKS, PASSES, RUN, Left, run

#: On loopback there is no TLS.
BY_MAIL = "from=ci@one.example&mode=insecure"
WAYS = {"behave": BEHAVE, "run": RUN}


def left_by_the_last_run(folder: Path, verdict: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"verdict": verdict}))


def everything_written(left: Left) -> str:
    """All that a run printed and left, also where its processes keep their journals and logs."""
    places = [left.folder, Path(left.summary["journal"]).parent]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    return left.printed + "".join(path.read_text(errors="replace") for path in files)


@pytest.mark.parametrize("way", WAYS)
def test_a_change_of_verdict_is_told_to_everybody_once(way: str, tmp_path: Path) -> None:
    left_by_the_last_run(tmp_path, "passed")
    with http_office() as http, mail_office() as (smtp, box):
        urls = (
            f"mmost://127.0.0.1:{http.port}/{SECRET} "
            f"mailto://ci:{SECRET}@127.0.0.1:{smtp}?{BY_MAIL}&to=qa@other.example"
        )
        left = run(
            WAYS[way],
            tmp_path,
            PASSES,
            LEAKS,
            "-Dpatience=0.2",
            ACCORD_NOTIFY_URLS=urls,
            ACCORD_REPORT_URL="https://ci.example/runs/7",
            **LEAK,
        )
    assert left.code == ExitCode.BROKEN_PROMISE
    assert "not delivered" not in left.printed
    (message,) = http.taken
    words = message["text"]
    assert "failed: the network broke a promise" in words
    assert "1 of 2 examples passed (fake 1 on fake 1); the run before: passed" in words
    assert "Rule: Coins that were withdrawn are no longer in circulation" in words
    assert "Example: Everything that Alice withdraws is missing from circulation" in words
    assert "ASSERT FAILED" in words
    assert words.rstrip().endswith("https://ci.example/runs/7")
    (letter,) = box.letters
    assert letter["Subject"] == "failed: the network broke a promise"
    assert letter["To"] == "qa@other.example"
    assert "Coins that were withdrawn are no longer in circulation" in text_of(letter)
    assert SECRET not in everything_written(left)


@pytest.mark.parametrize(
    ("words", "told"), [((), 0), (("-Dnotify=always",), 1)], ids=["change", "always"]
)
def test_the_same_verdict_again_is_no_news_unless_somebody_wants_it(
    words: tuple[str, ...], told: int, tmp_path: Path
) -> None:
    left_by_the_last_run(tmp_path, "passed")
    with http_office() as http:
        url = f"mmost://127.0.0.1:{http.port}/{SECRET}"
        left = run(BEHAVE, tmp_path, PASSES, *words, ACCORD_NOTIFY_URLS=url)
    assert left.code == ExitCode.PASSED
    assert len(http.taken) == told
    for message in http.taken:
        assert str(tmp_path / "index.html") in message["text"]


def test_a_run_that_cannot_begin_is_told_as_well(tmp_path: Path) -> None:
    with http_office() as http:
        left = run(
            BEHAVE,
            tmp_path,
            PASSES,
            "-Dengine=tests.running.ailing",
            "-Dimplementation=tests.fake.implementation",
            fake=False,
            ACCORD_FAKE_AILMENT="absent",
            ACCORD_NOTIFY_URLS=f"mmost://127.0.0.1:{http.port}/{SECRET}",
        )
    assert left.code == ExitCode.ENVIRONMENT
    (message,) = http.taken
    assert "no such engine answers here: start one" in message["text"]


@pytest.mark.parametrize("way", WAYS)
def test_no_verdict_is_lost_to_an_address_that_does_not_take_it(way: str, tmp_path: Path) -> None:
    with http_office(status=500) as broken, mail_office(refuses=True) as (smtp, box):
        urls = (
            f"mmost://127.0.0.1:{broken.port}/{SECRET} "
            f"mailto://127.0.0.1:{smtp}?{BY_MAIL}&to={SECRET}@other.example "
            f"json://127.0.0.1:1/{SECRET} "
            f"nonsense://{SECRET} {SECRET}"
        )
        left = run(WAYS[way], tmp_path, LEAKS, "-Dpatience=0.2", ACCORD_NOTIFY_URLS=urls, **LEAK)
    assert left.code == ExitCode.BROKEN_PROMISE
    assert left.summary["verdict"] == "failed"
    assert broken.taken
    assert not box.letters
    assert [line for line in left.printed.splitlines() if "not delivered" in line] == [
        "the verdict was not delivered to address 1 of ACCORD_NOTIFY_URLS (mmost): refused, or "
        "nobody there",
        "the verdict was not delivered to address 2 of ACCORD_NOTIFY_URLS (mailto): refused, or "
        "nobody there",
        "the verdict was not delivered to address 3 of ACCORD_NOTIFY_URLS (json): refused, or "
        "nobody there",
        "the verdict was not delivered to address 4 of ACCORD_NOTIFY_URLS (nonsense): this is no "
        "address that apprise knows",
        "the verdict was not delivered to address 5 of ACCORD_NOTIFY_URLS (no URL): this is no "
        "address that apprise knows",
    ]
    assert SECRET not in everything_written(left)


def test_who_never_answers_keeps_nobody_waiting() -> None:
    with silent_office() as http, silent_office() as smtp, http_office() as works:
        urls = [
            f"json://127.0.0.1:{http}/?rto=600",
            f"mailto://127.0.0.1:{smtp}?{BY_MAIL}&to=qa@other.example&cto=600",
            f"mmost://127.0.0.1:{works.port}/{SECRET}",
        ]
        said = deliver(urls, "title", "body", time_limit=8.0)
    assert [sentence.rpartition("(")[2] for sentence in said] == [
        "json): no answer",
        "mailto): no answer",
    ]
    assert len(works.taken) == 1


@pytest.mark.parametrize(
    ("before", "now", "when", "news"),
    [
        ("passed", "passed", Notify.CHANGE, False),
        ("passed", "failed", Notify.CHANGE, True),
        ("failed", "passed", Notify.CHANGE, True),
        ("failed", "failed", Notify.CHANGE, False),
        (None, "passed", Notify.CHANGE, False),
        (None, "environment", Notify.CHANGE, True),
        ("passed", "passed", Notify.ALWAYS, True),
    ],
)
def test_what_is_news(before: str | None, now: str, when: Notify, news: bool) -> None:
    assert is_news(before, now, when) is news
