"""The template is fetched once, and a damaged copy of it is never used."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.domain import EnvironmentProblem
from support.implementations.cosmos.template import GenesisTemplate
from tests.unit.cosmos.conftest import TEMPLATE


@pytest.fixture
def template_in(injective):
    def made(cache, version="1", chain=injective):
        return GenesisTemplate(chain, version, cache)

    return made


def test_fetched_once_for_all_runs(template_in, tmp_path, program):
    template = template_in(tmp_path / "cache")
    assert template.get(program) == template.get(program) == TEMPLATE
    assert template_in(tmp_path / "cache").get(program) == TEMPLATE
    assert program.runs == 1


def test_another_version_has_another_template(template_in, tmp_path, program):
    for version in ("1", "2"):
        template_in(tmp_path, version).get(program)
    assert program.runs == 2


def test_other_arguments_of_init_make_another_template(template_in, tmp_path, program, injective):
    template_in(tmp_path).get(program)
    other = replace(injective, init=(*injective.init, "--overwrite"))
    template_in(tmp_path, chain=other).get(program)
    assert program.commands[1] == [*program.commands[0], "--overwrite"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-20],
        lambda content: content.replace(b"100", b"101"),
        lambda content: b"\x00" * len(content),
    ],
)
def test_a_damaged_copy_is_made_again(template_in, tmp_path, program, damage):
    template_in(tmp_path).get(program)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert template_in(tmp_path).get(program) == TEMPLATE
    assert program.runs == 2
    assert template_in(tmp_path).get(program) == TEMPLATE
    assert program.runs == 2


@pytest.mark.parametrize("left_behind", [b"", b"<html>", b"[]", b'{"app_state": 1}'])
def test_a_program_that_leaves_no_genesis(template_in, tmp_path, left_behind):
    def program(argv: object, *, collect: str) -> bytes:
        return left_behind

    with pytest.raises(EnvironmentProblem, match="no usable genesis"):
        template_in(tmp_path).get(program)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written(template_in, tmp_path, program):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(EnvironmentProblem, match="cannot be kept"):
        template_in(blocked).get(program)
