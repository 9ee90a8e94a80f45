"""An engine is found by its name, and a name that leads nowhere gets one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from support.domain import BadRequest, EnvironmentProblem
from support.engines import registry
from support.engines.contract import Software
from support.engines.registry import (
    best_engine,
    dead_runs_on,
    engine_named,
    engines_at_hand,
    prepare,
    sweep_with,
)
from support.engines.runs import Run

RUN = cast(Run, "the run")


def say(words: str) -> None:
    """Nobody listens."""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Writes a module that can be imported by its dotted name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name: str, text: str) -> None:
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for known in list(sys.modules):
            if known.split(".")[0] == name.split(".", maxsplit=1)[0]:
                monkeypatch.delitem(sys.modules, known)

    return write


def test_an_engine_of_ones_own_is_found_by_its_module(
    module: Callable[[str, str], None],
) -> None:
    module(
        "mine_of_tests.engine",
        "def ENGINE(run, say):\n    return ('mine', run, say)\n"
        "def sweep(run_id):\n    return 3 if run_id == '00000001' else 0\n"
        "def dead_runs():\n    return ['00000001']\n",
    )
    assert engine_named("mine_of_tests.engine", RUN, say) == ("mine", RUN, say)  # type: ignore[comparison-overlap]
    assert sweep_with("mine_of_tests.engine", "00000001") == 3
    assert dead_runs_on("mine_of_tests.engine") == ["00000001"]


@pytest.mark.parametrize("name", ["dokcer", "Docker", "", "tests"])
def test_a_name_that_nobody_knows(name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        engine_named(name, RUN, say)
    assert str(refused.value).startswith(f"there is no engine called {name!r}: choose one of ")
    assert "docker" in str(refused.value)


@pytest.mark.parametrize("name", ["nobody.has.this", "support.engines.nothing"])
def test_a_module_that_does_not_exist(name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        engine_named(name, RUN, say)
    assert str(refused.value) == f"there is no engine in a module called {name!r}"


def test_a_module_that_misses_an_import_of_its_own_says_which(
    module: Callable[[str, str], None],
) -> None:
    module("mine_of_tests.engine", "import no_such_library_of_tests\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_library_of_tests"):
        engine_named("mine_of_tests.engine", RUN, say)


def test_a_missing_import_that_begins_like_the_module_says_which_too(
    module: Callable[[str, str], None],
) -> None:
    module("mine_of_tests.engine", "import mine_of\n")
    with pytest.raises(ModuleNotFoundError, match="mine_of"):
        engine_named("mine_of_tests.engine", RUN, say)


@pytest.mark.parametrize("name", [".engine", "json.decoder"])
def test_a_name_that_leads_to_no_engine_gets_one_sentence(name: str) -> None:
    with pytest.raises(BadRequest):
        engine_named(name, RUN, say)


def test_a_module_with_a_mistake_of_its_own_shows_it(module: Callable[[str, str], None]) -> None:
    module("mine_of_tests.engine", "len(3)\n")
    with pytest.raises(TypeError, match="has no len"):
        engine_named("mine_of_tests.engine", RUN, say)


Module = Callable[[str, str], None]


@pytest.fixture
def known(module: Module, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has engines known, best first, with the reasons that keep them from being used."""

    def know(**reasons: str | None) -> None:
        for name, reason in reasons.items():
            module(
                f"known_to_tests.{name}",
                f"prepared = []\nINSTEAD = 'the nodes run on {name}'\n"
                f"def why_not():\n    return {reason!r}\n"
                "def prepare(software, say):\n    prepared.append(software)\n",
            )
        paths = {name: f"known_to_tests.{name}" for name in reasons}
        monkeypatch.setattr(registry, "KNOWN", paths)

    return know


def test_the_best_engine_is_the_first_that_can_be_used_and_nothing_is_said(
    known: Callable[..., None],
) -> None:
    known(big=None, small=None)
    said: list[str] = []
    assert best_engine(said.append) == "big"
    assert said == []


def test_another_one_stands_in_for_it_with_one_sentence(known: Callable[..., None]) -> None:
    known(big="no big engine answers", middle="it is broken", small=None)
    said: list[str] = []
    assert best_engine(said.append) == "small"
    assert said == ["no big engine answers; it is broken: the nodes run on small (engine=small)"]
    assert engines_at_hand() == ["small"]


def test_no_engine_at_all_gets_one_sentence(known: Callable[..., None]) -> None:
    known(big="no big engine answers", small="it is broken")
    with pytest.raises(EnvironmentProblem, match=r"^no big engine answers; it is broken$"):
        best_engine(say)


def test_an_engine_prepares_what_takes_long(known: Callable[..., None]) -> None:
    known(big=None)
    software = Software("node", "1", lambda folder, platform: None)
    prepare("big", software, say)
    assert sys.modules["known_to_tests.big"].prepared == [software]


def test_processes_are_always_at_hand() -> None:
    assert "process" in engines_at_hand()
