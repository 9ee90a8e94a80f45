"""What README says of the implementations is what they say of themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support.domain import BadRequest, Capability
from support.evidence.catalogue import catalogue
from support.evidence.living import features_in
from support.exit_codes import ExitCode
from support.implementations.registry import KNOWN, implementation_named
from support.implementations.table import MEANINGS, capability_table
from tests.lint.features import NEEDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_capabilities_is_true() -> None:
    table = capability_table([implementation_named(name) for name in sorted(KNOWN)])
    assert table in (ROOT / "README.md").read_text(), "print it: python -m support capabilities"


def test_the_catalogue_is_true() -> None:
    told = catalogue(features_in(ROOT / "features"))
    assert told in (ROOT / "README.md").read_text(), "write it: python -m support catalogue"


def test_what_happens_when_a_validator_cheats_is_easy_to_find() -> None:
    told = catalogue(features_in(ROOT / "features"))
    answers = told.partition("What happens when a validator cheats")[2].partition("**\n")[0]
    assert "features/misbehaviour/double_votes.feature" in answers


def test_a_folder_without_a_question_is_refused() -> None:
    feature = replace(features_in(ROOT / "features")[0], path="features/weather/rain.feature")
    with pytest.raises(BadRequest, match="features/weather"):
        catalogue([feature])


def test_every_capability_of_node_software_has_a_meaning() -> None:
    claimed = {
        capability for name in KNOWN for capability in implementation_named(name).capabilities
    }
    assert claimed <= set(MEANINGS)


def test_whatever_is_lacking_is_said_in_words() -> None:
    for name in KNOWN:
        implementation = implementation_named(name)
        silent = set(MEANINGS) - implementation.capabilities - set(implementation.lacks)
        assert not silent, f"{name} does not say why it lacks {silent}"


def test_what_features_can_need_is_told() -> None:
    readme = (ROOT / "README.md").read_text()
    assert {need for need in NEEDS if f"`{need.removeprefix('needs.')}`" not in readme} == set()
    assert len(NEEDS) == len(Capability)


def test_every_exit_code_is_told_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("### Exit codes")[2].partition("\n\n## ")[0].splitlines()
    told = [int(row.split("|")[1]) for row in table if row[2:3].isdecimal()]
    assert told == sorted(ExitCode)
