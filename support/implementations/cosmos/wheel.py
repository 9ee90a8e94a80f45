"""A program that its makers publish on PyPI: in an archive in a wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path
from typing import IO

import zstandard

from support.domain import EnvironmentProblem
from support.engines.contract import Platform

_REQUIREMENTS = Path(__file__).parents[3] / "requirements.txt"


@dataclass(frozen=True)
class Build:
    """How the archive calls the program for one platform, and PyPI the wheel that holds it."""

    program: str
    wheel: str


@dataclass(frozen=True)
class Wheel:
    """The source of a program that ``package`` holds, in the tar ``archive``, packed with zstd.

    The wheel for this host is the installed one; those for other platforms are downloaded.
    ``libraries`` are patterns for names of files in the archive that the program loads. ``hashes``
    are the SHA-256 of wheels that requirements.txt does not know.
    """

    package: str
    archive: str
    libraries: tuple[str, ...]
    builds: Mapping[Platform, Build]
    hashes: tuple[str, ...] = ()

    def version(self, written: str) -> str:
        """The version of the installed package, or the one that would be installed."""
        try:
            return metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return written

    def unpack(
        self, program: str, version: str, cache: Path, folder: Path, platform: Platform
    ) -> None:
        """See :class:`~support.implementations.cosmos.chain.Source`; 240 MB take 0.7 s."""
        build = self.builds.get(platform)
        if build is None:
            raise EnvironmentProblem(
                f"{program} does not exist for {platform}: use {', '.join(map(str, self.builds))}"
            )
        own = platform == Platform.of_this_host() and self.version(version) == version
        try:
            with self._installed() if own else self._downloaded(version, cache, build) as archive:
                self._extract(archive, folder, build.program, program)
        except (OSError, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError) as problem:
            raise EnvironmentProblem(
                f"{program} cannot be unpacked into {folder}: {problem}"
            ) from problem

    def why_not(self, version: str, cache: Path) -> str | None:
        """See :class:`~support.implementations.cosmos.chain.EarlierSource`; it may download."""
        platform = Platform.of_this_host()
        build = self.builds.get(platform)
        if build is None:
            return f"there is no {self.package} {version} for {platform}"
        try:
            self._wheel(version, cache, build)
        except (EnvironmentProblem, OSError) as problem:
            return str(problem)
        return None

    def _installed(self) -> IO[bytes]:
        try:
            archive = Path(str(metadata.distribution(self.package).locate_file(self.archive)))
            if archive.is_file():
                return archive.open("rb")
        except metadata.PackageNotFoundError:
            pass
        raise EnvironmentProblem(
            f"{self.package} is not installed, so there is no node to run: "
            "install the packages of requirements.txt"
        )

    @contextmanager
    def _downloaded(self, version: str, cache: Path, build: Build) -> Iterator[IO[bytes]]:
        with (
            zipfile.ZipFile(self._wheel(version, cache, build)) as content,
            content.open(self.archive) as archive,
        ):
            yield archive

    def _wheel(self, version: str, cache: Path, build: Build) -> Path:
        """The file, downloaded first if it is not there."""
        folder = cache / "wheels"
        # as wheels write the names of packages
        pattern = f"{re.sub('[-_.]+', '_', self.package)}-{version}-*{build.wheel}*.whl"
        if not any(folder.glob(pattern)):
            _download(self.package, version, folder, build, self.hashes)
        wheel = next(folder.glob(pattern), None)
        if wheel is None:
            raise EnvironmentProblem(f"PyPI has no {self.package} {version} for {build.wheel}")
        return wheel

    def _extract(self, archive: IO[bytes], folder: Path, packed_as: str, program: str) -> None:
        names: set[str] = set()
        reader = zstandard.ZstdDecompressor().stream_reader(archive)
        with reader, tarfile.open(fileobj=reader, mode="r|") as content:
            for member in content:
                name = program if member.name == packed_as else member.name
                if not member.isfile() or not (name == program or self._is_library(name)):
                    continue
                # By hand: Debian's Python 3.11.2 has no extraction filters; the name is checked.
                packed = content.extractfile(member)
                assert packed is not None, f"{member.name} is a file"
                with (folder / name).open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked)
                (folder / name).chmod(0o755)
                names.add(name)
        if program not in names:
            raise EnvironmentProblem(f"the archive of {self.package} holds no program {packed_as}")

    def _is_library(self, name: str) -> bool:
        return "/" not in name and any(fnmatchcase(name, like) for like in self.libraries)


def _download(
    package: str, version: str, folder: Path, build: Build, known: tuple[str, ...]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted,
        tempfile.TemporaryDirectory(prefix="unfinished-", dir=folder) as unfinished,
    ):
        wanted.write(_requirement(package, version, known))
        wanted.flush()
        command = [
            sys.executable, "-m", "pip", "download", "--quiet",
            "--no-deps", "--only-binary=:all:",
            "--platform", build.wheel,
            "--dest", unfinished,
            "--requirement", wanted.name,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for wheel in Path(unfinished).iterdir():
            wheel.replace(folder / wheel.name)  # whole, or not at all: others look for it as well
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EnvironmentProblem(
            f"{package} {version} for {build.wheel} cannot be downloaded: {last}"
        )


def _requirement(package: str, version: str, known: tuple[str, ...]) -> str:
    """The package with its hashes, so that pip checks what it gets."""
    pin = f"{package}=={version}"
    lines = _REQUIREMENTS.read_text().splitlines() if _REQUIREMENTS.is_file() else []
    hashes = [f"--hash=sha256:{digest}" for digest in known]
    inside = False
    for line in lines:
        inside = line.startswith(pin) or (inside and line.startswith((" ", "\t")))
        if inside:
            hashes += re.findall(r"--hash=sha256:[0-9a-f]{64}", line)
    return " ".join([pin, *hashes]) + "\n"
