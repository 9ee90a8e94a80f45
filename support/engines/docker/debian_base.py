"""Assembles a root file system from Debian packages, for hosts where no registry answers."""

from __future__ import annotations

import errno
import io
import os
import posixpath
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

from support.domain import EnvironmentProblem

#: Who a node runs as, in whatever image. Nobody else on a host is likely to have this number.
NODE_USER = 10001
NODE_HOME = "home/node"

#: Merged into /usr, as Debian has it: some packages still say /lib, others already /usr/lib.
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")

#: Read by people, or by programs that are not in the image.
_LEFT_OUT = re.compile(
    r"usr/share/(doc|man|info|locale|lintian|bug|doc-base|perl5|bash-completion|zsh|binfmts|debconf)/"
    r"|usr/lib/[^/]+/(gconv|audit)/"
    r"|usr/lib/python3\.\d+/(pydoc_data|ensurepip|idlelib)/"
    r"|var/|etc/(apt|dpkg|cron|init|logcheck)"
)

_PASSWD = f"root:x:0:0:root:/root:\nnode:x:{NODE_USER}:{NODE_USER}:node:/{NODE_HOME}:\n"
_GROUP = f"root:x:0:\nnode:x:{NODE_USER}:\n"

#: Seconds: package lists are 10 MB, packages 15.
_DOWNLOAD = 300


#: Bytes below which a download that failed did so for want of them.
_ENOUGH = 50_000_000


def can_be_assembled() -> bool:
    """Whether this host has Debian's packages at hand."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def assemble(
    packages: Sequence[str], into: Path, workdir: Path, say: Callable[[str], None]
) -> None:
    """Write a root file system with ``packages``, and all they need, to the tar file ``into``.

    A name that begins with a minus is left out. Nothing is installed or changed on this host.
    Raises :class:`EnvironmentProblem` when the packages cannot be had, OSError on a full disk.
    """
    wanted = [name for name in packages if not name.startswith("-")]
    unwanted = {name[1:] for name in packages if name.startswith("-")}
    say(f"assembling a base from this host's packages: {', '.join(wanted)} ...")
    downloads = _download(wanted, workdir)
    kept = [deb for deb in downloads if deb.name.partition("_")[0] not in unwanted]
    with tarfile.open(into, "w") as rootfs:
        for top in _MERGED:
            _add(rootfs, top, tarfile.SYMTYPE, link=f"usr/{top}")
            _add(rootfs, f"usr/{top}", tarfile.DIRTYPE)
        seen = set(rootfs.getnames())
        for deb in kept:
            _copy(deb, rootfs, seen)
        _add(rootfs, "etc/passwd", content=_PASSWD)
        _add(rootfs, "etc/group", content=_GROUP)
        _add_home(rootfs)
    for deb in downloads:
        deb.unlink()
    say(f"assembled it from {len(kept)} packages")


def write_home_only(into: Path) -> None:
    """Write what a ready-made Debian lacks to the tar file ``into``: a node's home."""
    with tarfile.open(into, "w") as rootfs:
        _add_home(rootfs)


def merged(path: str) -> str:
    """``usr/lib/x`` for ``./lib/x``; every other path without its leading dots and slashes."""
    path = posixpath.normpath(path).lstrip("/")
    first = path.partition("/")[0]
    return f"usr/{path}" if first in _MERGED else path


def _download(packages: Sequence[str], workdir: Path) -> list[Path]:
    archives = workdir / "archives"
    (archives / "partial").mkdir(parents=True)
    lists = workdir / "lists"
    # An empty list of what is installed, so that everything these packages need is fetched as well.
    pretend = [
        "-o", "Dir::State::status=/dev/null",
        "-o", f"Dir::State::extended_states={workdir}/extended_states",
        "-o", f"Dir::Cache::archives={archives}/",
        "-o", f"Dir::Cache::pkgcache={workdir}/pkgcache.bin",
        "-o", f"Dir::Cache::srcpkgcache={workdir}/srcpkgcache.bin",
        "-o", "Debug::NoLocking=true",
    ]  # fmt: skip
    if os.getuid() == 0:
        # The unprivileged helper of apt may not enter our folder.
        pretend += ["-o", "APT::Sandbox::User=root"]
    fetch = ["-y", "-q", "--no-install-recommends", "--download-only", "install", *packages]
    done = _apt(*pretend, *fetch)
    if done.returncode:
        # The host's lists are missing or too old: fetch newer ones, for us alone.
        (lists / "partial").mkdir(parents=True)
        own = [*pretend, "-o", f"Dir::State::lists={lists}/"]
        _apt(*own, "-q", "update")
        done = _apt(*own, *fetch)
        shutil.rmtree(lists)
    downloaded = sorted(archives.glob("*.deb"))
    if done.returncode or not downloaded:
        if shutil.disk_usage(workdir).free < _ENOUGH:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(workdir))
        last = " ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-2:])
        raise EnvironmentProblem(
            f"the packages {', '.join(packages)} cannot be fetched for an image: {last}; "
            "see that `apt-get update` works on this machine and try again"
        )
    return downloaded


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["apt-get", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment,
            timeout=_DOWNLOAD,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentProblem(
            f"fetching Debian packages took longer than {_DOWNLOAD} s: see that "
            "`apt-get update` works on this machine and try again"
        ) from None


def _copy(deb: Path, rootfs: tarfile.TarFile, seen: set[str]) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as unpacking:
        assert unpacking.stdout is not None
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as package:
            for member in package:
                member.name = merged(member.name)
                if member.islnk():
                    member.linkname = merged(member.linkname)
                if member.name in seen or _LEFT_OUT.match(member.name):
                    continue
                seen.add(member.name)
                rootfs.addfile(member, package.extractfile(member) if member.isreg() else None)
        if unpacking.wait():
            raise EnvironmentProblem(
                f"{deb.name} cannot be unpacked: see that the disk is not full"
            )


def _add_home(rootfs: tarfile.TarFile) -> None:
    _add(rootfs, "home", tarfile.DIRTYPE)
    _add(rootfs, NODE_HOME, tarfile.DIRTYPE, owner=NODE_USER)
    _add(rootfs, "tmp", tarfile.DIRTYPE, mode=0o1777)


def _add(
    rootfs: tarfile.TarFile,
    path: str,
    kind: bytes = tarfile.REGTYPE,
    *,
    link: str = "",
    content: str = "",
    owner: int = 0,
    mode: int = 0,
) -> None:
    member = tarfile.TarInfo(path)
    member.type = kind
    member.linkname = link
    member.size = len(content)
    member.uid = member.gid = owner
    member.mode = mode or (0o644 if kind == tarfile.REGTYPE else 0o755)
    rootfs.addfile(member, io.BytesIO(content.encode()))
