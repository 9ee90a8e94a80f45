"""Options: what can be chosen, who wins, and the one sentence for what cannot be."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from support.domain import BadRequest
from support.settings import OPTIONS, Keep, Notify, Settings, read_settings


def test_nothing_needs_to_be_chosen() -> None:
    assert read_settings({}, {}) == Settings()


def test_every_option_can_be_given() -> None:
    options = {
        "engine": "process",
        "implementation": "handshake",
        "keep": "on_failure",
        "patience": "2.5",
        "seed": "42",
        "block_time": "1",
        "evidence": "some/where",
        "report": "else/where",
        "soft_deadline": "2.5",
        "notify": "always",
    }
    assert set(options) == OPTIONS
    chosen = Settings(
        "process",
        "handshake",
        Keep.ON_FAILURE,
        2.5,
        42,
        1.0,
        Path("some/where"),
        Path("else/where"),
        2.5,
        Notify.ALWAYS,
    )
    assert read_settings(options, {}) == chosen
    variables = {f"ACCORD_{name.upper()}": text for name, text in options.items()}
    assert read_settings({}, variables) == chosen


def test_what_only_a_variable_says() -> None:
    """Addresses hold secrets, and a command line can be seen by everybody on the machine."""
    variables = {
        "ACCORD_NOTIFY_URLS": "json://one.example/secret  json://other.example",
        "ACCORD_REPORT_URL": "https://ci.example/7",
        "ACCORD_PART_OF": "some/part",
        "ACCORD_PART_COMMAND": "python -m support run",
        "ACCORD_REPEAT": "3",
    }
    assert {name.removeprefix("ACCORD_").lower() for name in variables} == (
        {field.name for field in fields(Settings)} - OPTIONS
    )
    settings = read_settings({}, variables)
    assert settings.notify_urls == ("json://one.example/secret", "json://other.example")
    assert (settings.report_url, settings.part_of) == ("https://ci.example/7", Path("some/part"))
    assert (settings.repeat, settings.part_command) == (3, "python -m support run")
    assert "secret" not in repr(settings)
    for variable in variables:
        name = variable.removeprefix("ACCORD_").lower()
        with pytest.raises(BadRequest, match=f"only the variable {variable} says it"):
            read_settings({name: "1"}, {})


@pytest.mark.parametrize("text", ["0", "10001", "-1", "often"])
def test_a_number_of_repetitions_that_makes_no_sense(text: str) -> None:
    with pytest.raises(BadRequest, match="the option repeat must be"):
        read_settings({}, {"ACCORD_REPEAT": text})


def test_an_option_wins_over_a_variable() -> None:
    settings = read_settings({"keep": "always"}, {"ACCORD_KEEP": "never", "ACCORD_SEED": "7"})
    assert (settings.keep, settings.seed) == (Keep.ALWAYS, 7)


def test_an_option_wins_over_a_variable_that_makes_no_sense() -> None:
    assert read_settings({"seed": "7"}, {"ACCORD_SEED": "x"}).seed == 7


@pytest.mark.parametrize(
    "variables",
    [{"HOME": "/root", "KEEP": "always"}, {"ACCORD_FAKE_DEFECT": "fork", "ACCORD_CONTRACT": "a:b"}],
)
def test_variables_of_others_are_left_alone(variables: dict[str, str]) -> None:
    assert read_settings({}, variables) == Settings()


def test_a_choice_stands() -> None:
    with pytest.raises(FrozenInstanceError):
        read_settings({}, {}).seed = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pateince", "there is no option -D pateince: did you mean -D patience?"),
        ("Engine", "there is no option -D Engine: did you mean -D engine?"),
        (
            "xyz",
            "there is no option -D xyz: choose from block_time, engine, evidence, "
            "implementation, keep, notify, patience, report, seed, soft_deadline",
        ),
    ],
)
def test_an_option_that_nobody_knows(name: str, sentence: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_settings({name: "1"}, {})
    assert str(refused.value) == sentence


BAD_VALUES = [
    ("engine", "", "the option engine is empty"),
    ("implementation", "", "the option implementation is empty"),
    ("evidence", "", "the option evidence is empty"),
    ("report", "", "the option report is empty"),
    ("keep", "sometimes", "the option keep must be one of never, on_failure, always, not"),
    ("keep", "", "the option keep must be one of never, on_failure, always, not ''"),
    ("keep", "true", "the option keep must be one of"),  # behave's own for a bare `-D keep`
    ("patience", "much", "the option patience must be a number from 0.1 to 100, not 'much'"),
    ("patience", "", "the option patience must be a number from 0.1 to 100, not ''"),
    ("patience", "nan", "the option patience must be a number from 0.1 to 100, not 'nan'"),
    ("patience", "inf", "the option patience must be a number from 0.1 to 100, not 'inf'"),
    ("patience", "0", "the option patience must be a number from 0.1 to 100, not '0'"),
    ("patience", "-1", "the option patience must be a number from 0.1 to 100, not '-1'"),
    ("patience", "1,5", "the option patience must be a number from 0.1 to 100, not '1,5'"),
    ("block_time", "0.01", "the option block_time must be a number from 0.05 to 60, not '0.01'"),
    ("block_time", "61", "the option block_time must be a number from 0.05 to 60, not '61'"),
    ("soft_deadline", "0", "the option soft_deadline must be a number from 0.001 to 86400"),
    ("soft_deadline", "soon", "the option soft_deadline must be a number from 0.001 to 86400"),
    ("notify", "never", "the option notify must be one of change, always, not 'never'"),
    ("seed", "1.5", "the option seed must be a whole number, not '1.5'"),
    ("seed", "", "the option seed must be a whole number, not ''"),
    ("seed", "lucky", "the option seed must be a whole number, not 'lucky'"),
]


@pytest.mark.parametrize(("name", "text", "sentence"), BAD_VALUES)
def test_a_value_that_makes_no_sense(name: str, text: str, sentence: str) -> None:
    for options, variables in (({name: text}, {}), ({}, {f"ACCORD_{name.upper()}": text})):
        with pytest.raises(BadRequest) as refused:
            read_settings(options, variables)
        assert str(refused.value).startswith(sentence)
        assert "\n" not in str(refused.value)


def test_every_option_has_a_value_that_makes_no_sense() -> None:
    assert {name for name, _, _ in BAD_VALUES} == OPTIONS


def test_a_variable_with_a_typo_is_not_passed_over() -> None:
    with pytest.raises(BadRequest) as refused:
        read_settings({}, {"ACCORD_PATIENC": "3"})
    assert str(refused.value) == (
        "there is no option ACCORD_PATIENC: choose from ACCORD_BLOCK_TIME, ACCORD_ENGINE, "
        "ACCORD_EVIDENCE, ACCORD_IMPLEMENTATION, ACCORD_KEEP, ACCORD_NOTIFY, ACCORD_NOTIFY_URLS, "
        "ACCORD_PATIENCE, ACCORD_REPORT, ACCORD_REPORT_URL, ACCORD_SEED, ACCORD_SOFT_DEADLINE"
    )
