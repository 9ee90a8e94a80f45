"""What README says of the implementations is what they say of themselves."""

from __future__ import annotations

from pathlib import Path

from support.domain import Capability
from support.exit_codes import ExitCode
from support.implementations.registry import KNOWN, implementation_named
from support.implementations.table import MEANINGS, capability_table
from tests.lint.features import NEEDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_capabilities_is_true() -> None:
    table = capability_table([implementation_named(name) for name in sorted(KNOWN)])
    assert table in (ROOT / "README.md").read_text(), "print it: python -m support capabilities"


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
