"""The genesis that the node software itself starts from, fetched once per version."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from support.domain import EnvironmentProblem
from support.engines.contract import Tools

_HOME = "template"  # in the throw-away place where tools run
_COMMAND = (
    "injectived", "init", "template",
    "--chain-id", "accord-template-1",
    "--default-denom", "inj",
    "--home", _HOME,
)  # fmt: skip


class GenesisTemplate:
    """``injectived init``'s genesis of one version, kept in memory and in ``cache``.

    The cached file is a line with the SHA-256 of the rest, and the rest; one that does not fit is
    made again, so a run that was killed while writing costs a second and no more.
    """

    def __init__(self, cache: Path, version: str) -> None:
        self._file = cache / f"injective-{version}-genesis.txt"
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
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        return _understood(content)

    def _made(self, tools: Tools) -> dict[str, Any]:
        content = tools(_COMMAND, collect=f"{_HOME}/config/genesis.json")
        template = _understood(content)
        if template is None:
            raise EnvironmentProblem(
                "injectived init left no usable genesis behind: its genesis.json begins with "
                f"{content[:80]!r}"
            )
        self._keep(content)
        return template

    def _keep(self, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest().encode()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as unfinished:
                unfinished.write(digest + b"\n" + content)
            Path(unfinished.name).replace(self._file)
        except OSError as problem:
            raise EnvironmentProblem(
                f"the genesis template cannot be kept in {self._file.parent}: {problem.strerror}"
            ) from problem


def _understood(content: bytes) -> dict[str, Any] | None:
    try:
        template = json.loads(content)
    except ValueError:
        return None
    usable = isinstance(template, dict) and isinstance(template.get("app_state"), dict)
    return template if usable else None
