"""Finds an engine by the name that a person gives."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

from support.domain import BadRequest, EnvironmentProblem
from support.engines.contract import Engine, Software
from support.engines.runs import Run

#: Name -> the module that has ``ENGINE``, imported only when it is asked for; the best comes first.
KNOWN = {
    "docker": "support.engines.docker.engine",
    "process": "support.engines.process.engine",
}

Say = Callable[[str], None]


def best_engine(say: Say) -> str:
    """The name of the engine to use when nobody has named one: the best that this host can have.

    Says which it is, and why, when it is not the first choice.
    """
    reasons: list[str] = []
    for name in KNOWN:
        module = _module(name)
        why_not = module.why_not()
        if why_not is None:
            if reasons:
                say(f"{'; '.join(reasons)}: {module.INSTEAD} (engine={name})")
            return name
        reasons.append(why_not)
    raise EnvironmentProblem("; ".join(reasons))


def engines_at_hand() -> list[str]:
    """The names of all engines that this host can have."""
    return [name for name in KNOWN if _module(name).why_not() is None]


def prepare(name: str, software: Software, say: Say) -> None:
    """Have everything ready that takes long and is made once: images, unpacked programs."""
    _module(name).prepare(software, say)


def engine_named(name: str, run: Run, say: Say) -> Engine:
    """Start using an engine for ``run``.

    A dotted name is a module of somebody else's that has ``ENGINE``, a callable taking the run
    and a function that tells people about long work. Raises :class:`BadRequest` for a name that
    nobody knows, and :class:`EnvironmentProblem` when the engine cannot be used on this host.
    """
    module = _module(name)
    if not hasattr(module, "ENGINE"):
        raise BadRequest(f"the module {name!r} has no ENGINE, so nothing can run on it")
    return module.ENGINE(run, say)  # type: ignore[no-any-return]


def sweep_with(name: str, run_id: str) -> int:
    """Remove what a dead run left on an engine; how many things there were."""
    return _module(name).sweep(run_id)  # type: ignore[no-any-return]


def dead_runs_on(name: str) -> list[str]:
    """The ids of runs that are over and have left something on an engine."""
    return _module(name).dead_runs()  # type: ignore[no-any-return]


def _module(name: str) -> ModuleType:
    path = name if "." in name else KNOWN.get(name)
    if path is None or path.startswith("."):
        raise BadRequest(f"there is no engine called {name!r}: choose one of {', '.join(KNOWN)}")
    missing_ones = {path.rsplit(".", depth)[0] for depth in range(path.count(".") + 1)}
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name not in missing_ones:
            raise  # the module is there, and something that it needs is not
        raise BadRequest(f"there is no engine in a module called {name!r}") from error
