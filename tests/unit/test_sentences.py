"""Phrases become values, and every sentence of the features means exactly one thing."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from behave import step_registry
from behave.matchers import ParseMatcher
from behave.parser import parse_file
from behave.runner_util import load_step_modules
from hypothesis import given
from hypothesis import strategies as st

from support import sentences
from support.domain import (
    MORE_THAN_CAN_EXIST,
    AccountName,
    Amount,
    BitRate,
    Coins,
    EnvironmentProblem,
    Instruction,
    Links,
    Milliseconds,
    NodeName,
    Percent,
    Refusal,
    Skew,
    node_named,
)

ROOT = Path(__file__).resolve().parents[2]
NODE_1, NODE_3, NODE_4, NODE_5 = (NodeName(f"node-{n}") for n in (1, 3, 4, 5))


def said(kind: str, phrase: str) -> object:
    """The value that a phrase stands for in a sentence, None where it stands for nothing."""
    sentences.register_all()
    matcher = ParseMatcher(lambda context: None, f"x {{it:{kind}}} y")
    found = matcher.match(f"x {phrase} y")
    return None if found is None else found.arguments[0].value


# -- phrases


@pytest.mark.parametrize(
    ("kind", "phrase", "value"),
    [
        ("Coins", "30 coins", Coins(30)),
        ("Link", "link between nodes 1 and 3", (NODE_1, NODE_3)),
        ("Links", "every link", Links()),
        ("Links", "every link of node 3", Links((NODE_3,))),
        ("Links", "the link between nodes 1 and 3", Links((NODE_1, NODE_3))),
        ("Links", "the links", None),
        ("Milliseconds", "100 ms", Milliseconds(100)),
        ("Milliseconds", "-5 ms", Milliseconds(-5)),
        ("Milliseconds", "1.5 ms", None),
        ("Percent", "20 %", Percent(20)),
        ("Percent", "20", None),
        ("Skew", "1 hour fast", Skew(3600)),
        ("Skew", "90 seconds slow", Skew(-90)),
        ("Skew", "2 days slow", Skew(-172800)),
        ("Skew", "-5 minutes fast", Skew(-300)),
        ("Skew", "1 hour off", None),
        ("Skew", "an hour fast", None),
        ("BitRate", "500 kbit/s", BitRate(500_000)),
        ("BitRate", "2 Mbit/s", BitRate(2_000_000)),
        ("BitRate", "nothing", BitRate(0)),
        ("BitRate", "500 kB/s", None),
        ("Link", "link between node 1 and node 3", None),
        ("Link", "link between nodes 1, 3 and 4", None),
        ("Coins", "1 coin", Coins(1)),
        ("Coins", "nothing", Coins(0)),
        ("Coins", "0 coins", Coins(0)),
        ("Amount", "30 coins", Amount(30)),
        ("Amount", "-5 coins", Amount(-5)),
        ("Amount", "0 coins", Amount(0)),
        ("Amount", "more coins than can exist", MORE_THAN_CAN_EXIST),
        ("Account", "Alice", "Alice"),
        ("Node", "node 3", NODE_3),
        ("Node", "node 10", NodeName("node-10")),
        ("Nodes", "node 3", (NODE_3,)),
        ("Nodes", "nodes 3 and 4", (NODE_3, NODE_4)),
        ("Nodes", "nodes 3, 4 and 5", (NODE_3, NODE_4, NODE_5)),
        ("Nodes", "nodes 1, 3, 4 and 5", (NODE_1, NODE_3, NODE_4, NODE_5)),
        ("Size", "4 nodes", 4),
        ("Size", "1 node", 1),
        ("Size", "0 nodes", 0),
        ("Refusal", "the balance is too low", Refusal.BALANCE_TOO_LOW),
    ],
)
def test_a_phrase_stands_for_a_value(kind: str, phrase: str, value: object) -> None:
    assert said(kind, phrase) == value


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [
        ("Coins", "30"),
        ("Coins", "-5 coins"),
        ("Coins", "30 Coins"),
        ("Coins", "30 coinss"),
        ("Coins", "3.5 coins"),
        ("Coins", "some coins"),
        ("Coins", "Nothing"),
        ("Coins", "30  coins"),
        ("Amount", "nothing"),
        ("Amount", "- 5 coins"),
        ("Amount", "more coins"),
        ("Account", "alice"),
        ("Account", "ALICE"),
        ("Account", "Alice2"),
        ("Account", "A"),
        ("Account", "Alice Smith"),
        ("Account", "the treasury"),
        ("Node", "node"),
        ("Node", "Node 3"),
        ("Node", "node three"),
        ("Node", "node-3"),
        ("Node", "node -1"),
        ("Node", "nodes 3 and 4"),
        ("Nodes", "nodes 3"),
        ("Nodes", "nodes 3, 4"),
        ("Nodes", "nodes 3, 4, and 5"),
        ("Nodes", "nodes 3 and 4 and 5"),
        ("Nodes", "node 3 and 4"),
        ("Nodes", "many nodes"),
        ("Size", "many nodes"),
        ("Size", "-1 nodes"),
        ("Size", "4"),
        ("Refusal", "the balance is low"),
        ("Refusal", "The balance is too low"),
    ],
)
def test_a_phrase_that_is_slightly_off_stands_for_nothing(kind: str, phrase: str) -> None:
    assert said(kind, phrase) is None


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_can_be_said(refusal: Refusal) -> None:
    assert said("Refusal", refusal.value) is refusal


@given(st.integers(min_value=0, max_value=10**30))
def test_coins_are_read_as_they_are_written(count: int) -> None:
    assert said("Coins", str(Coins(count))) == Coins(count)


@given(st.lists(st.integers(min_value=1, max_value=40), min_size=2, max_size=9))
def test_nodes_keep_their_order_and_are_named_as_often_as_said(numbers: list[int]) -> None:
    phrase = f"nodes {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    assert said("Nodes", phrase) == tuple(map(node_named, numbers))


# -- tables


def row(**cells: str) -> dict[str, str]:
    payment = {"from": "Alice", "to": "Bob", "coins": "60", "through": "node 1"}
    return payment | {name.rstrip("_"): cell for name, cell in cells.items()}


def test_a_row_of_a_table_is_a_payment() -> None:
    assert sentences.instructions_in([row(), row(to="Carol", coins="-5", through="node 3")]) == [
        Instruction(AccountName("Alice"), AccountName("Bob"), Amount(60), NODE_1),
        Instruction(AccountName("Alice"), AccountName("Carol"), Amount(-5), NODE_3),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"from_": "alice"},
        {"to": "the treasury"},
        {"coins": "sixty"},
        {"coins": "60 coins"},
        {"through": "1"},
        {"through": "node one"},
    ],
)
def test_a_cell_that_makes_no_sense_gets_one_sentence(cells: dict[str, str]) -> None:
    with pytest.raises(EnvironmentProblem):
        sentences.instructions_in([row(**cells)])


# -- sentences


class Definitions:
    """The step definitions of the suite, as Behave loads them."""

    def __init__(self, by_kind: dict[str, list[Any]]) -> None:
        self._by_kind = by_kind

    def patterns(self) -> set[tuple[str, str]]:
        return {
            (kind, each.pattern) for kind, matchers in self._by_kind.items() for each in matchers
        }

    def that_fit(self, kind: str, sentence: str) -> list[str]:
        matchers = [*self._by_kind[kind], *self._by_kind["step"]]
        return [each.pattern for each in matchers if each.match(sentence)]

    def meanings(self, sentence: str) -> set[str]:
        """The functions that a sentence could call, whatever word stands before it."""
        return {
            each.func.__name__
            for matchers in self._by_kind.values()
            for each in matchers
            if each.match(sentence)
        }


@pytest.fixture(scope="module")
def definitions() -> Iterator[Definitions]:
    registry = step_registry.registry
    before = registry.steps
    registry.steps = {"given": [], "when": [], "then": [], "step": []}
    try:
        sentences.register_all()
        load_step_modules([str(ROOT / "steps")])
        yield Definitions(registry.steps)
    finally:
        registry.steps = before


def written_patterns() -> set[tuple[str, str]]:
    """Every sentence that stands above a function in steps/, read without Behave."""
    found = set()
    for path in sorted((ROOT / "steps").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for decorator in function.decorator_list:
                    assert isinstance(decorator, ast.Call), f"{path}: {function.name}"
                    assert isinstance(decorator.func, ast.Name)
                    found.add((decorator.func.id, ast.literal_eval(decorator.args[0])))
    return found


def spoken() -> list[tuple[str, str, str]]:
    """Where, kind and words of every step of the features, each row of an outline included."""
    found = []
    for path in sorted((ROOT / "features").rglob("*.feature")):
        feature = parse_file(str(path))
        for scenario in feature.walk_scenarios():
            for step in scenario.all_steps:
                found.append((f"{path.name}:{step.line}", step.step_type, step.name))
    return found


def test_every_pattern_in_steps_is_bound(definitions: Definitions) -> None:
    """Behave passes over a step whose parse type it does not know."""
    written = written_patterns()
    assert len(written) > 40
    assert written - definitions.patterns() == set()


def test_every_argument_of_a_pattern_is_typed() -> None:
    """A bare ``{name}`` swallows whole sentences."""
    bare = [pattern for _, pattern in written_patterns() if re.search(r"\{\w*\}", pattern)]
    assert bare == []


def test_every_sentence_of_the_features_fits_one_pattern(definitions: Definitions) -> None:
    steps = spoken()
    assert len(steps) > 150
    fits = {(where, words): definitions.that_fit(kind, words) for where, kind, words in steps}
    assert {step: found for step, found in fits.items() if len(found) != 1} == {}


def test_a_sentence_means_the_same_after_given_when_and_then(definitions: Definitions) -> None:
    meanings = {words: definitions.meanings(words) for _, _, words in spoken()}
    assert {words: found for words, found in meanings.items() if len(found) != 1} == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "alice has deposited 30 coins",
        "Alice has deposited -30 coins",
        "a network of many nodes",
        "nodes 1, 2 are cut off from the others",
        "no nodes are cut off from the others",
        "node 1 is cut off from",
    ],
)
def test_a_sentence_with_a_slip_is_undefined(definitions: Definitions, sentence: str) -> None:
    assert definitions.meanings(sentence) == set()


def test_hooks_add_a_sentence_that_exists(definitions: Definitions) -> None:
    environment = ast.parse((ROOT / "environment.py").read_text(encoding="utf-8"))
    standing = [
        ast.literal_eval(node.value)
        for node in environment.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "STANDING"
    ]
    assert len(standing) == 1
    assert definitions.that_fit("then", standing[0]) == standing


def parse_functions() -> list[Callable[[str], object]]:
    return [each for name, each in vars(sentences).items() if name.startswith("parse_")]


def test_every_parse_type_says_what_it_accepts() -> None:
    assert len(parse_functions()) == 17
    assert all(getattr(function, "pattern", "") for function in parse_functions())
