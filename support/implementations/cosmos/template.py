"""The genesis that the node software itself starts from, fetched once per version."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.engines.contract import Tools
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.placeholders import HOME, IDENTITY, STAKE, filled_in

_HOME = "template"  # in the throw-away place where tools run
_IDENTITY = "accord-template-1"


class GenesisTemplate:
    """The genesis that one version of a chain's program makes, kept in memory and in ``cache``.

    The cached file is a line with the SHA-256 of the command and the rest, and the rest; one that
    does not fit is made again, so other arguments of ``init``, or a run that was killed while
    writing, cost a second and no more.
    """

    def __init__(self, chain: Chain, version: str, cache: Path) -> None:
        facts = {HOME: _HOME, IDENTITY: _IDENTITY, STAKE: chain.money.stake}
        self._command = (chain.program, *filled_in(chain.init, facts))
        self._file = cache / f"{chain.name}-{version}-genesis.txt"
        self._known: dict[str, Any] | None = None

    def get(self, tools: Tools) -> dict[str, Any]:
        """The template; callers must not change it. Two at once may both make it, to no harm."""
        if self._known is None:
            self._known = self._cached() or self._made(tools)
        return self._known

    def _cached(self) -> dict[str, Any] | None:
        try:
            digest, _, content = self._file.read_bytes().partition(b"\n")
        except OSError:
            return None
        if self._digest(content) != digest:
            return None
        return _understood(content)

    def _made(self, tools: Tools) -> dict[str, Any]:
        content = tools(self._command, collect=f"{_HOME}/config/genesis.json")
        template = _understood(content)
        if template is None:
            raise EnvironmentProblem(
                f"`{' '.join(self._command)}` left no usable genesis behind: its genesis.json "
                f"begins with {content[:80]!r}"
            )
        self._keep(content)
        return template

    def _keep(self, content: bytes) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as unfinished:
                unfinished.write(self._digest(content) + b"\n" + content)
            Path(unfinished.name).replace(self._file)
        except OSError as problem:
            raise EnvironmentProblem(
                f"the genesis template cannot be kept in {self._file.parent}: {problem.strerror}"
            ) from problem

    def _digest(self, content: bytes) -> bytes:
        made_by = "\0".join(self._command).encode()
        return hashlib.sha256(made_by + b"\0" + content).hexdigest().encode()


def _understood(content: bytes) -> dict[str, Any] | None:
    try:
        template = json.loads(content)
    except ValueError:
        return None
    usable = isinstance(template, dict) and isinstance(template.get("app_state"), dict)
    return template if usable else None
