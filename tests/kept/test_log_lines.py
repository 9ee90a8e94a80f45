"""Lines of every kind of node software: their time, their weight, what is new at a log's end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kept.log_lines import (
    Level,
    news,
    read_duration,
    read_level,
    read_time,
    without_time,
)

COSMOS = "12:40AM INF Finalizing commit of block hash=5683 height=103 module=consensus"
ETCD = '{"level":"warn","ts":"2026-11-25T03:10:24.947Z","caller":"etcdmain/etcd.go","msg":"error"}'
OLD_ETCD = "2026-11-25 03:10:24.947123 I | etcdserver: starting"
HSD = "[warning] (chain) WARNING: Reorganizing chain."
DOCKER = "2026-11-24T23:59:27.499783997Z 11:59PM ERR Stopping peer for error err=EOF"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        (COSMOS, Level.INFO),
        (ETCD, Level.WARN),
        (HSD, Level.WARN),
        (without_time(DOCKER), Level.ERROR),
        ("[debug] (peer) Sent it.", Level.DEBUG),
        ("panic: runtime error", Level.ERROR),
        ("time=… level=error msg=no", Level.ERROR),
        ("goroutine 1 [running]:", None),
        ("information is not a level", None),
        ("Stopping peer for error", None),
        ("", None),
    ],
)
def test_a_line_tells_its_weight(text: str, level: Level | None) -> None:
    assert read_level(text) is level


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (DOCKER, 1795564767.499783),
        (ETCD, 1795576224.947),
        (COSMOS, None),
        (HSD, None),
        ("2026-99-99T00:00:00Z broken", None),
        ("", None),
    ],
)
def test_only_a_whole_date_is_a_time(text: str, at: float | None) -> None:
    assert read_time(text) == at


def test_a_date_in_front_is_not_shown_twice() -> None:
    assert without_time(DOCKER) == "11:59PM ERR Stopping peer for error err=EOF"
    assert without_time(ETCD) == ETCD
    assert without_time(HSD) == HSD
    assert without_time(OLD_ETCD) == "I | etcdserver: starting"


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("xyz")), st.integers(1, 6))
def test_what_was_written_since_is_news(log: list[str], more: list[str], tail: int) -> None:
    whole = [*log, *more]
    if len(more) < tail:
        assert news(log[-tail:], whole[-tail:]) == more or not log


def test_all_of_it_is_news_when_too_much_was_written() -> None:
    assert news(["a", "b"], ["x", "y"]) == ["x", "y"]
    assert news([], ["x"]) == ["x"]
    assert news(["a", "a"], ["a", "a"]) == []


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400), ("0.5m", 30)]
)
def test_a_length_of_time(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "5w", "5m later"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="is no length of time: say 90s, 5m, 2h or 1d"):
        read_duration(text)
