"""A name leads to node software, and a wrong one to a sentence."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType

import pytest

from support.domain import BadRequest, Capability, Family
from support.implementations.cosmos.implementation import CosmosImplementation
from support.implementations.registry import implementation_named


@pytest.fixture
def own(monkeypatch):
    def module(**content):
        made = ModuleType("own.node")
        vars(made).update(content)
        monkeypatch.setitem(sys.modules, "own", ModuleType("own"))
        monkeypatch.setitem(sys.modules, "own.node", made)
        return "own.node"

    return module


class OwnNode:
    name = "own"

    def blueprint(self) -> None: ...

    def copy(self) -> OwnNode:
        return OwnNode()


def test_injective():
    found = implementation_named("injective")
    assert found.name == "injective"
    assert found.family is Family.QUORUM_FINALITY
    assert {Capability.QUORUM_FINALITY, Capability.DATED_BLOCKS} <= found.capabilities
    assert Capability.LONGEST_CHAIN not in found.capabilities
    assert dict(found.ports) == {"peers": 26656, "api": 26657}
    assert found.software.version == found.version == "1.20.1"


@pytest.mark.parametrize("offered", [OwnNode, OwnNode().copy, OwnNode()])
def test_a_node_of_ones_own_by_class_by_factory_or_as_it_is(own, offered):
    assert isinstance(implementation_named(own(IMPLEMENTATION=offered)), OwnNode)


def test_the_same_class_may_be_changed_by_others(own, injective):
    class Changed(CosmosImplementation):
        def __init__(self) -> None:
            super().__init__(replace(injective, name="changed"))

    assert implementation_named(own(IMPLEMENTATION=Changed)).name == "changed"


@pytest.mark.parametrize(
    "name", ["dogecoin", "", "no.such.module", "tests.no_such", "json.", ".node"]
)
def test_an_unknown_name_is_answered_with_the_known_ones(name):
    with pytest.raises(BadRequest, match="injective"):
        implementation_named(name)


def test_a_module_without_an_implementation():
    with pytest.raises(BadRequest, match="has no IMPLEMENTATION"):
        implementation_named("json.decoder")


def test_something_that_is_no_implementation(own):
    with pytest.raises(BadRequest, match="is not an implementation"):
        implementation_named(own(IMPLEMENTATION=7))


def test_a_module_that_misses_an_import_of_its_own_is_not_hidden(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "node.py").write_text("import not_installed_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        implementation_named("mine.node")
