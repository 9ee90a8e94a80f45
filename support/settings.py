"""Options of a run: ``-D name=value`` or ``ACCORD_NAME=value`` become one frozen value."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any

from support.domain import BadRequest

_PREFIX = "ACCORD_"
#: Variables of the project's own tests: the fake network, the contract suite, planted defects.
_OF_THE_TESTS = ("ACCORD_FAKE_", "ACCORD_CONTRACT", "ACCORD_PLANTED")


class Keep(Enum):
    """When a network stays up after its scenario, for people to look at."""

    NEVER = "never"
    ON_FAILURE = "on_failure"
    ALWAYS = "always"


@dataclass(frozen=True)
class Settings:
    """What a person chose for a run. ``patience`` stretches every deadline and nothing else.

    ``engine`` is None where the best that the host can have is to be used, ``seed`` where each run
    is to have another one, ``block_time`` (seconds) where the node software's usual pace will do.
    """

    engine: str | None = None
    implementation: str = "injective"
    keep: Keep = Keep.NEVER
    patience: float = 1.0
    seed: int | None = None
    block_time: float | None = None
    evidence: Path = Path("build/evidence")
    report: Path = Path("build/report")


def read_settings(options: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    """Options win over the environment. Raises :class:`BadRequest` for one that nobody knows."""
    known = {field.name for field in fields(Settings)}
    for name in options:
        if name not in known:
            raise BadRequest(f"there is no option -D {name}{_did_you_mean(name, known)}")
    variables = {_variable(name) for name in known}
    for variable in environment:
        ours = variable.startswith(_PREFIX) and not variable.startswith(_OF_THE_TESTS)
        if ours and variable not in variables:
            raise BadRequest(f"there is no option {variable}: choose from {_list(variables)}")
    chosen = {
        name: environment[_variable(name)] for name in known if _variable(name) in environment
    }
    chosen |= options
    return Settings(**{name: _READERS[name](name, text) for name, text in chosen.items()})


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _did_you_mean(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f": did you mean -D {near[0]}?" if near else f": choose from {_list(known)}"


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _number(least: float, most: float) -> Callable[[str, str], float]:
    def read(name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise BadRequest(
                f"the option {name} must be a number from {least:g} to {most:g}, not {text!r}"
            )
        return value

    return read


def _whole_number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise BadRequest(f"the option {name} must be a whole number, not {text!r}")
    return int(text)


def _keep(name: str, text: str) -> Keep:
    try:
        return Keep(text)
    except ValueError:
        choices = ", ".join(choice.value for choice in Keep)
        raise BadRequest(f"the option {name} must be one of {choices}, not {text!r}") from None


def _text(name: str, text: str) -> str:
    if not text:
        raise BadRequest(f"the option {name} is empty")
    return text


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "engine": _text,
    "implementation": _text,
    "keep": _keep,
    "patience": _number(0.1, 100),
    "seed": _whole_number,
    "block_time": _number(0.05, 60),
    "evidence": lambda name, text: Path(_text(name, text)),
    "report": lambda name, text: Path(_text(name, text)),
}
