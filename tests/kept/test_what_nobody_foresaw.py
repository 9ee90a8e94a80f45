"""What nobody has foreseen ends neither an owner nor, unsaid, a chore."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support import __main__ as chores
from support.chores import engines
from support.exit_codes import ExitCode
from support.kept.owner import Owner


def test_an_owner_tells_what_went_wrong_and_stays(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(asked: object) -> Any:
        yield {"line": "so far"}
        raise RuntimeError("a door without a room")

    server = cast("Any", SimpleNamespace(desk=SimpleNamespace(answer=answer)))
    told = list(Owner._answers(cast("Owner", None), server, {"do": "anything"}))
    assert told == [
        {"line": "so far"},
        {"wrong": "RuntimeError: a door without a room", "kind": "environment"},
    ]
    assert "Traceback" in capsys.readouterr().err


def test_a_chore_that_breaks_has_not_seen_a_broken_promise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> int:
        raise RuntimeError("a door without a room")

    monkeypatch.setattr(engines, "run", run)
    monkeypatch.setattr(sys, "argv", ["support", "engines"])
    assert chores.main() == ExitCode.ENVIRONMENT
    assert "RuntimeError: a door without a room" in capsys.readouterr().err
