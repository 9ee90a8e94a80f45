"""Programs are unpacked once and whole, and see no environment but their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software
from support.engines.process import folders, programs


def test_a_program_is_unpacked_once(software: Software) -> None:
    said: list[str] = []
    folder = programs.ensure_program(software, said.append)
    assert (folder / "server").stat().st_mode & 0o777 == 0o755
    assert folder.stat().st_mode & 0o777 == 0o755
    assert len(said) == 1
    assert programs.ensure_program(software, said.append) == folder
    assert len(said) == 1


def test_a_program_that_cannot_be_unpacked_leaves_nothing() -> None:
    def half(folder: Path, platform: Platform) -> None:
        (folder / "half").write_text("x")
        raise EnvironmentProblem("the disk is full")

    with pytest.raises(EnvironmentProblem, match="the disk is full"):
        programs.ensure_program(Software("server", "1", half), print)
    assert [path.name for path in folders.programs().iterdir()] == ["lock"]


def test_what_a_killed_run_had_begun_is_removed(software: Software) -> None:
    (folders.programs() / "unfinished-abc").mkdir()
    programs.ensure_program(software, print)
    assert {path.name for path in folders.programs().iterdir()} == {"lock", "server-1"}


def test_everybody_may_run_what_a_strict_person_has_unpacked() -> None:
    def unpack(folder: Path, platform: Platform) -> None:
        (folder / "lib").mkdir()
        (folder / "lib" / "words").write_text("x")
        (folder / "server").touch(0o700)
        (folder / "link").symlink_to("server")

    before = os.umask(0o077)
    try:
        folder = programs.ensure_program(Software("server", "1", unpack), print)
    finally:
        os.umask(before)
    names = (".", "lib", "lib/words", "server")
    assert [(folder / name).stat().st_mode & 0o777 for name in names] == [
        *(0o755, 0o755, 0o644, 0o755)
    ]


def test_a_disk_that_says_no_gets_one_sentence() -> None:
    def full(folder: Path, platform: Platform) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(EnvironmentProblem, match="server-1 cannot be made: No space left"):
        programs.ensure_program(Software("server", "1", full), print)


def test_secrets_of_our_own_environment_stay_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_TOKEN", "secret")
    seen = programs.environment(Path("/programs/server-1"), Path("/home"), "run-token")
    assert "CI_TOKEN" not in seen
    assert seen["HOME"] == "/home"
    assert seen["PATH"].startswith("/programs/server-1:")
    assert seen[programs.MARK] == "run-token"
