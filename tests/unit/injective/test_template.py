"""The template is fetched once, and a damaged copy of it is never used."""

from __future__ import annotations

import pytest

from support.domain import EnvironmentProblem
from support.implementations.injective.template import GenesisTemplate
from tests.unit.injective.conftest import TEMPLATE


def test_fetched_once_for_all_runs(tmp_path, program):
    template = GenesisTemplate(tmp_path / "cache", "1")
    assert template.get(program) == template.get(program) == TEMPLATE
    assert GenesisTemplate(tmp_path / "cache", "1").get(program) == TEMPLATE
    assert program.runs == 1


def test_another_version_has_another_template(tmp_path, program):
    for version in ("1", "2"):
        GenesisTemplate(tmp_path, version).get(program)
    assert program.runs == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-20],
        lambda content: content.replace(b"100", b"101"),
        lambda content: b"\x00" * len(content),
    ],
)
def test_a_damaged_copy_is_made_again(tmp_path, program, damage):
    GenesisTemplate(tmp_path, "1").get(program)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert GenesisTemplate(tmp_path, "1").get(program) == TEMPLATE
    assert program.runs == 2
    assert GenesisTemplate(tmp_path, "1").get(program) == TEMPLATE
    assert program.runs == 2


@pytest.mark.parametrize("left_behind", [b"", b"<html>", b"[]", b'{"app_state": 1}'])
def test_a_program_that_leaves_no_genesis(tmp_path, left_behind):
    def program(argv: object, *, collect: str) -> bytes:
        return left_behind

    with pytest.raises(EnvironmentProblem, match="no usable genesis"):
        GenesisTemplate(tmp_path, "1").get(program)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written(tmp_path, program):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(EnvironmentProblem, match="cannot be kept"):
        GenesisTemplate(blocked, "1").get(program)
