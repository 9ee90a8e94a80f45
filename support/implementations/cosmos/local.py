"""A program that is on this machine already: one file that is found, or a folder with all of it.

Such a program is rebuilt again and again under one version, so its content is part of the version
that names caches and images: what was unpacked from an older build is never taken for this one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from support.domain import EnvironmentProblem
from support.engines.contract import Platform
from support.implementations.cosmos.executables import NotAProgram, made_for

#: Digits of the content's hash in a version.
_DIGITS = 8


@dataclass(frozen=True)
class Found:
    """The source of one file: ``path`` where there is a slash in it, else looked for in PATH.

    ``libraries`` are files that it loads. ``setting`` says where all this was written.
    """

    path: str
    libraries: tuple[Path, ...]
    setting: str

    def version(self, written: str) -> str:
        """``written``, and what tells this build from others."""
        return _with_content(written, [self._program(), *self._existing_libraries()])

    def unpack(
        self, program: str, version: str, cache: Path, folder: Path, platform: Platform
    ) -> None:
        """See :class:`~support.implementations.cosmos.chain.Source`."""
        found = self._program()
        _insist_on_platform(found, platform, self.setting)
        _copied([found], folder / program, self.setting)
        for library in self._existing_libraries():
            _copied([library], folder / library.name, self.setting)

    def _program(self) -> Path:
        found = shutil.which(self.path)
        if found is None:
            nothing = (
                f"there is no program at {self.path}, or it may not be run"
                if "/" in self.path
                else f"this machine's PATH leads to no program {self.path}"
            )
            raise EnvironmentProblem(
                f"{self.setting}: {nothing}: install it, or write here where it is"
            )
        return Path(found)

    def _existing_libraries(self) -> tuple[Path, ...]:
        for library in self.libraries:
            if not library.is_file():
                raise EnvironmentProblem(
                    f"{self.setting}: there is no library {library} on this machine"
                )
        return self.libraries


@dataclass(frozen=True)
class Folder:
    """The source of a program with everything that it needs beside it, all of it in ``path``."""

    path: Path
    program: str
    setting: str

    def version(self, written: str) -> str:
        """``written``, and what tells this build from others."""
        self._program()
        return _with_content(written, sorted(self.path.rglob("*")))

    def unpack(
        self, program: str, version: str, cache: Path, folder: Path, platform: Platform
    ) -> None:
        """See :class:`~support.implementations.cosmos.chain.Source`."""
        _insist_on_platform(self._program(), platform, self.setting)
        _copied(self.path.iterdir(), folder, self.setting)

    def _program(self) -> Path:
        found = shutil.which(self.path / self.program)
        if found is None:
            raise EnvironmentProblem(
                f"{self.setting}: there is no program {self.program} in {self.path}, or it may not "
                "be run"
            )
        return Path(found)


def _with_content(written: str, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    try:
        for path in files:
            if path.is_file():
                with path.open("rb") as file:
                    content = hashlib.file_digest(file, "sha256").digest()
                digest.update(path.name.encode() + b"\0" + content)
    except OSError as problem:
        raise EnvironmentProblem(f"{problem.filename} cannot be read: {problem.strerror}") from None
    return f"{written}-{digest.hexdigest()[:_DIGITS]}"


def _insist_on_platform(program: Path, platform: Platform, setting: str) -> None:
    try:
        platforms = made_for(program)
    except NotAProgram:
        raise EnvironmentProblem(
            f"{setting}: {program} is no program, neither for Linux nor for macOS"
        ) from None
    except OSError as problem:
        raise EnvironmentProblem(f"{program} cannot be read: {problem.strerror}") from None
    if platforms is not None and platform not in platforms:
        made = " and ".join(sorted(map(str, platforms)))
        raise EnvironmentProblem(
            f"{setting}: {program} is made for {made}, and nodes here run on {platform}: "
            "build it for that, or use another engine"
        )


def _copied(sources: Iterable[Path], into: Path, setting: str) -> None:
    try:
        for source in sources:
            target = into / source.name if into.is_dir() else into
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy(source, target)  # with the rights that it has
    except OSError as problem:
        raise EnvironmentProblem(f"{setting}: it cannot be copied to {into}: {problem}") from None
