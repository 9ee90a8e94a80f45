"""Options of a run: ``-D name=value`` or ``ACCORD_NAME=value`` become one frozen value."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from support.domain import BadRequest

E = TypeVar("E", bound=Enum)

_PREFIX = "ACCORD_"
#: Variables of the project's own tests: the fake network, the contract suite, planted defects.
_OF_THE_TESTS = ("ACCORD_FAKE_", "ACCORD_CONTRACT", "ACCORD_PLANTED")


MOST_REPEATS = 10_000


class Keep(Enum):
    """When a network stays up after its scenario, for people to look at."""

    NEVER = "never"
    ON_FAILURE = "on_failure"
    ALWAYS = "always"


class Notify(Enum):
    """When the addresses of ``notify_urls`` are told of a verdict."""

    CHANGE = "change"
    ALWAYS = "always"


#: Of a setting that no option gives: a secret, or what `python -m support run` tells its parts.
_VARIABLE_ONLY = {"variable only": True}


@dataclass(frozen=True)
class Settings:
    """What a person chose for a run. ``patience`` stretches every deadline and nothing else.

    ``engine`` is None where the best that the host can have is to be used, ``seed`` where each run
    is to have another one, ``block_time`` (seconds) where the node software's usual pace will do,
    ``soft_deadline`` (seconds an example) where nobody promised how long anything takes.

    ``notify_urls`` are secret. ``part_of`` is the folder of one process of a parallel run, which
    leaves its journal there and speaks for nobody; ``part_command`` is what somebody typed to have
    that run, and ``repeat`` how often it runs each example.
    """

    engine: str | None = None
    implementation: str = "injective"
    keep: Keep = Keep.NEVER
    patience: float = 1.0
    seed: int | None = None
    block_time: float | None = None
    evidence: Path = Path("build/evidence")
    report: Path = Path("build/report")
    soft_deadline: float | None = None
    notify: Notify = Notify.CHANGE
    notify_urls: tuple[str, ...] = field(default=(), repr=False, metadata=_VARIABLE_ONLY)
    report_url: str | None = field(default=None, metadata=_VARIABLE_ONLY)
    part_of: Path | None = field(default=None, metadata=_VARIABLE_ONLY)
    part_command: str | None = field(default=None, metadata=_VARIABLE_ONLY)
    repeat: int = field(default=1, metadata=_VARIABLE_ONLY)


#: Those that can be given with ``-D``.
OPTIONS = frozenset(each.name for each in fields(Settings) if not each.metadata)
#: What `python -m support run` tells its processes, and nobody else needs to know of.
_OF_A_PART = {"part_of", "part_command", "repeat"}


def read_settings(options: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    """Options win over the environment. Raises :class:`BadRequest` for one that nobody knows."""
    known = {each.name for each in fields(Settings)}
    for name in options:
        if name in OPTIONS:
            continue
        if name in known:
            raise BadRequest(f"-D {name} is no option: only the variable {_variable(name)} says it")
        raise BadRequest(f"there is no option -D {name}{_did_you_mean(name, OPTIONS)}")
    variables = {_variable(name) for name in known}
    for variable in environment:
        ours = variable.startswith(_PREFIX) and not variable.startswith(_OF_THE_TESTS)
        if ours and variable not in variables:
            known_ones = {_variable(name) for name in known - _OF_A_PART}
            raise BadRequest(f"there is no option {variable}: choose from {_list(known_ones)}")
    chosen = {
        name: environment[_variable(name)] for name in known if _variable(name) in environment
    }
    chosen |= options
    return Settings(**{name: _READERS[name](name, text) for name, text in chosen.items()})


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _did_you_mean(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f": did you mean -D {near[0]}?" if near else f": choose from {_list(known)}"


def _list(names: Collection[str]) -> str:
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


def _times(name: str, text: str) -> int:
    number = _whole_number(name, text)
    if not 1 <= number <= MOST_REPEATS:
        raise BadRequest(f"the option {name} must be from 1 to {MOST_REPEATS}, not {text}")
    return number


def _one_of(choices: type[E]) -> Callable[[str, str], E]:
    def read(name: str, text: str) -> E:
        try:
            return choices(text)
        except ValueError:
            named = ", ".join(str(choice.value) for choice in choices)
            raise BadRequest(f"the option {name} must be one of {named}, not {text!r}") from None

    return read


def _text(name: str, text: str) -> str:
    if not text:
        raise BadRequest(f"the option {name} is empty")
    return text


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "engine": _text,
    "implementation": _text,
    "keep": _one_of(Keep),
    "patience": _number(0.1, 100),
    "seed": _whole_number,
    "block_time": _number(0.05, 60),
    "evidence": lambda name, text: Path(_text(name, text)),
    "report": lambda name, text: Path(_text(name, text)),
    "soft_deadline": _number(0.001, 86400),
    "notify": _one_of(Notify),
    "notify_urls": lambda name, text: tuple(text.split()),
    "report_url": lambda name, text: text or None,
    "part_of": lambda name, text: Path(_text(name, text)),
    "part_command": _text,
    "repeat": _times,
}
