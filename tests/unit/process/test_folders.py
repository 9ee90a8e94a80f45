"""Homes of nodes are theirs alone, and lie where nobody else has laid something before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.domain import EnvironmentProblem
from support.engines.process import folders

FILES = {"config/genesis.json": b"{}", "config/deep/er/key": b"secret", "data": b""}


def modes(home: Path) -> dict[str, int]:
    return {
        str(path.relative_to(home)): path.stat().st_mode & 0o777
        for path in [home, *home.rglob("*")]
    }


def test_a_home_holds_its_files_and_nobody_else_may_look(places: Path) -> None:
    home = folders.make_network("run-token") / "home"
    folders.fill(home, FILES, None)
    assert {name: (home / name).read_bytes() for name in FILES} == FILES
    assert modes(home) == {
        ".": 0o700,
        "config": 0o700,
        "config/deep": 0o700,
        "config/deep/er": 0o700,
        "config/genesis.json": 0o600,
        "config/deep/er/key": 0o600,
        "data": 0o600,
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_home_is_given_to_the_user_of_the_node(places: Path) -> None:
    home = folders.make_network("run-token") / "home"
    folders.fill(home, FILES, 10001)
    assert {path.stat().st_uid for path in [home, *home.rglob("*")]} == {10001}


def test_a_strict_person_s_nodes_get_to_their_homes(places: Path) -> None:
    before = os.umask(0o077)
    try:
        made = [folders.make_network("run-token"), folders.programs(), folders.root()]
        made[-1].chmod(0o700)  # of a version that believed the umask
        folders.root()
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in made] == [0o711] * 3


def test_a_home_that_cannot_be_written_gets_one_sentence(places: Path) -> None:
    folder = folders.make_network("run-token")
    (folder / "home").write_text("in the way")
    with pytest.raises(EnvironmentProblem, match="home cannot be written: File exists"):
        folders.fill(folder / "home", FILES, None)


def test_networks_come_and_go(places: Path) -> None:
    assert folders.networks() == []
    folders.make_network("b-1")
    folders.make_network("a-2")
    assert folders.networks() == ["a-2", "b-1"]
    folders.forget_network("b-1")
    folders.forget_network("never-there")
    assert folders.networks() == ["a-2"]


def test_others_may_pass_through_and_not_look_around(places: Path) -> None:
    folders.make_network("a-1")
    assert folders.root().stat().st_mode & 0o777 == 0o711


def test_a_folder_that_others_may_write_to_is_not_used(places: Path) -> None:
    folders.root().chmod(0o777)
    with pytest.raises(EnvironmentProblem, match="is not this user's alone"):
        folders.make_network("a-1")


def test_a_link_to_somewhere_else_is_not_followed(places: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (places / f"accord-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EnvironmentProblem, match="is not this user's alone"):
        folders.root()


def test_a_place_that_is_not_there_gets_one_sentence(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_FAKE_HOMES", str(places / "nowhere"))
    with pytest.raises(EnvironmentProblem, match="cannot be made: No such file"):
        folders.root()
